package io.margay.agent.run;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.sysctl.Sysctl;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the whole node that pods' packets need (Felix's ipForwarding, conntrack accounting).
 * Set only once policy is in the kernel: a node that forwards before would forward what it must
 * not.
 */
final class HostSettings {
  private static final EventLog LOG = EventLog.of(HostSettings.class);

  private HostSettings() {}

  /** Sets what is otherwise; what the kernel refuses is told and left. */
  static void apply(boolean ipv6) {
    wanted(ipv6).forEach(HostSettings::set);
  }

  /** Values by name, in the order in which they are set. */
  static Map<String, String> wanted(boolean ipv6) {
    Map<String, String> wanted = new LinkedHashMap<>();
    wanted.put("net/ipv4/ip_forward", "1");
    wanted.put("net/netfilter/nf_conntrack_acct", "1");
    if (ipv6) {
      wanted.put("net/ipv6/conf/all/forwarding", "1");
    }
    return wanted;
  }

  private static void set(String name, String value) {
    try {
      Optional<String> found = Sysctl.read(name);
      if (found.isEmpty()) {
        LOG.debug("host.setting.absent", "name", name);
      } else if (!found.get().equals(value)) {
        Sysctl.write(name, value);
        LOG.info("host.setting.changed", "name", name, "found", found.get(), "now", value);
      }
    } catch (KernelException e) {
      LOG.warn("host.setting.failed", "name", name, "value", value, "why", e.getMessage());
    }
  }
}

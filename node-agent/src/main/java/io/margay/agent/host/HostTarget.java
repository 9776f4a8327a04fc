package io.margay.agent.host;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.sysctl.Sysctl;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Settings of the kernel as a target. What nobody wants any more stays as it is: what it was before
 * is not known. A setting that the kernel does not have is no fault; it may come with a module.
 * Owned by the thread of its reconciler, whose network namespace it is about.
 */
public final class HostTarget implements Target<String, HostSetting> {
  private static final EventLog LOG = EventLog.of(HostTarget.class);

  /** What was asked for, to be looked at again: others change settings, and nothing tells of it. */
  private final Map<String, HostSetting> asked = new HashMap<>();

  @Override
  public Map<String, HostSetting> dump() {
    var found = new HashMap<String, HostSetting>();
    asked.forEach((name, setting) ->
        found.put(
            name,
            Sysctl.read(name)
                .filter(value -> !setting.isMetBy(value))
                .map(HostSetting::always)
                .orElse(setting)));
    return found;
  }

  @Override
  public List<ItemResult<String>> apply(Diff<String, HostSetting> diff) {
    var results = new ArrayList<ItemResult<String>>(diff.size());
    for (boolean before : new boolean[] {true, false}) {
      diff.put()
          .forEach((name, setting) -> {
            if (HostPlan.isBeforeForwarding(name) == before) {
              results.add(set(name, setting));
            }
          });
    }
    for (String name : diff.remove()) {
      asked.remove(name);
      results.add(new ItemResult.Done<>(name));
    }
    return results;
  }

  private ItemResult<String> set(String name, HostSetting setting) {
    asked.put(name, setting);
    try {
      Optional<String> found = Sysctl.read(name);
      if (found.isPresent() && !setting.isMetBy(found.get())) {
        Sysctl.writeIfPresent(name, setting.value());
        LOG.info(
            "host.setting.changed", "name", name, "found", found.get(), "now", setting.value());
      }
      return new ItemResult.Done<>(name);
    } catch (KernelException e) {
      return new ItemResult.Failed<>(name, String.valueOf(e.getMessage()));
    }
  }
}

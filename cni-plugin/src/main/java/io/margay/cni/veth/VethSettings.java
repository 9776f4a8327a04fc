package io.margay.cni.veth;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import java.util.ArrayList;
import java.util.List;

/** What is set on a pair, as values: settings of the kernel and the container's routes. */
final class VethSettings {
  /** The next hop of IPv4 containers; the node answers for it by proxy ARP. */
  static final Ip4 GATEWAY = Ip4.of("169.254.1.1");

  /** RTPROT_BOOT: what Calico's plugin and ip(8) leave when they say nothing. */
  private static final int PROTOCOL = 3;

  private VethSettings() {}

  /**
   * A setting below /proc/sys.
   *
   * @param required its absence is an error; else a kernel without it (or without IPv6) is fine
   */
  record Setting(String name, String value, boolean required) {}

  /** On the node, before its end comes up. */
  static List<Setting> ofHost(String device, boolean ipv4, boolean ipv6) {
    String conf4 = "net/ipv4/conf/" + device + "/";
    String conf6 = "net/ipv6/conf/" + device + "/";
    var settings = new ArrayList<Setting>();
    // Also where IPv6 is not used: a pod must not become the node's router.
    settings.add(new Setting(conf6 + "accept_ra", "0", false));
    if (ipv4) {
      settings.add(new Setting(conf4 + "route_localnet", "1", true));
      // The container's first ARP would wait up to 0.8 s otherwise.
      settings.add(new Setting("net/ipv4/neigh/" + device + "/proxy_delay", "0", false));
      settings.add(new Setting(conf4 + "proxy_arp", "1", true));
      settings.add(new Setting(conf4 + "forwarding", "1", true));
      settings.add(new Setting(conf4 + "rp_filter", "1", true));
    }
    if (ipv6) {
      settings.add(new Setting(conf6 + "disable_ipv6", "0", true));
      settings.add(new Setting(conf6 + "accept_dad", "0", true));
      settings.add(new Setting(conf6 + "proxy_ndp", "1", true));
      settings.add(new Setting(conf6 + "forwarding", "1", true));
    }
    return settings;
  }

  /** In the container, before its end comes up. */
  static List<Setting> ofContainer(VethPlan plan) {
    var settings = new ArrayList<Setting>();
    if (plan.has(Family.IPV6)) {
      for (String device : List.of("all", "default", "lo", plan.ifName())) {
        settings.add(new Setting("net/ipv6/conf/" + device + "/disable_ipv6", "0", true));
      }
      settings.add(new Setting("net/ipv6/conf/" + plan.ifName() + "/accept_dad", "0", true));
    }
    if (!plan.ipForwarding()) {
      settings.add(new Setting("net/ipv4/ip_forward", "0", true));
      settings.add(new Setting("net/ipv6/conf/all/forwarding", "0", false));
    }
    return settings;
  }

  /** The container's routes, in an order in which the kernel takes them. */
  static List<RouteEntry> routes(VethPlan plan, int device) {
    var routes = new ArrayList<RouteEntry>();
    if (plan.has(Family.IPV4)) {
      routes.add(RouteEntry.unicast(GATEWAY.asPrefix(), PROTOCOL, NextHop.device(device)));
      routes.add(RouteEntry.unicast(Prefix.ALL_IPV4, PROTOCOL, NextHop.via(GATEWAY, device)));
    }
    if (plan.has(Family.IPV6)) {
      var hop = NextHop.via(HostInterface.LINK_LOCAL, device);
      routes.add(RouteEntry.unicast(Prefix.ALL_IPV6, PROTOCOL, hop));
    }
    return routes;
  }
}

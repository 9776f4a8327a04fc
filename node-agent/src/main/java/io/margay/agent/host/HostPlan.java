package io.margay.agent.host;

import io.margay.agent.stage.Plan;
import io.margay.cni.veth.HostInterface;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.view.KernelView;
import java.util.EnumSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/** Which settings of the kernel pods' packets need, by name below /proc/sys. */
public final class HostPlan {
  /** RTPROT_RA: the kernel learned the route of a router's advertisement. */
  private static final int ADVERTISED = 9;

  private HostPlan() {}

  /**
   * Settings of the node and of its pods' interfaces.
   *
   * @param pods addresses of this node's pods
   * @param ready interfaces that are up
   * @param routed devices whose default route a router advertises
   */
  public static Map<String, HostSetting> wanted(
      boolean ipv6, Map<Ip, Plan.PodRoute> pods, Set<String> ready, Set<String> routed) {
    var wanted = new LinkedHashMap<String, HostSetting>();
    if (ipv6) {
      for (String device : routed) {
        // A node that forwards hears no advertisement, unless told by 2, and drops the routes.
        wanted.put(acceptRa(device), HostSetting.onlyFrom("1", "2"));
      }
      wanted.put("net/ipv6/conf/all/forwarding", HostSetting.always("1"));
    }
    wanted.put("net/ipv4/ip_forward", HostSetting.always("1"));
    wanted.put("net/netfilter/nf_conntrack_acct", HostSetting.always("1"));
    familiesByInterface(pods)
        .forEach((device, families) -> {
          if (ready.contains(device)) {
            HostInterface.settings(
                    device, families.contains(Family.IPV4), families.contains(Family.IPV6))
                .forEach((name, value) -> wanted.put(name, HostSetting.always(value)));
          }
        });
    return wanted;
  }

  /** Devices whose IPv6 default route the kernel learned of a router. */
  public static Set<String> routed(KernelView view) {
    var devices = new TreeSet<String>();
    for (RouteEntry route : view.routes().getOrDefault(Prefix.ALL_IPV6, List.of())) {
      if (route.protocol() == ADVERTISED) {
        for (NextHop hop : route.nextHops()) {
          LinkEntry link = view.links().get(hop.interfaceIndex());
          if (link != null) {
            devices.add(link.name());
          }
        }
      }
    }
    return devices;
  }

  /** Whether a setting has to be made before the node forwards. */
  static boolean isBeforeForwarding(String name) {
    return name.endsWith("/accept_ra");
  }

  private static String acceptRa(String device) {
    return "net/ipv6/conf/" + device + "/accept_ra";
  }

  private static Map<String, Set<Family>> familiesByInterface(Map<Ip, Plan.PodRoute> pods) {
    var families = new TreeMap<String, Set<Family>>();
    pods.forEach((ip, route) ->
        families
            .computeIfAbsent(route.hostInterface(), _ -> EnumSet.noneOf(Family.class))
            .add(ip.family()));
    return families;
  }
}

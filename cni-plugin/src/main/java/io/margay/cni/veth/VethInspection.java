package io.margay.cni.veth;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.RouteEntry;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Compares a pair with its plan. MAC and MTU may have been tuned since, and the default route moved
 * to another interface (plugins {@code tuning}, Multus): that is no fault.
 */
final class VethInspection {
  private VethInspection() {}

  static List<String> of(VethPlan plan, Rtnl host, Rtnl container) {
    var faults = new ArrayList<String>();
    checkUp(host.link(plan.hostName()), "the node's interface " + plan.hostName(), faults);
    Optional<LinkEntry> link = container.link(plan.ifName());
    checkUp(link, "the container's interface " + plan.ifName(), faults);
    if (link.isEmpty()) {
      return faults;
    }
    int device = link.get().index();
    List<Ip> present =
        container.addresses().entries().stream()
            .filter(entry -> entry.interfaceIndex() == device)
            .map((AddressEntry entry) -> entry.address().ip())
            .toList();
    for (Ip ip : plan.addresses()) {
      if (!present.contains(ip)) {
        faults.add(plan.ifName() + " has lost its address " + ip);
      }
    }
    if (plan.has(Family.IPV4) && !hasGateway(container, device)) {
      faults.add("the route to " + VethSettings.GATEWAY + " over " + plan.ifName() + " is missing");
    }
    return faults;
  }

  private static void checkUp(Optional<LinkEntry> link, String what, List<String> faults) {
    if (link.isEmpty()) {
      faults.add(what + " is missing");
    } else if (!link.get().isUp()) {
      faults.add(what + " is down");
    }
  }

  private static boolean hasGateway(Rtnl container, int device) {
    return container.routes(Family.IPV4, RouteEntry.TABLE_MAIN, 0).entries().stream()
        .filter(route -> route.destination().equals(VethSettings.GATEWAY.asPrefix()))
        .anyMatch(route -> route.nextHops().stream().anyMatch(h -> h.interfaceIndex() == device));
  }
}

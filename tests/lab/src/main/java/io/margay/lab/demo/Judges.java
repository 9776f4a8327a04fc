package io.margay.lab.demo;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.fib.OwnedBlock;
import io.margay.lab.fib.Route;
import io.margay.lab.live.Lab;
import io.margay.lab.peer.Session;
import io.margay.lab.place.Place;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** What programs that are not ours say about the lab. */
final class Judges {
  private final Lab lab;

  Judges(Lab lab) {
    this.lab = lab;
  }

  /** {@code ip -j route} on all nodes and the router. */
  Map<String, List<Route>> fibs() {
    var fibs = new LinkedHashMap<String, List<Route>>();
    for (NodePlan node : lab.plan().nodes()) {
      fibs.put(node.name(), fib(lab.place(node.name())));
    }
    fibs.put(LabPlan.ROUTER, fib(lab.place(LabPlan.ROUTER)));
    return fibs;
  }

  private static List<Route> fib(Place place) {
    return Route.read(place.run("ip", "-j", "route").orThrow().out());
  }

  /** The blocks that nodes own. */
  List<OwnedBlock> blocks() {
    return lab.api().list(ResourceKind.IPAM_BLOCK).stream()
        .flatMap(object -> OwnedBlock.of(object).stream())
        .toList();
  }

  /**
   * The sessions of each machine: BIRD, FRR and GoBGP are asked, on the agents' nodes the kernel's
   * connections are looked at.
   */
  Map<String, List<Session>> sessions() {
    var sessions = new LinkedHashMap<String, List<Session>>();
    for (NodePlan node : lab.plan().nodes()) {
      Place place = lab.place(node.name());
      sessions.put(
          node.name(),
          node.runsMargay()
              ? Session.ofSockets(place.run("ss", "-Htn", "state", "established").orThrow().out())
              : Session.ofBird(place.run("birdc", "show", "protocols").orThrow().out()));
    }
    sessions.put(
        LabPlan.ROUTER,
        Session.ofFrr(
            lab.place(LabPlan.ROUTER)
                .run("vtysh", "-c", "show bgp ipv4 unicast summary json")
                .orThrow()
                .out()));
    sessions.put(
        LabPlan.WATCHER,
        Session.ofGobgp(lab.place(LabPlan.WATCHER).run("gobgp", "neighbor", "-j").orThrow().out()));
    return sessions;
  }

  /** The sessions that should be and are not: {@code node1 - node2 (node1 does not see it)}. */
  List<String> missingSessions() {
    LabPlan plan = lab.plan();
    Map<String, List<Session>> seen = sessions();
    var missing = new ArrayList<String>();
    for (NodePlan node : plan.nodes()) {
      for (NodePlan other : plan.nodes()) {
        if (!node.equals(other)) {
          check(seen, node.name(), other.name(), other.address(), missing);
        }
      }
      check(seen, node.name(), LabPlan.ROUTER, node.subnet().router(Family.IPV4), missing);
      check(seen, node.name(), LabPlan.WATCHER, plan.watchers().getFirst(), missing);
      check(seen, LabPlan.ROUTER, node.name(), node.address(), missing);
      check(seen, LabPlan.WATCHER, node.name(), node.address(), missing);
    }
    return missing;
  }

  private static void check(
      Map<String, List<Session>> seen,
      String machine,
      String peerName,
      Ip peer,
      List<String> missing) {
    boolean up =
        seen.getOrDefault(machine, List.of()).stream()
            .anyMatch(session -> session.peer().equals(peer) && session.established());
    if (!up) {
      missing.add(machine + " - " + peerName + " (not seen by " + machine + ")");
    }
  }
}

package io.margay.agent.stage;

import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Diff;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Which routes a speaker without Kubernetes puts into the kernel. */
public final class StandaloneStage {
  /** The kernel's number of routes that BGP brought (RTPROT_BGP, linux/rtnetlink.h). */
  public static final int PROTOCOL = 186;

  /** Of its routes, as BIRD's: what a person adds without a metric is preferred. */
  static final int METRIC = 32;

  /** Its routes are those with its number, and no other. */
  public static final Ownership OWNERSHIP =
      new Ownership(List.of(), Set.of(), Set.of(PROTOCOL), false);

  private StandaloneStage() {}

  /** How next hops are reached by the kernel's other routes. */
  public static NextHops nextHops(KernelFacts facts) {
    return new NextHopTable(facts.onward());
  }

  /** Own addresses: a route that has one of them as next hop is not used. */
  public static List<Ip> localAddresses(KernelFacts facts) {
    return facts.interfaces().stream()
        .flatMap(local -> local.addresses().stream())
        .map(address -> address.ip())
        .toList();
  }

  /** What other choices change; a route whose next hops lead nowhere is taken away. */
  public static Diff<FibKey, FibRoute> changes(Collection<BestChange> changes, KernelFacts facts) {
    Map<FibKey, FibRoute> put =
        routes(changes.stream().flatMap(change -> change.after().stream()).toList(), facts);
    var remove = new HashSet<FibKey>();
    for (BestChange change : changes) {
      FibKey key = FibKey.main(change.prefix(), METRIC);
      if (!put.containsKey(key)) {
        remove.add(key);
      }
    }
    return new Diff<>(put, remove);
  }

  /** The routes. One whose next hops lead nowhere is left out. */
  public static Map<FibKey, FibRoute> routes(Collection<BestRoute> best, KernelFacts facts) {
    var table = new NextHopTable(facts.onward());
    var routes = new HashMap<FibKey, FibRoute>();
    for (BestRoute route : best) {
      List<FibNextHop> hops = table.direct(route.nextHops());
      if (!route.isLocal() && !hops.isEmpty()) {
        routes.put(FibKey.main(route.prefix(), METRIC), FibRoute.unicast(PROTOCOL, hops));
      }
    }
    return routes;
  }
}

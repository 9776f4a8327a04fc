package io.margay.agent.stage;

import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Diff;
import io.margay.kernel.rtnl.RuleEntry;
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
import java.util.function.Function;

/** Which routes, and rules, a speaker without Kubernetes puts into the kernel. */
public final class StandaloneStage {
  /** The kernel's number of routes that BGP brought (RTPROT_BGP, linux/rtnetlink.h). */
  public static final int PROTOCOL = 186;

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

  /** The rules that lead to its table. */
  public static Map<RuleEntry, RuleEntry> rules(Install install) {
    if (install.rulePriority().isEmpty()) {
      return Map.of();
    }
    int priority = install.rulePriority().getAsInt();
    var rules = new HashMap<RuleEntry, RuleEntry>();
    for (Family family : Family.values()) {
      var rule = RuleEntry.lookup(family, priority, install.table(), PROTOCOL);
      rules.put(rule, rule);
    }
    return rules;
  }

  /** What other choices change; a route whose next hops lead nowhere is taken away. */
  public static Diff<FibKey, FibRoute> changes(
      Collection<BestChange> changes, KernelFacts facts, Install install) {
    Map<FibKey, FibRoute> put =
        routes(
            changes.stream().flatMap(change -> change.after().stream()).toList(), facts, install);
    var remove = new HashSet<FibKey>();
    for (BestChange change : changes) {
      FibKey key = install.key(change.prefix());
      if (!put.containsKey(key)) {
        remove.add(key);
      }
    }
    return new Diff<>(put, remove);
  }

  /** The routes. One whose next hops lead nowhere is left out. */
  public static Map<FibKey, FibRoute> routes(
      Collection<BestRoute> best, KernelFacts facts, Install install) {
    var table = new NextHopTable(facts.onward());
    var routes = new HashMap<FibKey, FibRoute>();
    var equals = new HashMap<FibRoute, FibRoute>();
    for (BestRoute route : best) {
      List<FibNextHop> hops = table.direct(route.nextHops());
      if (!route.isLocal() && !hops.isEmpty()) {
        FibRoute way = FibRoute.unicast(PROTOCOL, hops);
        routes.put(install.key(route.prefix()), equals.computeIfAbsent(way, Function.identity()));
      }
    }
    return routes;
  }
}

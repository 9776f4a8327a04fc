package io.margay.agent.stage;

import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Diff;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.ChecksumOffload;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Plans for tests, with nothing in them but what is told. */
public final class Plans {
  private Plans() {}

  public static Plan of(long version, Plan.Routes routes, Plan.Ends ends) {
    return new Plan(
        version,
        routes,
        Map.of(),
        new Diff<>(Map.of(), Set.of()),
        Optional.empty(),
        Set.of(),
        Map.of(),
        _ -> NextHops.Resolution.UNREACHABLE,
        1480,
        new ChecksumOffload(true, "a test"),
        ends,
        List.of());
  }

  /**
   * Of this node's pods: the devices that their addresses are behind.
   *
   * @param before those of the plan before
   */
  public static Plan ofPods(long version, Map<Ip, String> before, Map<Ip, String> pods) {
    Map<Ip, Plan.PodRoute> old = routes(before);
    Map<Ip, Plan.PodRoute> now = routes(pods);
    var put = new HashMap<FibKey, FibRoute>();
    now.forEach((ip, pod) -> {
      if (!pod.equals(old.get(ip))) {
        put.put(pod.key(), pod.route().orElseThrow());
      }
    });
    var removed = new HashSet<FibKey>();
    old.values().forEach(pod -> removed.add(pod.key()));
    now.values().forEach(pod -> removed.remove(pod.key()));
    return of(
        version, new Plan.Routes(new Diff<>(put, removed), now, Plan.Counts.NONE), Plan.Ends.NONE);
  }

  /** The same, with all of them new. */
  public static Plan ofPods(long version, Map<Ip, String> pods) {
    return ofPods(version, Map.of(), pods);
  }

  /** The same before their devices are up: none has a route yet. */
  public static Plan ofDownPods(long version, Map<Ip, String> pods) {
    var down = new HashMap<Ip, Plan.PodRoute>();
    routes(pods)
        .forEach((ip, pod) ->
            down.put(ip, new Plan.PodRoute(pod.key(), pod.hostInterface(), Optional.empty())));
    return of(
        version,
        new Plan.Routes(new Diff<>(Map.of(), Set.of()), Map.copyOf(down), Plan.Counts.NONE),
        Plan.Ends.NONE);
  }

  private static Map<Ip, Plan.PodRoute> routes(Map<Ip, String> pods) {
    var routes = new HashMap<Ip, Plan.PodRoute>();
    pods.forEach((ip, device) ->
        routes.put(
            ip,
            new Plan.PodRoute(
                FibKey.main(ip.asPrefix(), 1024),
                device,
                Optional.of(FibRoute.unicast(3, FibNextHop.device(device))))));
    return routes;
  }

  /** Of ends of tunnels only. */
  public static Plan ofEnds(long version, Plan.Ends ends) {
    return of(
        version, new Plan.Routes(new Diff<>(Map.of(), Set.of()), Map.of(), Plan.Counts.NONE), ends);
  }
}

package io.margay.agent.stage;

import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Diff;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.ChecksumOffload;
import java.util.HashMap;
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

  /** Of this node's pods: the devices that their addresses are behind. */
  public static Plan ofPods(long version, Map<Ip, String> pods) {
    var wanted = new HashMap<FibKey, FibRoute>();
    var routes = new HashMap<Ip, Plan.PodRoute>();
    pods.forEach((ip, device) -> {
      FibKey key = FibKey.main(ip.asPrefix(), 1024);
      wanted.put(key, FibRoute.unicast(3, FibNextHop.device(device)));
      routes.put(ip, new Plan.PodRoute(key, device));
    });
    return of(version, new Plan.Routes(wanted, Map.of(), Map.of(), routes), Plan.Ends.NONE);
  }

  /** Of ends of tunnels only. */
  public static Plan ofEnds(long version, Plan.Ends ends) {
    return of(version, new Plan.Routes(Map.of(), Map.of(), Map.of(), Map.of()), ends);
  }
}

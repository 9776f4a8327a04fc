package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.adopt.Adoption;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.view.KernelView;
import io.margay.route.view.ViewBuilder;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever others do to routes, devices and addresses, the end is what it has to be. */
class RouteChaosTest {
  private static final int ROUNDS = 150;

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void routesOfOursEndAsWantedWhenNobodyElseHoldsTheirPlace(long seed) {
    var random = new SplittableRandom(seed);
    try (TestNetns node = node();
        var others = new OtherPrograms(node, random.split());
        var loop = new FibLoop(node)) {
      Map<FibKey, FibRoute> wanted = Map.of();
      for (int i = 0; i < ROUNDS; i++) {
        if (random.nextInt(10) == 0) {
          wanted = someRoutes(random);
          loop.want(i, wanted);
        }
        others.doSomething(List.of(12, 80));
      }
      others.mend();
      Map<FibKey, FibRoute> end = wanted;
      loop.runUntil(
          "seed " + seed + ": " + end,
          () -> loop.status().inSync() && oursInKernel(node).equals(end));
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void foreignRoutesAreNeverTouched(long seed) {
    var random = new SplittableRandom(seed);
    try (TestNetns node = node();
        var others = new OtherPrograms(node, random.split());
        var loop = new FibLoop(node)) {
      for (int i = 0; i < ROUNDS; i++) {
        if (random.nextInt(10) == 0) {
          loop.want(i, someRoutes(random));
        }
        others.doSomething(List.of(4));
        // Between the two looks only our loop does something.
        Set<RouteEntry> before = foreign(node);
        loop.reconciler.resync();
        loop.reconciler.run(System.nanoTime());
        assertThat(foreign(node)).as("seed %d, round %d", seed, i).isEqualTo(before);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6})
  void theViewMadeOfEventsEqualsOneMadeOfDumps(long seed) {
    var random = new SplittableRandom(seed);
    try (TestNetns node = node();
        var others = new OtherPrograms(node, random.split());
        var loop = new FibLoop(node)) {
      loop.want(1, someRoutes(random));
      for (int i = 0; i < ROUNDS; i++) {
        others.doSomething(List.of(4, 12));
      }
      loop.viewWith("seed " + seed, view -> routesOf(view).equals(steady(kernelRoutes(node))));
      assertThat(loop.stats().overruns()).isZero();
    }
  }

  private static Set<RouteEntry> routesOf(KernelView view) {
    return view.routes().values().stream().flatMap(List::stream).collect(Collectors.toSet());
  }

  /** Through a builder, which leaves out what changes with the state of a device. */
  private static Set<RouteEntry> steady(List<RouteEntry> routes) {
    var builder = new ViewBuilder(FibLoop.SHOWN);
    builder.reset(routes, List.of(), List.of());
    return routesOf(builder.view());
  }

  private static TestNetns node() {
    TestNetns node = TestNetns.create();
    node.device("eth0");
    node.device("cali0");
    node.ip("addr add 192.0.2.1/24 dev eth0");
    node.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    return node;
  }

  private static Map<FibKey, FibRoute> someRoutes(SplittableRandom random) {
    var routes = new HashMap<FibKey, FibRoute>();
    for (String text : OtherPrograms.PREFIXES) {
      Prefix prefix = Prefix.of(text);
      FibRoute route =
          switch (random.nextInt(4)) {
            case 0 -> FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, 80);
            case 1 -> FibRoute.unicast(3, FibNextHop.device("cali0"));
            case 2 -> FibRoute.unicast(12, via(prefix, 2));
            default -> FibRoute.unicast(12, via(prefix, 2), via(prefix, 3));
          };
      if (random.nextInt(3) > 0) {
        routes.put(FibKey.main(prefix), route);
      }
    }
    return routes;
  }

  private static FibNextHop via(Prefix prefix, int host) {
    String network = prefix.family() == Family.IPV4 ? "192.0.2." : "2001:db8::";
    return FibNextHop.via(Ip.of(network + host), "eth0");
  }

  private static Map<FibKey, FibRoute> oursInKernel(TestNetns node) {
    try (Rtnl rtnl = Rtnl.in(node.netns())) {
      var names =
          rtnl.links().entries().stream()
              .collect(Collectors.toMap(LinkEntry::index, LinkEntry::name));
      Adoption found =
          Adoption.of(
              kernelRoutes(node), Ownership.CALICO, index -> names.getOrDefault(index, "#"));
      return found.ours();
    }
  }

  private static Set<RouteEntry> foreign(TestNetns node) {
    return kernelRoutes(node).stream()
        .filter(route -> route.protocol() == 4)
        .collect(Collectors.toSet());
  }

  private static List<RouteEntry> kernelRoutes(TestNetns node) {
    try (Rtnl rtnl = Rtnl.in(node.netns())) {
      var all = new ArrayList<RouteEntry>();
      for (Family family : Family.values()) {
        all.addAll(rtnl.routes(family, RouteEntry.TABLE_MAIN, 0).entries());
      }
      return all;
    }
  }
}

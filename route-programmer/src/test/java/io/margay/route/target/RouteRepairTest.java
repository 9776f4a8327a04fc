package io.margay.route.target;

import static io.margay.route.target.TestRoutes.BLOCK;
import static io.margay.route.target.TestRoutes.BLOCK6;
import static io.margay.route.target.TestRoutes.POD;
import static io.margay.route.target.TestRoutes.REPAIR;
import static io.margay.route.target.TestRoutes.assertInSyncAfterALook;
import static io.margay.route.target.TestRoutes.isThere;
import static io.margay.route.target.TestRoutes.key;
import static io.margay.route.target.TestRoutes.show;
import static io.margay.route.target.TestRoutes.via;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.netns.TestNetns;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.view.Way;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What others do to our routes, and to what they lead through, is followed by events; ip(8) judges.
 */
class RouteRepairTest {
  /** What a repair is to take. */
  private static final Duration SECOND = Duration.ofSeconds(1);

  private TestNetns node;

  @BeforeEach
  void open() {
    node = TestRoutes.node();
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void aRouteRemovedOrReplacedByHandIsBack() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9"), BLOCK6, via("2001:db8::9")));
      loop.viewWith("the first one", v -> v.link("eth0").isPresent());
      node.ip("route del 10.65.1.0/26");
      node.ip("-6 route del fd00:65:1::/122");
      assertThat(loop.runUntil("both back", () -> isThere(node, BLOCK) && isThere(node, BLOCK6)))
          .isLessThan(REPAIR);
      node.ip("route replace 10.65.1.0/26 via 192.0.2.66 proto bird");
      assertThat(loop.runUntil("ours again", () -> show(node, BLOCK).contains("192.0.2.9")))
          .isLessThan(REPAIR);
      assertThat(loop.status().repaired()).isEqualTo(3);
      // Our own repairs are no news to us: what is told after them brings nothing more to do.
      node.ip("route add 10.99.0.0/16 via 192.0.2.9 proto static");
      loop.viewWith("the mark", v -> v.routes().containsKey(Prefix.of("10.99.0.0/16")));
      assertThat(loop.status().applied()).isEqualTo(5);
    }
  }

  // The fastest of five: what a machine with other work adds is none of the repair's time.
  @Test
  void aRepairTakesLessThanASecond() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9")));
      loop.viewWith("it", v -> v.link("eth0").isPresent());
      Duration fastest = REPAIR;
      for (int i = 0; i < 5 && fastest.compareTo(SECOND) >= 0; i++) {
        node.ip("route del 10.65.1.0/26");
        Duration took = loop.runUntil("back", () -> isThere(node, BLOCK));
        fastest = took.compareTo(fastest) < 0 ? took : fastest;
      }
      assertThat(fastest).isLessThan(SECOND);
    }
  }

  @Test
  void aRouteOfOursThatNobodyWantsGoes() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of());
      node.ip("route add 10.65.9.0/26 via 192.0.2.9 proto bird");
      assertThat(
              loop.runUntil(
                  "gone",
                  () -> loop.status().repaired() == 1 && !isThere(node, key("10.65.9.0/26"))))
          .isLessThan(REPAIR);
    }
  }

  @Test
  void foreignRoutesAreLeftAndAreReportedWhenTheyStandInTheWay() {
    node.ip("route add 10.99.0.0/16 via 192.0.2.9 proto static");
    node.ip("route add default via 192.0.2.9");
    node.ip("route add 10.65.1.0/26 via 192.0.2.66 proto static");
    String before = node.ip("route show");
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9")));
      assertThat(node.ip("route show")).isEqualTo(before);
      assertThat(loop.status().failing())
          .extracting(ReconcileStatus.Failing::reason)
          .containsExactly(
              "10.65.1.0/26 via 192.0.2.9 dev eth0 proto 12: another program's route is in the"
                  + " way: \"10.65.1.0/26 via 192.0.2.66 dev eth0 proto 4\"; ours comes when it"
                  + " goes");
      assertThat(loop.target.foreignRoutes()).isGreaterThanOrEqualTo(3);
      node.ip("route del 10.65.1.0/26");
      assertThat(loop.runUntil("ours", () -> isThere(node, BLOCK))).isLessThan(REPAIR);
      loop.want(2, Map.of());
      assertThat(node.ip("route show")).contains("10.99.0.0/16").contains("default");
    }
  }

  @Test
  void aRouteOfOursThatAnotherProgramTakesOverIsNotTakenBackButReported() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9")));
      node.ip("route replace 10.65.1.0/26 via 192.0.2.66 proto static");
      loop.runUntil("reported", () -> !loop.status().failing().isEmpty());
      assertThat(show(node, BLOCK)).contains("proto static");
    }
  }

  @Test
  void routesComeBackWithTheirDevice() {
    try (var loop = new FibLoop(node)) {
      loop.want(
          1,
          Map.of(
              POD, FibRoute.unicast(3, FibNextHop.device("cali0")),
              BLOCK, via("192.0.2.9"),
              BLOCK6, via("2001:db8::9")));
      node.ip("link set cali0 down");
      loop.runUntil("refused", () -> loop.status().failing().size() == 1);
      assertThat(loop.status().failing().getFirst().reason())
          .startsWith("10.65.0.2/32 dev cali0 proto 3: ENETDOWN");
      node.ip("link set cali0 up");
      assertThat(loop.runUntil("back", () -> isThere(node, POD))).isLessThan(REPAIR);

      node.ip("link del cali0");
      loop.runUntil("missing", () -> loop.status().failing().size() == 1);
      assertThat(loop.status().failing().getFirst().reason())
          .isEqualTo("10.65.0.2/32: interface cali0 does not exist");
      node.device("cali0");
      assertThat(loop.runUntil("back on the new one", () -> isThere(node, POD))).isLessThan(REPAIR);

      node.ip("link set eth0 down");
      loop.runUntil("both refused", () -> loop.status().failing().size() == 2);
      node.ip("link set eth0 up");
      // IPv6 loses its address with the link; somebody gives it back.
      node.ip("addr add 2001:db8::1/64 dev eth0 nodad");
      assertThat(loop.runUntil("both back", () -> isThere(node, BLOCK) && isThere(node, BLOCK6)))
          .isLessThan(REPAIR);
      assertThat(loop.status().inSync()).isTrue();
    }
  }

  @Test
  void routesFollowAnUplinkThatIsRenamed() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9"), BLOCK6, via("2001:db8::9")));
      loop.viewWith("the first one", v -> v.link("eth0").isPresent());
      try (var judge = new IpMonitor(node)) {
        // Older kernels rename no device that is up, and one that goes down takes its routes along.
        node.ip("link set eth0 name up0");
        FibNextHop renamed = FibNextHop.via(Ip.of("192.0.2.9"), "up0");
        loop.viewWith(
            "the way by the new name",
            v ->
                Way.to(v, Ip.of("192.0.2.9"))
                    .filter(way -> way.hops().contains(renamed))
                    .isPresent());
        assertThat(loop.status().inSync()).as("until the plan has the new name").isTrue();
        assertThat(show(node, BLOCK)).isEqualTo("10.65.1.0/26 via 192.0.2.9 dev up0 proto bird");
        loop.want(2, Map.of(BLOCK, viaRenamed("192.0.2.9"), BLOCK6, viaRenamed("2001:db8::9")));
        assertThat(loop.status().failing()).isEmpty();
        assertThat(judge.routeEvents()).noneMatch(event -> event.startsWith("Deleted"));
      }
      assertThat(show(node, BLOCK)).isEqualTo("10.65.1.0/26 via 192.0.2.9 dev up0 proto bird");
      assertThat(show(node, BLOCK6))
          .startsWith("fd00:65:1::/122 via 2001:db8::9 dev up0 proto bird");
      assertInSyncAfterALook(loop);

      node.ip("link set up0 down");
      loop.runUntil("both refused", () -> loop.status().failing().size() == 2);
      node.ip("link set up0 up");
      node.ip("addr add 2001:db8::1/64 dev up0 nodad");
      assertThat(loop.runUntil("both back", () -> isThere(node, BLOCK) && isThere(node, BLOCK6)))
          .isLessThan(REPAIR);
    }
  }

  private static FibRoute viaRenamed(String gateway) {
    return FibRoute.unicast(12, FibNextHop.via(Ip.of(gateway), "up0"));
  }

  @Test
  void aLostAddressTakesRoutesSilentlyAndTheyComeBackWithIt() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9")));
      node.ip("addr del 192.0.2.1/24 dev eth0");
      loop.runUntil("refused", () -> loop.status().failing().size() == 1);
      node.ip("addr add 192.0.2.1/24 dev eth0");
      assertThat(loop.runUntil("back", () -> isThere(node, BLOCK))).isLessThan(REPAIR);
    }
  }

  @Test
  void aForeignRouteThatWasReplacedUnawaresLeavesTheView() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9")));
      loop.viewWith("the first one", v -> v.link("eth0").isPresent());
      node.ip("route replace 10.65.1.0/26 via 192.0.2.66 proto static");
      // Its event is not heard yet.
      loop.want(2, Map.of(BLOCK, via("192.0.2.10")));
      assertThat(show(node, BLOCK)).isEqualTo("10.65.1.0/26 via 192.0.2.10 dev eth0 proto bird");
      loop.viewWith("with it", v -> v.routes().containsKey(BLOCK.destination()));
      loop.viewWith("without it", v -> !v.routes().containsKey(BLOCK.destination()));
      assertThat(loop.status().inSync()).isTrue();
    }
  }

  @Test
  void theViewShowsTheWayAndFollowsChanges() {
    node.ip("route add default via 192.0.2.254");
    node.ip("route add 198.51.100.0/24 via 192.0.2.7");
    node.ip("route add blackhole 198.51.100.128/25");
    try (var loop = new FibLoop(node)) {
      var view = loop.viewWith("first view", v -> v.link("eth0").isPresent());
      assertThat(Way.to(view, Ip.of("192.0.2.9")).orElseThrow().hops())
          .containsExactly(FibNextHop.via(Ip.of("192.0.2.9"), "eth0"));
      assertThat(Way.to(view, Ip.of("198.51.100.1")).orElseThrow().hops())
          .containsExactly(FibNextHop.via(Ip.of("192.0.2.7"), "eth0"));
      assertThat(Way.to(view, Ip.of("8.8.8.8")).orElseThrow().hops())
          .containsExactly(FibNextHop.via(Ip.of("192.0.2.254"), "eth0"));
      assertThat(Way.to(view, Ip.of("198.51.100.200"))).isEmpty();
      assertThat(Way.to(view, Ip.of("192.0.2.1"))).isEmpty();
      assertThat(Way.to(view, Ip.of("2001:db8::5")).orElseThrow().hops())
          .containsExactly(FibNextHop.via(Ip.of("2001:db8::5"), "eth0"));

      FibKey pod = FibKey.main(Prefix.of("10.65.0.7/32"));
      FibRoute direct = FibRoute.unicast(Ownership.DEVICE_PROTOCOL, FibNextHop.device("eth0"));
      loop.want(1, Map.of(BLOCK, via("192.0.2.9"), pod, direct));
      loop.viewWith("our route to a pod", v -> v.routes().containsKey(pod.destination()));
      node.ip("route del 198.51.100.0/24");
      loop.viewWith("gone", v -> !v.routes().containsKey(Prefix.of("198.51.100.0/24")));
      node.ip("link set eth0 down");
      loop.viewWith("no way left", v -> Way.to(v, Ip.of("8.8.8.8")).isEmpty());
      node.ip("link set eth0 up");
      loop.viewWith("connected again", v -> Way.to(v, Ip.of("192.0.2.9")).isPresent());
    }
  }
}

package io.margay.route.target;

import static io.margay.route.target.TestRoutes.BLOCK;
import static io.margay.route.target.TestRoutes.BLOCK6;
import static io.margay.route.target.TestRoutes.POD;
import static io.margay.route.target.TestRoutes.assertInSyncAfterALook;
import static io.margay.route.target.TestRoutes.dead;
import static io.margay.route.target.TestRoutes.key;
import static io.margay.route.target.TestRoutes.legs;
import static io.margay.route.target.TestRoutes.lines;
import static io.margay.route.target.TestRoutes.onlink;
import static io.margay.route.target.TestRoutes.show;
import static io.margay.route.target.TestRoutes.via;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes of ours in a real kernel, beside those of others; ip(8) is the judge. */
class RouteTargetTest {
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
  void aDeviceMayBeCalledAlmostAnything() {
    node.device("#1");
    node.device("#x");
    try (var loop = new FibLoop(node)) {
      loop.want(
          1,
          Map.of(
              key("10.65.7.0/26"), FibRoute.unicast(12, FibNextHop.device("#1")),
              key("10.65.8.0/26"), FibRoute.unicast(12, FibNextHop.device("#x"))));
      assertThat(loop.status().failing()).isEmpty();
      assertThat(lines(node, "-4 route show"))
          .contains(
              "10.65.7.0/26 dev #1 proto bird scope link",
              "10.65.8.0/26 dev #x proto bird scope link");
    }
  }

  @Test
  void allKindsAreMadeChangedAndRemoved() {
    try (var loop = new FibLoop(node)) {
      var routes = new LinkedHashMap<FibKey, FibRoute>();
      routes.put(POD, FibRoute.unicast(3, FibNextHop.device("cali0")));
      routes.put(BLOCK, via("192.0.2.9"));
      routes.put(
          key("10.65.2.0/26"), onlink("203.0.113.7").withMetrics(new RouteMetrics(1400, 1340)));
      routes.put(key("10.65.3.0/26"), dead(FibRoute.Type.BLACKHOLE));
      routes.put(key("10.65.4.0/26"), dead(FibRoute.Type.UNREACHABLE));
      routes.put(key("10.65.5.0/26"), dead(FibRoute.Type.PROHIBIT));
      routes.put(key("10.65.6.0/26"), legs("192.0.2.9", "192.0.2.8"));
      routes.put(BLOCK6, via("2001:db8::9"));
      routes.put(key("fd00:65:2::/122"), dead(FibRoute.Type.BLACKHOLE));
      routes.put(key("fd00:65:3::/122"), legs("2001:db8::9", "2001:db8::8"));
      routes.put(key("fd00:65::2/128"), FibRoute.unicast(3, FibNextHop.device("cali0")));
      routes.put(key("fd00:65:4::/122"), onlink("2001:db8:f::7"));
      loop.want(1, routes);
      assertThat(loop.status().failing()).isEmpty();
      assertThat(lines(node, "-4 route show"))
          .contains(
              "10.65.0.2 dev cali0 scope link",
              "10.65.1.0/26 via 192.0.2.9 dev eth0 proto bird",
              "10.65.2.0/26 via 203.0.113.7 dev eth0 proto bird onlink mtu 1400 advmss 1340",
              "blackhole 10.65.3.0/26 proto 80",
              "unreachable 10.65.4.0/26 proto 80",
              "prohibit 10.65.5.0/26 proto 80",
              "10.65.6.0/26 proto bird");
      assertThat(lines(node, "-6 route show"))
          .contains(
              "fd00:65:1::/122 via 2001:db8::9 dev eth0 proto bird metric 1024 pref medium",
              "blackhole fd00:65:2::/122 dev lo proto 80 metric 1024 pref medium");
      assertInSyncAfterALook(loop);
      assertThat(loop.status().actual()).isEqualTo(routes.size());

      routes.put(BLOCK, legs("192.0.2.9", "192.0.2.8"));
      routes.put(BLOCK6, dead(FibRoute.Type.BLACKHOLE));
      routes.put(key("10.65.3.0/26"), via("192.0.2.9"));
      routes.put(key("10.65.6.0/26"), via("192.0.2.8"));
      routes.put(key("fd00:65:3::/122"), via("2001:db8::7"));
      loop.want(2, routes);
      assertThat(loop.status().failing()).isEmpty();
      assertThat(lines(node, "-4 route show"))
          .contains(
              "10.65.1.0/26 proto bird",
              "10.65.3.0/26 via 192.0.2.9 dev eth0 proto bird",
              "10.65.6.0/26 via 192.0.2.8 dev eth0 proto bird");
      assertThat(lines(node, "-6 route show"))
          .contains(
              "blackhole fd00:65:1::/122 dev lo proto 80 metric 1024 pref medium",
              "fd00:65:3::/122 via 2001:db8::7 dev eth0 proto bird metric 1024 pref medium");

      loop.want(3, Map.of());
      assertThat(loop.status().failing()).isEmpty();
      assertThat(node.ip("-4 route show")).doesNotContain("10.65");
      assertThat(node.ip("-6 route show")).doesNotContain("fd00:65");
    }
  }

  @Test
  void nothingIsDeletedWhileAHoldStands() {
    node.ip("route add 10.65.9.0/26 via 192.0.2.9 proto bird");
    node.ip("route add 10.65.1.0/26 via 192.0.2.66 proto bird");
    try (var loop = new FibLoop(node, "sources")) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.9")));
      assertThat(show(node, BLOCK)).contains("via 192.0.2.9");
      assertThat(node.ip("route show 10.65.9.0/26")).isNotEmpty();
      assertThat(loop.status().heldRemovals()).isEqualTo(1);
      loop.reconciler.release("sources");
      loop.reconciler.run(System.nanoTime());
      assertThat(node.ip("route show 10.65.9.0/26")).isEmpty();
    }
  }

  @Test
  void calicosEqualRoutesAreAdoptedWithoutTouchingThem() {
    node.ip("route add 10.65.0.2 dev cali0 scope link proto boot");
    node.ip("route add 10.65.0.3 dev cali0 scope link proto boot metric 1024");
    node.ip("route add 10.65.1.0/26 via 192.0.2.9 proto bird");
    node.ip("route add 10.65.2.0/26 via 203.0.113.7 dev eth0 onlink proto bird");
    node.ip("route add blackhole 10.65.3.0/26 proto 80");
    node.ip("-6 route add fd00:65::2 dev cali0 proto boot");
    node.ip("-6 route add fd00:65:1::/122 via 2001:db8::9 proto bird");
    node.ip("-6 route add blackhole fd00:65:2::/122 proto 80");
    var wanted = new HashMap<FibKey, FibRoute>();
    wanted.put(POD, FibRoute.unicast(3, FibNextHop.device("cali0")));
    wanted.put(
        FibKey.main(Prefix.of("10.65.0.3/32"), 1024),
        FibRoute.unicast(3, FibNextHop.device("cali0")));
    wanted.put(BLOCK, via("192.0.2.9"));
    wanted.put(key("10.65.2.0/26"), onlink("203.0.113.7"));
    wanted.put(key("10.65.3.0/26"), dead(FibRoute.Type.BLACKHOLE));
    wanted.put(key("fd00:65::2/128"), FibRoute.unicast(3, FibNextHop.device("cali0")));
    wanted.put(BLOCK6, via("2001:db8::9"));
    wanted.put(key("fd00:65:2::/122"), dead(FibRoute.Type.BLACKHOLE));
    try (var loop = new FibLoop(node);
        var judge = new IpMonitor(node)) {
      loop.want(1, wanted);
      assertThat(loop.status().actual()).isEqualTo(wanted.size());
      assertThat(loop.status().inSync()).isTrue();
      assertThat(judge.routeEvents()).isEmpty();
    }
  }

  /** The ways of one destination, as both families show them; each is what a dump reads back. */
  @Test
  void waysWithWeightsSourcesMetricsAndRoutersOfTheOtherFamily() {
    node.device("eth1");
    node.ip("addr add 192.0.3.1/24 dev eth1");
    node.ip("addr add 2001:db8:1::1/64 dev eth1 nodad");
    var three =
        List.of(
            new FibNextHop("eth0", Optional.of(Ip.of("192.0.2.9")), false, 3),
            new FibNextHop("eth1", Optional.of(Ip.of("203.0.113.9")), true, 256),
            new FibNextHop("eth1", Optional.empty(), false, 1));
    var three6 =
        List.of(
            new FibNextHop("eth0", Optional.of(Ip.of("2001:db8::9")), false, 3),
            new FibNextHop("eth1", Optional.of(Ip.of("2001:db8:f::9")), true, 256));
    var routes = new LinkedHashMap<FibKey, FibRoute>();
    routes.put(BLOCK, FibRoute.unicast(12, three).withMetrics(new RouteMetrics(1400, 1340)));
    routes.put(BLOCK6, FibRoute.unicast(12, three6).withMetrics(new RouteMetrics(1400, 1320)));
    routes.put(key("10.65.2.0/26"), via("2001:db8::9").withSource(Ip.of("192.0.2.1")));
    routes.put(
        key("10.65.3.0/26"),
        FibRoute.unicast(
            12,
            FibNextHop.via(Ip.of("2001:db8::9"), "eth0"),
            FibNextHop.via(Ip.of("192.0.3.9"), "eth1")));
    routes.put(key("fd00:65:2::/122"), via("2001:db8::9").withSource(Ip.of("2001:db8:1::1")));
    try (var loop = new FibLoop(node)) {
      loop.want(1, routes);
      assertThat(loop.status().failing()).isEmpty();
      assertThat(lines(node, "-4 route show 10.65.1.0/26"))
          .containsExactlyInAnyOrder(
              "10.65.1.0/26 proto bird mtu 1400 advmss 1340",
              "nexthop dev eth1 weight 1",
              "nexthop via 192.0.2.9 dev eth0 weight 3",
              "nexthop via 203.0.113.9 dev eth1 weight 256 onlink");
      assertThat(lines(node, "-6 route show fd00:65:1::/122"))
          .containsExactlyInAnyOrder(
              "fd00:65:1::/122 proto bird metric 1024 mtu 1400 advmss 1320 pref medium",
              "nexthop via 2001:db8::9 dev eth0 weight 3",
              "nexthop via 2001:db8:f::9 dev eth1 weight 256 onlink");
      assertThat(lines(node, "-4 route show 10.65.2.0/26"))
          .containsExactly("10.65.2.0/26 via inet6 2001:db8::9 dev eth0 proto bird src 192.0.2.1");
      assertThat(lines(node, "-4 route show 10.65.3.0/26"))
          .contains(
              "nexthop via inet6 2001:db8::9 dev eth0 weight 1",
              "nexthop via 192.0.3.9 dev eth1 weight 1");
      assertThat(lines(node, "-6 route show fd00:65:2::/122").getFirst())
          .startsWith(
              "fd00:65:2::/122 via 2001:db8::9 dev eth0 proto bird src 2001:db8:1::1 metric 1024");
      assertInSyncAfterALook(loop);

      // Other weights alone are another route.
      var even = three.stream().map(hop -> withWeight(hop, 1)).toList();
      var even6 = three6.stream().map(hop -> withWeight(hop, 1)).toList();
      routes.put(BLOCK, FibRoute.unicast(12, even));
      routes.put(BLOCK6, FibRoute.unicast(12, even6));
      loop.want(2, routes);
      assertThat(node.ip("-4 route show 10.65.1.0/26")).doesNotContain("256").doesNotContain("mtu");
      assertThat(node.ip("-6 route show fd00:65:1::/122"))
          .doesNotContain("256")
          .doesNotContain("mtu");
      assertInSyncAfterALook(loop);
      loop.want(3, Map.of());
      assertThat(node.ip("-4 route show") + node.ip("-6 route show")).doesNotContain("proto bird");
    }
  }

  private static FibNextHop withWeight(FibNextHop hop, int weight) {
    return new FibNextHop(hop.interfaceName(), hop.gateway(), hop.onlink(), weight);
  }

  /** More than is sent at once: blocks of requests are under way while others are written. */
  @Test
  void eachRouteOfALargeBatchHasItsOwnAnswer() {
    node.ip("route add 10.66.0.77/32 via 192.0.2.66 proto static");
    int many = 3500;
    var routes = new HashMap<FibKey, FibRoute>();
    for (int i = 0; i < many; i++) {
      routes.put(key("10.66." + i / 256 + "." + i % 256 + "/32"), via("192.0.2.9"));
    }
    routes.put(key("10.66.5.5/32"), via("203.0.113.1"));
    routes.put(key("10.66.6.6/32"), FibRoute.unicast(3, FibNextHop.device("cali9")));
    try (var loop = new FibLoop(node)) {
      loop.want(1, routes);
      assertThat(loop.status().failing())
          .extracting(ReconcileStatus.Failing::reason)
          .satisfiesExactlyInAnyOrder(
              reason -> assertThat(reason).startsWith("10.66.0.77/32 via 192.0.2.9 dev eth0"),
              reason ->
                  assertThat(reason)
                      .isEqualTo(
                          "10.66.5.5/32 via 203.0.113.1 dev eth0 proto 12: ENETUNREACH (Nexthop has"
                              + " invalid gateway)"),
              reason ->
                  assertThat(reason).isEqualTo("10.66.6.6/32: interface cali9 does not exist"));
      assertThat(loop.status().actual()).isEqualTo(many - 3);
      assertThat(lines(node, "-4 route show proto bird")).hasSize(many - 3);

      var moved = new HashMap<FibKey, FibRoute>();
      routes.keySet().forEach(key -> moved.put(key, via("192.0.2.8")));
      loop.want(2, moved);
      assertThat(lines(node, "-4 route show proto bird"))
          .hasSize(many - 1)
          .allMatch(line -> line.contains("via 192.0.2.8"));
      loop.want(3, Map.of());
      assertThat(lines(node, "-4 route show proto bird")).isEmpty();
      assertThat(loop.status().inSync()).isTrue();
    }
  }

  @Test
  void aFurtherRouteOfTheSameKeyGoesWithOurs() {
    node.ip("route add 10.65.1.0/26 via 192.0.2.9 proto bird");
    node.ip("route append 10.65.1.0/26 via 192.0.2.8 proto bird");
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(BLOCK, via("192.0.2.7")));
      assertThat(show(node, BLOCK)).isEqualTo("10.65.1.0/26 via 192.0.2.7 dev eth0 proto bird");
    }
  }
}

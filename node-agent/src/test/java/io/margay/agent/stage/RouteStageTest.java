package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.PodKey;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.EncapMode;
import io.margay.tunnel.plan.TunnelPool;
import io.margay.tunnel.plan.Ways;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class RouteStageTest {
  private static final NextHopTable KERNEL =
      new NextHopTable(
          List.of(
              new Onward(Prefix.of("172.30.1.0/24"), Optional.empty(), "eth0", 0, Optional.empty()),
              new Onward(
                  Prefix.of("172.30.2.0/24"),
                  Optional.of(Ip.of("172.30.1.1")),
                  "eth0",
                  0,
                  Optional.empty())));

  private static final Ways WAYS =
      new Ways(
          List.of(
              new TunnelPool(Prefix.of("10.244.0.0/16"), EncapMode.CROSS_SUBNET, EncapMode.NEVER),
              TunnelPool.plain(Prefix.of("10.245.0.0/16"))),
          Optional.of(Prefix.of("172.30.1.0/24")));

  private static final RoutePriorities METRICS = new RoutePriorities(1024, 2048);

  private static RouteStage.Result plan(boolean tunnelUp, BestRoute... best) {
    Map<Prefix, BestRoute> chosen = new HashMap<>();
    Stream.of(best).forEach(route -> chosen.put(route.prefix(), route));
    return RouteStage.plan(
        new RouteStage.Input(
            List.of(), Set.of(), List.of(), chosen, WAYS, tunnelUp, KERNEL, METRICS));
  }

  private static BestRoute via(String prefix, String... nextHops) {
    var neighbour =
        new Neighbour(
            "Mesh", PeerKind.MESH, Ip.of(nextHops[0]), 64512, 64512, Ip4.of("1.1.1.1"), false, 0);
    return new BestRoute(
        Prefix.of(prefix),
        new RouteSource.Peer(neighbour),
        Attributes.LOCAL,
        Stream.of(nextHops).map(ip -> new BestRoute.NextHop(Ip.of(ip), "Mesh")).toList(),
        Optional.empty(),
        SelectionReason.ONLY_PATH);
  }

  private static FibKey key(String prefix) {
    return FibKey.main(Prefix.of(prefix), 1024);
  }

  @Test
  void oneNextHopThatIsReachedIsEnough() {
    RouteStage.Result result = plan(true, via("10.245.5.0/26", "192.0.2.1", "172.30.1.10"));
    assertThat(result.routes())
        .containsEntry(
            key("10.245.5.0/26"),
            FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.10"), "eth0")));
    assertThat(result.left()).isEmpty();
  }

  @Test
  void eachFamilyHasItsOwnMetric() {
    var pod =
        new LocalPods.LocalPod(
            new PodKey("shop", "web"),
            "caliweb",
            List.of(Ip.of("10.244.1.1"), Ip.of("fd00::1")),
            true);
    RouteStage.Result result =
        RouteStage.plan(
            new RouteStage.Input(
                List.of(pod), Set.of(), List.of(), Map.of(), WAYS, true, KERNEL, METRICS));
    assertThat(result.routes().keySet())
        .containsExactlyInAnyOrder(
            FibKey.main(Prefix.of("10.244.1.1/32"), 1024),
            FibKey.main(Prefix.of("fd00::1/128"), 2048));
  }

  @Test
  void aNodeInTheOwnSubnetIsTheNextHop() {
    assertThat(plan(true, via("10.244.5.0/26", "172.30.1.10")).routes())
        .containsEntry(
            key("10.244.5.0/26"),
            FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.10"), "eth0")));
  }

  @Test
  void aNodeBehindTheRouterIsReachedByTheRouterWhereThePoolHasNoTunnel() {
    assertThat(plan(true, via("10.245.5.0/26", "172.30.2.13")).routes())
        .containsEntry(
            key("10.245.5.0/26"),
            FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.1"), "eth0")));
  }

  @Test
  void aNodeBehindTheRouterIsReachedByTheTunnelWhereThePoolCrossesSubnets() {
    RouteStage.Result result = plan(true, via("10.244.5.0/26", "172.30.2.13"));
    assertThat(result.routes())
        .containsEntry(
            key("10.244.5.0/26"),
            FibRoute.unicast(12, FibNextHop.onlink(Ip.of("172.30.2.13"), "tunl0")));
    assertThat(result.tunnelled()).containsEntry(Prefix.of("10.244.5.0/26"), Ip4.of("172.30.2.13"));
  }

  @Test
  void aTunnelThatIsNotUpGetsNoRouteButItsTable() {
    RouteStage.Result result = plan(false, via("10.244.5.0/26", "172.30.2.13"));
    assertThat(result.routes()).isEmpty();
    assertThat(result.left()).containsEntry(Prefix.of("10.244.5.0/26"), "tunl0 is not up yet");
    assertThat(result.tunnelled()).hasSize(1);
  }

  @Test
  void aNextHopThatNothingLeadsToIsLeftAndSaid() {
    RouteStage.Result result = plan(true, via("10.245.5.0/26", "192.0.2.7"));
    assertThat(result.routes()).isEmpty();
    assertThat(result.left()).containsEntry(Prefix.of("10.245.5.0/26"), "no route to 192.0.2.7");
  }

  @Test
  void equalPathsBecomeOneRouteWithSeveralHops() {
    assertThat(
            plan(true, via("192.0.2.0/24", "172.30.1.10", "172.30.1.20"))
                .routes()
                .get(key("192.0.2.0/24")))
        .isEqualTo(
            FibRoute.unicast(
                12,
                FibNextHop.via(Ip.of("172.30.1.10"), "eth0"),
                FibNextHop.via(Ip.of("172.30.1.20"), "eth0")));
  }

  @Test
  void aPodHasItsRouteWhenItsInterfaceIsUpByTheKernelOrByCni() {
    var key = new PodKey("shop", "web");
    Ip ip = Ip.of("10.244.1.1");
    for (boolean byCni : new boolean[] {true, false}) {
      var pod = new LocalPods.LocalPod(key, "cali1", List.of(ip), byCni);
      RouteStage.Result result =
          RouteStage.plan(
              new RouteStage.Input(
                  List.of(pod),
                  byCni ? Set.of() : Set.of("cali1"),
                  List.of(),
                  Map.of(),
                  WAYS,
                  true,
                  KERNEL,
                  METRICS));
      assertThat(result.routes())
          .containsEntry(key("10.244.1.1/32"), FibRoute.unicast(3, FibNextHop.device("cali1")));
      assertThat(result.causes().get(key("10.244.1.1/32")).text()).isEqualTo("pod shop/web");
    }
  }

  @Test
  void aPodWhoseInterfaceIsDownIsLeft() {
    var pod =
        new LocalPods.LocalPod(
            new PodKey("shop", "web"), "cali1", List.of(Ip.of("10.244.1.1")), false);
    RouteStage.Result result =
        RouteStage.plan(
            new RouteStage.Input(
                List.of(pod), Set.of(), List.of(), Map.of(), WAYS, true, KERNEL, METRICS));
    assertThat(result.routes()).isEmpty();
    assertThat(result.left().get(Prefix.of("10.244.1.1/32")))
        .isEqualTo("pod shop/web: cali1 is not up");
  }

  @Test
  void anOwnBlockEndsHereWithoutAMetric() {
    RouteStage.Result result =
        RouteStage.plan(
            new RouteStage.Input(
                List.of(),
                Set.of(),
                List.of(Prefix.of("10.244.1.0/26")),
                Map.of(),
                WAYS,
                true,
                KERNEL,
                METRICS));
    assertThat(result.routes())
        .containsEntry(
            FibKey.main(Prefix.of("10.244.1.0/26")), FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, 12));
  }
}

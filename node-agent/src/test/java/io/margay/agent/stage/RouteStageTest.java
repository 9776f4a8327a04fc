package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.PodKey;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.EncapMode;
import io.margay.tunnel.plan.TunnelPool;
import io.margay.tunnel.plan.Ways;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RouteStageTest {
  private static final NextHopTable KERNEL =
      new NextHopTable(
          List.of(
              Onward.of(Prefix.of("172.30.1.0/24"), Hop.on("eth0")),
              Onward.of(Prefix.of("172.30.2.0/24"), Hop.via(Ip.of("172.30.1.1"), "eth0"))));

  private static final List<TunnelPool> POOLS =
      List.of(
          new TunnelPool(Prefix.of("10.244.0.0/16"), EncapMode.CROSS_SUBNET, EncapMode.NEVER),
          TunnelPool.plain(Prefix.of("10.245.0.0/16")));

  /** What a node of Calico 3.32 announces its blocks with. */
  private static final long ORDINARY = 2147483647L - 1024;

  private static final RoutePriorities METRICS = new RoutePriorities(1024, 2048);

  private static RoutePart plan(boolean tunnelUp, BestRoute... best) {
    Map<Prefix, BestRoute> chosen = new HashMap<>();
    Stream.of(best).forEach(route -> chosen.put(route.prefix(), route));
    return planned(input(List.of(), Set.of(), Map.of(), chosen, PeerWays.NONE, tunnelUp, KERNEL));
  }

  private static RoutePart planned(RouteStage.Input input) {
    var routes = new RoutePart();
    routes.plan(input, Set.of());
    return routes;
  }

  private static RouteStage.Input input(
      List<LocalPods.LocalPod> pods,
      Set<String> ready,
      Map<Prefix, Integer> blackholes,
      Map<Prefix, BestRoute> best,
      PeerWays peers,
      boolean tunnelUp,
      NextHopTable nextHops) {
    var up = new HashSet<>(ready);
    if (tunnelUp) {
      up.add("tunl0");
    }
    var subnets = Map.of(Family.IPV4, Prefix.of("172.30.1.0/24"));
    Set<Encap> tunnels = tunnelUp ? Set.of(Encap.IPIP) : Set.of();
    return new RouteStage.Input(
        new RouteStage.Local(RouteStage.Local.byAddress(pods), blackholes, METRICS),
        new RouteStage.Bgp(true, best, peers),
        new RouteStage.Cluster(
            Images.SELF,
            Map.of(),
            NodeEnds.of(List.of()),
            new Ways(POOLS, new Ways.Own(subnets, tunnels, Set.of()))),
        new RouteStage.Links(up, nextHops, Map.of(Family.IPV4, "eth0")));
  }

  private static BestRoute via(String prefix, String... nextHops) {
    return via(ORDINARY, prefix, nextHops);
  }

  private static BestRoute via(long localPref, String prefix, String... nextHops) {
    var neighbour =
        new Neighbour(
            "Mesh", PeerKind.MESH, Ip.of(nextHops[0]), 64512, 64512, Ip4.of("1.1.1.1"), false, 0);
    return new BestRoute(
        Prefix.of(prefix),
        new RouteSource.Peer(neighbour),
        new AttributesBuilder().localPref(localPref).build(),
        Stream.of(nextHops).map(ip -> new BestRoute.NextHop(Ip.of(ip), "Mesh")).toList(),
        Optional.empty(),
        SelectionReason.ONLY_PATH);
  }

  private static FibKey key(String prefix) {
    return FibKey.main(Prefix.of(prefix), 1024);
  }

  @Test
  void oneNextHopThatIsReachedIsEnough() {
    RoutePart result = plan(true, via("10.245.5.0/26", "192.0.2.1", "172.30.1.10"));
    assertThat(result.all().wanted())
        .containsEntry(
            key("10.245.5.0/26"),
            FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.10"), "eth0")));
    assertThat(result.all().left()).isEmpty();
  }

  @Test
  void eachFamilyHasItsOwnMetric() {
    var pod =
        new LocalPods.LocalPod(
            new PodKey("shop", "web"),
            "caliweb",
            List.of(Ip.of("10.244.1.1"), Ip.of("fd00::1")),
            true);
    RoutePart result =
        planned(input(List.of(pod), Set.of(), Map.of(), Map.of(), PeerWays.NONE, true, KERNEL));
    assertThat(result.all().wanted().keySet())
        .containsExactlyInAnyOrder(
            FibKey.main(Prefix.of("10.244.1.1/32"), 1024),
            FibKey.main(Prefix.of("fd00::1/128"), 2048));
  }

  @Test
  void aNodeInTheOwnSubnetIsTheNextHop() {
    assertThat(plan(true, via("10.244.5.0/26", "172.30.1.10")).all().wanted())
        .containsEntry(
            key("10.244.5.0/26"),
            FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.10"), "eth0")));
  }

  @Test
  void aNodeBehindTheRouterIsReachedByTheRouterWhereThePoolHasNoTunnel() {
    assertThat(plan(true, via("10.245.5.0/26", "172.30.2.13")).all().wanted())
        .containsEntry(
            key("10.245.5.0/26"),
            FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.1"), "eth0")));
  }

  @Test
  void aNodeBehindTheRouterIsReachedByTheTunnelWhereThePoolCrossesSubnets() {
    RoutePart result = plan(true, via("10.244.5.0/26", "172.30.2.13"));
    assertThat(result.all().wanted())
        .containsEntry(
            key("10.244.5.0/26"),
            FibRoute.unicast(12, FibNextHop.onlink(Ip.of("172.30.2.13"), "tunl0")));
    assertThat(result.tunnelled()).containsEntry(Prefix.of("10.244.5.0/26"), Ip4.of("172.30.2.13"));
  }

  @Test
  void aTunnelThatIsNotUpGetsNoRouteButItsTable() {
    RoutePart result = plan(false, via("10.244.5.0/26", "172.30.2.13"));
    assertThat(result.all().wanted()).isEmpty();
    assertThat(result.all().left())
        .containsEntry(Prefix.of("10.244.5.0/26"), new Missing.DeviceDown("tunl0"));
    assertThat(result.tunnelled()).hasSize(1);
  }

  @Test
  void aNextHopThatNothingLeadsToIsLeftAndSaid() {
    RoutePart result = plan(true, via("10.245.5.0/26", "192.0.2.7"));
    assertThat(result.all().wanted()).isEmpty();
    assertThat(result.all().left())
        .containsEntry(
            Prefix.of("10.245.5.0/26"), new Missing.NextHopUnreached(Ip.of("192.0.2.7")));
  }

  @Test
  void equalPathsBecomeOneRouteWithSeveralHops() {
    assertThat(
            plan(true, via("192.0.2.0/24", "172.30.1.10", "172.30.1.20"))
                .all()
                .wanted()
                .get(key("192.0.2.0/24")))
        .isEqualTo(
            FibRoute.unicast(
                12,
                FibNextHop.via(Ip.of("172.30.1.10"), "eth0"),
                FibNextHop.via(Ip.of("172.30.1.20"), "eth0")));
  }

  // Calico 3.32's kernel filter; 100 is what 3.31, BIRD and a router of another AS bring.
  @ParameterizedTest
  @CsvSource({
    "2147482623, 1024",
    "2147483135, 512",
    "100, 2147483547",
    "2147483647, 1",
    "4294967295, 1"
  })
  void theMetricIsWhatTheLocalPreferenceStandsFor(long localPref, int metric) {
    assertThat(plan(true, via(localPref, "10.245.5.0/26", "172.30.1.10")).all().wanted())
        .containsOnlyKeys(FibKey.main(Prefix.of("10.245.5.0/26"), metric));
  }

  @Test
  void noRouteHasMoreWaysThanBirdGivesOne() {
    String[] many = IntStream.range(10, 40).mapToObj(i -> "172.30.1." + i).toArray(String[]::new);
    FibRoute route = plan(true, via("192.0.2.0/24", many)).all().wanted().get(key("192.0.2.0/24"));
    assertThat(route)
        .isEqualTo(
            FibRoute.unicast(
                12,
                Stream.of(many).limit(16).map(ip -> FibNextHop.via(Ip.of(ip), "eth0")).toList()));
  }

  @Test
  void aPeerBehindAGatewayHasARouteOfItsOwnAndNextHopsGoByIt() {
    var wanted = new PeerWays.Wanted(Ip.of("192.0.2.1"), Ip.of("172.30.1.2"), "tor");
    PeerWays peers = PeerWays.of(List.of(wanted), KERNEL);
    RoutePart result =
        planned(
            input(
                List.of(),
                Set.of(),
                Map.of(),
                Map.of(Prefix.of("198.51.100.0/24"), via("198.51.100.0/24", "192.0.2.1")),
                peers,
                true,
                peers.behind(KERNEL)));
    FibRoute byGateway = FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.1.2"), "eth0"));
    FibKey toPeer = FibKey.main(Prefix.of("192.0.2.1/32"));
    assertThat(result.all().wanted())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(toPeer, byGateway, key("198.51.100.0/24"), byGateway));
    assertThat(result.all().causes().get(toPeer).text()).isEqualTo("BGPPeer tor, reachableBy");
  }

  @Test
  void aGatewayMustBeOnALink() {
    var wanted = new PeerWays.Wanted(Ip.of("192.0.2.1"), Ip.of("172.30.2.2"), "tor");
    assertThat(PeerWays.of(List.of(wanted), KERNEL))
        .isEqualTo(
            new PeerWays(
                Map.of(),
                Map.of(
                    Prefix.of("192.0.2.1/32"),
                    new Missing.GatewayOffLink(Ip.of("172.30.2.2"), "tor"))));
  }

  @Test
  void aPodHasItsRouteWhenItsInterfaceIsUpByTheKernelOrByCni() {
    var key = new PodKey("shop", "web");
    Ip ip = Ip.of("10.244.1.1");
    for (boolean byCni : new boolean[] {true, false}) {
      var pod = new LocalPods.LocalPod(key, "cali1", List.of(ip), byCni);
      RoutePart result =
          planned(
              input(
                  List.of(pod),
                  byCni ? Set.of() : Set.of("cali1"),
                  Map.of(),
                  Map.of(),
                  PeerWays.NONE,
                  true,
                  KERNEL));
      assertThat(result.all().wanted())
          .containsEntry(key("10.244.1.1/32"), FibRoute.unicast(3, FibNextHop.device("cali1")));
      assertThat(result.all().causes().get(key("10.244.1.1/32")).text()).isEqualTo("pod shop/web");
    }
  }

  @Test
  void aPodWhoseInterfaceIsDownIsLeft() {
    var pod =
        new LocalPods.LocalPod(
            new PodKey("shop", "web"), "cali1", List.of(Ip.of("10.244.1.1")), false);
    RoutePart result =
        planned(input(List.of(pod), Set.of(), Map.of(), Map.of(), PeerWays.NONE, true, KERNEL));
    assertThat(result.all().wanted()).isEmpty();
    assertThat(result.all().left().get(Prefix.of("10.244.1.1/32")).text())
        .isEqualTo("pod shop/web: cali1 is not up");
  }

  @Test
  void anOwnBlockEndsHereWithoutAMetric() {
    RoutePart result =
        planned(
            input(
                List.of(),
                Set.of(),
                Map.of(Prefix.of("10.244.1.0/26"), 12),
                Map.of(),
                PeerWays.NONE,
                true,
                KERNEL));
    assertThat(result.all().wanted())
        .containsEntry(
            FibKey.main(Prefix.of("10.244.1.0/26")), FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, 12));
  }
}

package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Origin;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** RFC 4271, 9.1.2.2 and RFC 4456, 9: each step alone tells two paths apart. */
class DecisionTest {
  /** The path of {@code winner} beats that of {@code loser}, for this reason. */
  record Case(
      SelectionReason reason,
      Neighbour winner,
      Attributes better,
      Neighbour loser,
      Attributes worse) {
    @Override
    public String toString() {
      return reason.toString();
    }
  }

  static Stream<Case> cases() {
    Neighbour in2 = Routes.internal(2);
    Neighbour in3 = Routes.internal(3);
    Neighbour out4 = Routes.external(4);
    return Stream.of(
        // RFC 9494, 4.4: less preferred than any other, whatever else it has.
        new Case(
            SelectionReason.LONG_LIVED_STALE,
            in3,
            Routes.attributes(3, 1L, 2L),
            in2,
            Routes.via(2, 1L).localPref(200).add(Community.LLGR_STALE).build()),
        // RFC 9494, 4.4: between two of them the usual steps.
        new Case(
            SelectionReason.AS_PATH_LENGTH,
            in3,
            Routes.via(3, 1L).add(Community.LLGR_STALE).build(),
            in2,
            Routes.via(2, 1L, 2L).add(Community.LLGR_STALE).build()),
        new Case(
            SelectionReason.LOCAL_PREF,
            in3,
            Routes.via(3, 1L, 2L).localPref(200).build(),
            in2,
            Routes.via(2, 1L).build()),
        new Case(
            SelectionReason.AS_PATH_LENGTH,
            in3,
            Routes.attributes(3, 1L),
            in2,
            Routes.attributes(2, 1L, 2L)),
        new Case(
            SelectionReason.ORIGIN,
            in3,
            Routes.attributes(3, 1L),
            in2,
            Routes.via(2, 1L).origin(Origin.INCOMPLETE).build()),
        new Case(
            SelectionReason.MED,
            in3,
            Routes.attributes(3, 1L),
            in2,
            Routes.via(2, 1L).med(5).build()),
        new Case(
            SelectionReason.EBGP_OVER_IBGP,
            out4,
            Routes.attributes(4, 1L),
            in2,
            Routes.attributes(2, 1L)),
        new Case(
            SelectionReason.IGP_COST,
            in2,
            Routes.attributes(2, 1L),
            in3,
            Routes.attributes(77, 1L)),
        new Case(
            SelectionReason.ROUTER_ID,
            in2,
            Routes.attributes(2, 1L),
            in3,
            Routes.attributes(3, 1L)),
        new Case(
            SelectionReason.ROUTER_ID,
            in3,
            Routes.via(3, 1L).originatorId(Ip4.of("1.1.1.1")).build(),
            in2,
            Routes.attributes(2, 1L)),
        new Case(
            SelectionReason.CLUSTER_LIST_LENGTH,
            in3,
            reflected(3, "9.9.9.9"),
            in2,
            reflected(2, "9.9.9.9", "8.8.8.8")),
        new Case(
            SelectionReason.PEER_ADDRESS,
            in2,
            reflected(2, "9.9.9.9"),
            in3,
            reflected(3, "8.8.8.8")));
  }

  private static Attributes reflected(int number, String... clusters) {
    AttributesBuilder out = Routes.via(number, 1L).originatorId(Ip4.of("1.1.1.1"));
    return out.clusterList(Stream.of(clusters).map(Ip4::of).toList()).build();
  }

  @ParameterizedTest
  @MethodSource("cases")
  void oneStepDecides(Case c) {
    for (boolean winnerFirst : List.of(true, false)) {
      var rib = new LocRib(Routes.SELF);
      rib.nextHops(hop ->
          new NextHops.Resolution.Reached(
              hop.equals(Ip.of("10.0.0.77")) ? 20 : 10, Optional.empty()));
      AdjRibIn winner = rib.open(c.winner(), ImportPolicy.ACCEPT);
      AdjRibIn loser = rib.open(c.loser(), ImportPolicy.ACCEPT);
      if (winnerFirst) {
        Hearing.announce(rib, winner, c.better(), Routes.one());
      }
      Hearing.announce(rib, loser, c.worse(), Routes.one());
      Hearing.announce(rib, winner, c.better(), Routes.one());
      BestRoute best = rib.decide(10).getFirst().after().orElseThrow();
      assertThat(best.source()).isEqualTo(new RouteSource.Peer(c.winner()));
      assertThat(best.reason()).isEqualTo(c.reason());
      PathFate fate = rib.reader().explain(Routes.PREFIX).get(1).fate();
      boolean beside = c.reason().compareTo(SelectionReason.IGP_COST) > 0;
      assertThat(fate)
          .isEqualTo(beside ? new PathFate.Multipath(c.reason()) : new PathFate.Lost(c.reason()));
    }
  }

  @Test
  void ownRoutesBeatPeers() {
    var rib = new LocRib(Routes.SELF);
    AdjRibIn peer = rib.open(Routes.internal(2), ImportPolicy.ACCEPT);
    Hearing.announce(rib, peer, Routes.via(2).localPref(1_000_000).build(), Routes.one());
    rib.originate(Map.of(Routes.PREFIX, LocalRoute.of(Routes.PREFIX, LocalRoute.Kind.BLOCK)));
    BestRoute best = rib.decide(10).getFirst().after().orElseThrow();
    assertThat(best.isLocal()).isTrue();
    assertThat(best.reason()).isEqualTo(SelectionReason.PREFERENCE);
  }

  // docs/decisions/0020: a pod that is here yields only to one that says that it moves.
  @Test
  void podYieldsToAnElevatedRouteOnly() {
    var rib = new LocRib(Routes.SELF);
    AdjRibIn peer = rib.open(Routes.internal(2), ImportPolicy.ACCEPT);
    rib.originate(Map.of(Routes.PREFIX, LocalRoute.of(Routes.PREFIX, LocalRoute.Kind.WORKLOAD)));
    Hearing.announce(rib, peer, Routes.via(2).localPref(2147483647L - 1024).build(), Routes.one());
    rib.decide(10);
    assertThat(rib.reader().best(Routes.PREFIX).orElseThrow().isLocal()).isTrue();
    Hearing.announce(rib, peer, Routes.via(2).localPref(2147483647L - 512).build(), Routes.one());
    rib.decide(10);
    assertThat(rib.reader().best(Routes.PREFIX).orElseThrow().isLocal()).isFalse();
  }

  // Calico names them Global_10_0_0_2_port_1790 and so on.
  @Test
  void twoSessionsWithOneAddressAreToldApartByTheirNames() {
    Neighbour two = Routes.internal(2);
    var other =
        new Neighbour("peer0", two.kind(), two.address(), 64512, 64512, two.routerId(), false, 0);
    for (boolean firstFirst : List.of(true, false)) {
      var rib = new LocRib(Routes.SELF);
      for (Neighbour each : firstFirst ? List.of(two, other) : List.of(other, two)) {
        Hearing.announce(
            rib, rib.open(each, ImportPolicy.ACCEPT), Routes.attributes(2, 1L), Routes.one());
      }
      rib.decide(10);
      BestRoute best = rib.reader().best(Routes.PREFIX).orElseThrow();
      assertThat(best.source()).isEqualTo(new RouteSource.Peer(other));
      assertThat(best.reason()).isEqualTo(SelectionReason.PEER_ADDRESS);
    }
  }

  // The classic: without grouping by neighbour AS, what is best depends on what came first.
  @Test
  void medDoesNotDependOnTheOrderOfArrival() {
    record Told(Neighbour by, Attributes what) {}
    var told =
        new ArrayList<>(
            List.of(
                new Told(Routes.internal(2), Routes.via(2, 100L).med(10).build()),
                new Told(Routes.internal(3), Routes.via(3, 200L).med(0).build()),
                new Told(Routes.internal(4), Routes.via(4, 100L).med(5).build()),
                new Told(Routes.internal(5), Routes.via(5, 200L).med(7).build())));
    for (long seed = 0; seed < 50; seed++) {
      Collections.shuffle(told, new Random(seed));
      var rib = new LocRib(Routes.SELF);
      for (Told each : told) {
        Hearing.announce(rib, rib.open(each.by(), ImportPolicy.ACCEPT), each.what(), Routes.one());
      }
      rib.decide(10);
      BestRoute best = rib.reader().best(Routes.PREFIX).orElseThrow();
      assertThat(best.source())
          .as("seed %d", seed)
          .isEqualTo(new RouteSource.Peer(Routes.internal(3)));
      assertThat(best.nextHops())
          .as("seed %d", seed)
          .extracting(BestRoute.NextHop::address)
          .containsExactly(Ip.of("10.0.0.3"), Ip.of("10.0.0.4"));
    }
  }
}

package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.FilterRule;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PolicyReason;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** What takes no part in the decision: RFC 4271, 5.1.3, 6.3 and 9.1.2; RFC 4456, 8. */
class ImporterTest {
  private static final Identity REFLECTOR =
      new Identity(
          Ip4.of("10.0.0.1"),
          Optional.of(Ip4.of("9.9.9.9")),
          Set.of(Ip.of("10.0.0.1"), Ip.of("fd00::1")));

  private static Optional<Exclusion> excluded(Neighbour from, Attributes what) {
    return excluded(from, what, ImportPolicy.ACCEPT, NextHops.ALL);
  }

  private static Optional<Exclusion> excluded(
      Neighbour from, Attributes what, ImportPolicy policy, NextHops nextHops) {
    var result =
        Importer.evaluate(
            REFLECTOR, new AdjRibIn(from, policy), Prefix.of("10.1.0.0/26"), what, nextHops);
    return Optional.ofNullable(result.exclusion());
  }

  @ParameterizedTest
  @CsvSource({
    "10.0.0.2, true",
    "192.0.2.1, true",
    "169.254.7.7, true",
    "223.255.255.255, true",
    "10.0.0.1, false",
    "0.0.0.0, false",
    "0.1.2.3, false",
    "127.0.0.1, false",
    "224.0.0.5, false",
    "240.0.0.1, false",
    "255.255.255.255, false",
    "2001:db8::2, true",
    "fd00::2, true",
    "fe80::2, true",
    "fd00::1, false",
    "::, false",
    "::1, false",
    "ff02::5, false",
  })
  void nextHopIsSomebodyElsesUnicastAddress(String nextHop, boolean good) {
    Ip ip = Ip.of(nextHop);
    assertThat(excluded(Routes.external(4), new AttributesBuilder().nextHop(ip).build()))
        .isEqualTo(good ? Optional.empty() : Optional.of(new Exclusion.BadNextHop(ip)));
  }

  record Case(String name, Neighbour from, Attributes what, Optional<Exclusion> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> loops() {
    Neighbour inside = Routes.internal(2);
    Neighbour outside = Routes.external(4);
    var ownAs = Optional.<Exclusion>of(new Exclusion.AsLoop(64512));
    Optional<Exclusion> none = Optional.empty();
    var set = new AsPath.Segment(AsPath.SegmentType.SET, List.of(1L, 64512L));
    var inASet =
        new AttributesBuilder().asPath(new AsPath(List.of(set))).nextHop(Ip.of("10.0.0.4"));
    var confederation = new AsPath.Segment(AsPath.SegmentType.CONFED_SEQUENCE, List.of(64512L));
    return Stream.of(
        new Case("no loop", outside, Routes.attributes(4, 1L, 2L), none),
        new Case("own AS first", outside, Routes.attributes(4, 64512L, 2L), ownAs),
        new Case("own AS last", outside, Routes.attributes(4, 1L, 64512L), ownAs),
        new Case("own AS in a set", outside, inASet.build(), ownAs),
        new Case(
            "own AS in a confederation",
            outside,
            Routes.via(4).asPath(new AsPath(List.of(confederation))).build(),
            ownAs),
        new Case("own AS from inside", inside, Routes.attributes(2, 64512L), ownAs),
        new Case("once, allowed once", allowing(1), Routes.attributes(4, 1L, 64512L), none),
        new Case("twice, allowed once", allowing(1), Routes.attributes(4, 64512L, 64512L), ownAs),
        new Case(
            "own router id",
            inside,
            Routes.via(2).originatorId(Ip4.of("10.0.0.1")).build(),
            Optional.of(new Exclusion.OriginatorLoop())),
        new Case(
            "another's router id",
            inside,
            Routes.via(2).originatorId(Ip4.of("10.0.0.3")).build(),
            none),
        new Case(
            "own cluster, behind others",
            inside,
            Routes.via(2).clusterList(List.of(Ip4.of("8.8.8.8"), Ip4.of("9.9.9.9"))).build(),
            Optional.of(new Exclusion.ClusterLoop())),
        new Case(
            "another cluster",
            inside,
            Routes.via(2).clusterList(List.of(Ip4.of("8.8.8.8"))).build(),
            none),
        // Another AS has no business with these, and its decoder has dropped them.
        new Case(
            "reflection means nothing from another AS",
            outside,
            Routes.via(4)
                .originatorId(Ip4.of("10.0.0.1"))
                .clusterList(List.of(Ip4.of("9.9.9.9")))
                .build(),
            none));
  }

  private static Neighbour allowing(int times) {
    Neighbour n = Routes.external(4);
    return new Neighbour(
        n.name(), n.kind(), n.address(), n.asn(), 64512, n.routerId(), false, times);
  }

  @ParameterizedTest
  @MethodSource("loops")
  void whatCameThroughUsIsNotTakenBack(Case c) {
    assertThat(excluded(c.from(), c.what())).isEqualTo(c.expected());
  }

  // BGPPeer localASNumber: the peer knows us by it, and so do the paths that it sends.
  @Test
  void theLoopIsLookedForByTheAsThatThePeerKnows() {
    Neighbour n = Routes.external(4);
    var renamed =
        new Neighbour(n.name(), n.kind(), n.address(), n.asn(), 64999, n.routerId(), false, 0);
    assertThat(excluded(renamed, Routes.attributes(4, 1L, 64999L)))
        .contains(new Exclusion.AsLoop(64999));
    assertThat(excluded(renamed, Routes.attributes(4, 1L, 64512L))).isEmpty();
  }

  private static ImportPolicy rejecting(String interfacePattern) {
    var rule =
        new FilterRule(
            Optional.empty(),
            false,
            Optional.of(interfacePattern),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            OptionalLong.empty(),
            FilterRule.Action.REJECT,
            List.of());
    return new ImportPolicy(
        List.of(new BgpFilter("f", List.of(rule), List.of())),
        ImportPolicy.Rest.ACCEPT,
        RoutePriorities.DEFAULT);
  }

  @Test
  void filtersSeeTheInterfaceThatTheNextHopIsReachedBy() {
    var refused = Optional.<Exclusion>of(new Exclusion.Policy(new PolicyReason.Rule("f", 1)));
    NextHops eth0 = _ -> new NextHops.Resolution.Reached(0, Optional.of("eth0"));
    NextHops nowhere = _ -> NextHops.Resolution.UNREACHABLE;
    Attributes what = Routes.attributes(4, 1L);
    assertThat(excluded(Routes.external(4), what, rejecting("eth*"), eth0)).isEqualTo(refused);
    assertThat(excluded(Routes.external(4), what, rejecting("eth1"), eth0)).isEmpty();
    assertThat(excluded(Routes.external(4), what, rejecting("eth*"), nowhere)).isEmpty();
    assertThat(excluded(Routes.external(4), what, rejecting("eth*"), NextHops.ALL)).isEmpty();
  }

  @Test
  void anotherIdentityIsAnotherLoop() {
    var rib = new LocRib(Routes.SELF);
    AdjRibIn peer = rib.open(Routes.internal(2), ImportPolicy.ACCEPT);
    Hearing.announce(
        rib, peer, Routes.via(2).originatorId(Ip4.of("10.0.0.9")).build(), Routes.one());
    rib.decide(10);
    assertThat(rib.reader().best(Routes.PREFIX)).isPresent();
    rib.identity(new Identity(Ip4.of("10.0.0.9"), Optional.empty(), Set.of()));
    assertThat(rib.decide(10).getFirst().after()).isEmpty();
    assertThat(peer.accepted()).isZero();
    rib.identity(Routes.SELF);
    assertThat(rib.decide(10).getFirst().after()).isPresent();
    rib.identity(Routes.SELF);
    assertThat(rib.hasMarked()).as("nothing is new").isFalse();
  }
}

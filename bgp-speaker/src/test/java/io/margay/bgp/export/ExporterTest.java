package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.export.ExportVerdict.Rule;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExporterTest {
  private static final Prefix PREFIX = Prefix.of("10.1.0.0/26");
  private static final Ip OWN = Ip.of("10.0.0.1");
  private static final Ip THEIRS = Ip.of("10.0.0.7");
  private static final long AS = 64512;

  private static final ExportPeer IBGP = peer("to", AS, false, NextHopMode.AUTO);
  private static final ExportPeer CLIENT = peer("to", AS, true, NextHopMode.AUTO);
  private static final ExportPeer EBGP = peer("to", 65000, false, NextHopMode.AUTO);

  private static ExportPeer peer(String name, long asn, boolean client, NextHopMode mode) {
    return new ExportPeer(
        name,
        AS,
        asn,
        Ip4.of("10.0.0.9"),
        Ip4.of("10.0.0.1"),
        client,
        Set.of(Family.IPV4),
        List.of(OWN),
        mode,
        ExportPolicy.ACCEPT);
  }

  private static AttributesBuilder learned() {
    return new AttributesBuilder()
        .nextHop(THEIRS)
        .linkLocal(Optional.of(Ip6.of("fe80::1")))
        .asPath(AsPath.sequence(65001L))
        .med(5)
        .localPref(200);
  }

  private static BestRoute own() {
    return route(
        new RouteSource.Local(LocalRoute.of(PREFIX, LocalRoute.Kind.BLOCK)), Attributes.LOCAL);
  }

  private static BestRoute from(long asn, boolean client, Attributes attributes) {
    var neighbour =
        new Neighbour("from", PeerKind.GLOBAL, THEIRS, asn, AS, Ip4.of("10.0.0.7"), client, 0);
    return route(new RouteSource.Peer(neighbour), attributes);
  }

  private static BestRoute route(RouteSource source, Attributes attributes) {
    return new BestRoute(
        PREFIX, source, attributes, List.of(), Optional.empty(), SelectionReason.ONLY_PATH);
  }

  record Withheld(String name, BestRoute route, ExportPeer peer, Rule rule) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Withheld> withheld() {
    Attributes a = learned().build();
    BestRoute v6 =
        new BestRoute(
            Prefix.of("fd00::/64"),
            own().source(),
            Attributes.LOCAL,
            List.of(),
            Optional.empty(),
            SelectionReason.ONLY_PATH);
    ExportPeer both =
        new ExportPeer(
            "to",
            AS,
            AS,
            Ip4.of("10.0.0.9"),
            Ip4.of("10.0.0.1"),
            false,
            Set.of(Family.IPV4, Family.IPV6),
            List.of(OWN),
            NextHopMode.AUTO,
            ExportPolicy.ACCEPT);
    return Stream.of(
        new Withheld(
            "back to where it came from",
            from(65000, false, a),
            peer("from", 65000, false, NextHopMode.AUTO),
            Rule.SPLIT_HORIZON),
        new Withheld(
            "back to who brought it into the AS",
            from(AS, true, learned().originatorId(Ip4.of("10.0.0.9")).build()),
            CLIENT,
            Rule.SPLIT_HORIZON),
        new Withheld("4271 9.2 iBGP to iBGP", from(AS, false, a), IBGP, Rule.IBGP_TO_IBGP),
        new Withheld(
            "1997 NO_ADVERTISE",
            from(65001, false, learned().add(Community.NO_ADVERTISE).build()),
            IBGP,
            Rule.NO_ADVERTISE),
        new Withheld(
            "1997 NO_EXPORT",
            from(65001, false, learned().add(Community.NO_EXPORT).build()),
            EBGP,
            Rule.NO_EXPORT),
        new Withheld("family", v6, IBGP, Rule.FAMILY_NOT_AGREED),
        new Withheld("no address of the family", v6, both, Rule.NO_NEXT_HOP));
  }

  @ParameterizedTest
  @MethodSource("withheld")
  void isWithheld(Withheld c) {
    assertThat(new Exporter(c.peer()).judge(c.route()))
        .isEqualTo(new ExportVerdict.Withhold(c.rule()));
  }

  @Test
  void ownRouteInsideTheAs() {
    Attributes sent = sent(own(), IBGP);
    assertThat(sent.nextHop()).contains(OWN);
    assertThat(sent.asPath()).isEqualTo(AsPath.EMPTY);
    assertThat(sent.localPref()).hasValue(100);
  }

  @Test
  void ownRouteToAnotherAs() {
    Attributes sent = sent(own(), EBGP);
    assertThat(sent.nextHop()).contains(OWN);
    assertThat(sent.asPath()).hasToString("64512");
    assertThat(sent.localPref()).isEmpty();
  }

  // RFC 4271, 5.1.3 to 5.1.5
  @Test
  void fromAnotherAsIntoOurs() {
    Attributes sent = sent(from(65001, false, learned().build()), IBGP);
    assertThat(sent.nextHop()).contains(THEIRS);
    assertThat(sent.med()).hasValue(5);
    assertThat(sent.localPref()).hasValue(200);
    assertThat(sent.linkLocal()).isEmpty();
    assertThat(sent.originatorId()).isEmpty();
  }

  @Test
  void fromOneAsToAnother() {
    Attributes sent = sent(from(65001, false, learned().build()), EBGP);
    assertThat(sent.nextHop()).contains(OWN);
    assertThat(sent.asPath()).hasToString("64512 65001");
    assertThat(sent.med()).isEmpty();
    assertThat(sent.localPref()).isEmpty();
  }

  // RFC 4456, 8
  @Test
  void reflectedRouteSaysWhereItCameFrom() {
    Attributes once = sent(from(AS, true, learned().build()), IBGP);
    assertThat(once.originatorId()).contains(Ip4.of("10.0.0.7"));
    assertThat(once.clusterList()).containsExactly(Ip4.of("10.0.0.1"));
    assertThat(once.nextHop()).contains(THEIRS);
    Attributes twice =
        sent(
            from(
                AS,
                false,
                learned()
                    .originatorId(Ip4.of("1.1.1.1"))
                    .clusterList(List.of(Ip4.of("2.2.2.2")))
                    .build()),
            CLIENT);
    assertThat(twice.originatorId()).contains(Ip4.of("1.1.1.1"));
    assertThat(twice.clusterList()).containsExactly(Ip4.of("10.0.0.1"), Ip4.of("2.2.2.2"));
    Attributes outside =
        sent(from(AS, false, learned().originatorId(Ip4.of("1.1.1.1")).build()), EBGP);
    assertThat(outside.originatorId()).isEmpty();
  }

  // BGPPeer nextHopMode
  @Test
  void nextHopModes() {
    BestRoute route = from(65001, false, learned().build());
    assertThat(sent(route, peer("to", AS, false, NextHopMode.SELF)).nextHop()).contains(OWN);
    assertThat(sent(route, peer("to", 65000, false, NextHopMode.KEEP)).nextHop()).contains(THEIRS);
    assertThat(sent(own(), peer("to", 65000, false, NextHopMode.KEEP)).nextHop()).contains(OWN);
  }

  private static Attributes sent(BestRoute route, ExportPeer peer) {
    ExportVerdict verdict = new Exporter(peer).judge(route);
    assertThat(verdict).isInstanceOf(ExportVerdict.Send.class);
    return ((ExportVerdict.Send) verdict).attributes();
  }
}

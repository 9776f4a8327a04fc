package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * What a route says of where it may go (RFC 1997, RFC 9234, 5, RFC 9494, 4) and by which way (RFC
 * 8950).
 */
class WellKnownTest {
  private static final long AS = 64512;
  private static final long OTHER_AS = 65000;

  private static ExportPeer peer(long asn, Optional<Role> role, boolean over6, Ip... self) {
    return new ExportPeer(
        "to",
        AS,
        asn,
        Ip4.of("10.0.0.9"),
        Ip4.of("10.0.0.1"),
        false,
        Set.of(Family.IPV4),
        List.of(self),
        NextHopMode.AUTO,
        ExportPolicy.ACCEPT,
        over6,
        role,
        false,
        ExportOptions.NONE);
  }

  private static ExportPeer stalePeer(long asn, boolean longLived, boolean toAll) {
    return new ExportPeer(
        "to",
        AS,
        asn,
        Ip4.of("10.0.0.9"),
        Ip4.of("10.0.0.1"),
        false,
        Set.of(Family.IPV4),
        List.of(Ip.of("10.0.0.1")),
        NextHopMode.AUTO,
        ExportPolicy.ACCEPT,
        false,
        Optional.empty(),
        longLived,
        new ExportOptions(false, toAll));
  }

  private static BestRoute learned(AttributesBuilder attributes) {
    var from =
        new Neighbour(
            "from", PeerKind.GLOBAL, Ip.of("10.0.0.7"), 65001, AS, Ip4.of("10.0.0.7"), false, 0);
    return new BestRoute(
        Prefix.of("10.1.0.0/26"),
        new RouteSource.Peer(from),
        attributes.asPath(AsPath.sequence(65001L)).build(),
        List.of(),
        Optional.empty(),
        SelectionReason.ONLY_PATH);
  }

  private static AttributesBuilder via(String nextHop) {
    return new AttributesBuilder().nextHop(Ip.of(nextHop));
  }

  // RFC 1997, "Well-known Communities": this AS is no confederation, so the last two are one.
  @ParameterizedTest
  @CsvSource({
    "65535:65281, 64512, ", "65535:65281, 65000, NO_EXPORT",
    "65535:65282, 64512, NO_ADVERTISE", "65535:65282, 65000, NO_ADVERTISE",
    "65535:65283, 64512, ", "65535:65283, 65000, NO_EXPORT",
    "65535:0, 65000, ",
  })
  void communitiesSayHowFarARouteGoes(String community, long asn, ExportVerdict.Rule rule) {
    BestRoute route = learned(via("10.0.0.7").add(Community.parse(community).orElseThrow()));
    var verdict = new Exporter(peer(asn, Optional.empty(), false, Ip.of("10.0.0.1"))).judge(route);
    if (rule == null) {
      assertThat(verdict).isInstanceOf(ExportVerdict.Send.class);
    } else {
      assertThat(verdict).isEqualTo(new ExportVerdict.Withhold(rule));
    }
  }

  // RFC 9494, 4.3 and 4.6: to whom knows of it as it is; else inside the AS, where that is wanted.
  @ParameterizedTest
  @CsvSource({
    // AS, it knows, to all, communities that are sent (- for not sent), local preference
    "64512, true, false, 65535:6, 100",
    "65000, true, false, 65535:6, ",
    "64512, false, false, -, ",
    "65000, false, false, -, ",
    "64512, false, true, 65535:6 65535:65281, 0",
    "64512, true, true, 65535:6, 100",
    "65000, false, true, -, ",
  })
  void longLivedStaleRoutesStayAmongThoseWhoKnow(
      long asn, boolean knows, boolean toAll, String sent, Long preference) {
    BestRoute stale = learned(via("10.0.0.7").add(Community.LLGR_STALE));
    ExportVerdict verdict = new Exporter(stalePeer(asn, knows, toAll)).judge(stale);
    if (sent.equals("-")) {
      assertThat(verdict)
          .isEqualTo(new ExportVerdict.Withhold(ExportVerdict.Rule.LONG_LIVED_STALE));
    } else {
      Attributes attributes = attributes(verdict);
      assertThat(attributes.communities()).hasToString("[" + sent.replace(" ", ", ") + "]");
      assertThat(attributes.localPref())
          .isEqualTo(preference == null ? OptionalLong.empty() : OptionalLong.of(preference));
    }
  }

  @ParameterizedTest
  @CsvSource({
    // own role, OTC of the route, OTC that is sent (- for not sent)
    "CUSTOMER, 65001, -",
    "CUSTOMER, 0, 0",
    "PEER, 65001, -",
    "PEER, 0, 64512",
    "ROUTE_SERVER_CLIENT, 65001, -",
    "ROUTE_SERVER_CLIENT, 0, 0",
    "PROVIDER, 65001, 65001",
    "PROVIDER, 0, 64512",
    "ROUTE_SERVER, 0, 64512",
  })
  void whatCameFromAboveGoesDownOnly(Role role, long otc, String sent) {
    AttributesBuilder attributes = via("10.0.0.7");
    if (otc != 0) {
      attributes.onlyToCustomer(otc);
    }
    var to = new Exporter(peer(OTHER_AS, Optional.of(role), false, Ip.of("10.0.0.1")));
    ExportVerdict verdict = to.judge(learned(attributes));
    if (sent.equals("-")) {
      assertThat(verdict)
          .isEqualTo(new ExportVerdict.Withhold(ExportVerdict.Rule.ONLY_TO_CUSTOMER));
    } else {
      assertThat(attributes(verdict).onlyToCustomer().orElse(0)).isEqualTo(Long.parseLong(sent));
    }
  }

  // RFC 8950, 3
  @Test
  void ipv4GoesOverIpv6WhereThePeerTakesIt() {
    Ip six = Ip.of("2001:db8::1");
    ExportPeer takes = peer(AS, Optional.empty(), true, six);
    ExportPeer takesNot = peer(AS, Optional.empty(), false, six, Ip.of("10.0.0.1"));
    BestRoute route = learned(via("2001:db8::7"));
    assertThat(attributes(new Exporter(takes).judge(route)).nextHop())
        .contains(Ip.of("2001:db8::7"));
    assertThat(attributes(new Exporter(takesNot).judge(route)).nextHop())
        .as("its own instead of one that the peer cannot read")
        .contains(Ip.of("10.0.0.1"));
    assertThat(attributes(new Exporter(peer(OTHER_AS, Optional.empty(), true, six)).judge(route)))
        .satisfies(a -> assertThat(a.nextHop()).contains(six));
    assertThat(new Exporter(peer(OTHER_AS, Optional.empty(), false, six)).judge(route))
        .isEqualTo(new ExportVerdict.Withhold(ExportVerdict.Rule.NO_NEXT_HOP));
  }

  private static Attributes attributes(ExportVerdict verdict) {
    assertThat(verdict).isInstanceOf(ExportVerdict.Send.class);
    return ((ExportVerdict.Send) verdict).attributes();
  }
}

package io.margay.bgp.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Origin;
import io.margay.bgp.export.ExportVerdict;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.filter.PolicyReason;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.Exclusion;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class PathReasonTest {
  private static AttributesBuilder via(Long... path) {
    return new AttributesBuilder().nextHop(Ip.of("10.0.0.9")).asPath(AsPath.sequence(path));
  }

  private static ExplainedPath path(int number, Attributes attributes, PathFate fate) {
    long asn = number % 2 == 0 ? 64512 : 65000 + number;
    Ip4 id = Ip4.of("10.0.0." + number);
    var peer = new Neighbour("p" + number, PeerKind.GLOBAL, id, asn, 64512, id, false, 0);
    return new ExplainedPath(new RouteSource.Peer(peer), attributes, attributes, false, fate);
  }

  /** The best path: AS path of 1, local preference 200, MED 5, from router 3. */
  private static Optional<ExplainedPath> best() {
    Attributes a = via(65003L).localPref(200).med(5).build();
    return Optional.of(path(3, a, new PathFate.Best(SelectionReason.LOCAL_PREF)));
  }

  record Case(SelectionReason reason, AttributesBuilder attributes, String expected) {
    @Override
    public String toString() {
      return expected;
    }
  }

  static Stream<Case> losers() {
    return Stream.of(
        new Case(
            SelectionReason.LONG_LIVED_STALE,
            via(65003L).add(Community.LLGR_STALE),
            "kept for a peer that has been away for long (LLGR_STALE); the best path is not"),
        new Case(
            SelectionReason.LOCAL_PREF, via(65003L), "local preference 100; the best path has 200"),
        new Case(
            SelectionReason.AS_PATH_LENGTH, via(65003L, 9L), "AS path of 2; the best path has 1"),
        new Case(
            SelectionReason.AS_PATH_LENGTH,
            via(),
            "AS path of 0; another path from the own AS is better"),
        new Case(
            SelectionReason.ORIGIN,
            via(65003L).origin(Origin.INCOMPLETE),
            "origin INCOMPLETE; the best path has IGP"),
        new Case(SelectionReason.MED, via(65003L).med(9), "MED 9; the best path has 5"),
        new Case(
            SelectionReason.MED, via(65007L).med(9), "MED 9; another path from AS 65007 is better"),
        new Case(
            SelectionReason.EBGP_OVER_IBGP, via(65003L), "learned by iBGP; the best path has eBGP"),
        new Case(
            SelectionReason.ROUTER_ID,
            via(65003L),
            "router id 10.0.0.4; the best path has 10.0.0.3"),
        new Case(
            SelectionReason.CLUSTER_LIST_LENGTH,
            via(65003L).clusterList(List.of(Ip4.of("1.1.1.1"))),
            "cluster list of 1; the best path has 0"),
        new Case(
            SelectionReason.PEER_ADDRESS,
            via(65003L),
            "peer address 10.0.0.4; the best path has 10.0.0.3"),
        new Case(SelectionReason.IGP_COST, via(65003L), "its next hop 10.0.0.9 is further away"));
  }

  @ParameterizedTest
  @MethodSource("losers")
  void aLoserIsToldWithBothValues(Case c) {
    ExplainedPath loser = path(4, c.attributes().build(), new PathFate.Lost(c.reason()));
    assertThat(PathReason.text(loser, best())).isEqualTo(c.expected());
  }

  @ParameterizedTest
  @EnumSource(SelectionReason.class)
  void everyReasonOfTheChosenOneHasWords(SelectionReason reason) {
    ExplainedPath chosen = path(3, via(65003L).build(), new PathFate.Best(reason));
    assertThat(PathReason.text(chosen, Optional.of(chosen))).isNotBlank().doesNotContain("null");
  }

  @Test
  void whatTakesNoPartSaysWhichRuleItWas() {
    assertThat(
            Stream.of(
                    new Exclusion.Policy(new PolicyReason.Rule("from-tor", 2)),
                    new Exclusion.AsLoop(64512),
                    new Exclusion.UnreachableNextHop(Ip.of("10.0.0.66")))
                .map(PathReason::text))
        .containsExactly(
            "refused at import: rule 2 of filter from-tor",
            "the own AS 64512 is in its path already",
            "no route leads to its next hop 10.0.0.66");
  }

  @ParameterizedTest
  @CsvSource({
    "IBGP_TO_IBGP, 'learned by iBGP, and neither side is a reflector client'",
    "SPLIT_HORIZON, the peer itself said so",
    "NO_EXPORT, community no-export"
  })
  void whatAPeerIsNotToldHasItsRule(ExportVerdict.Rule rule, String expected) {
    assertThat(PolicyWords.text(new ExportVerdict.Withhold(rule))).isEqualTo(expected);
  }

  @Test
  void aRefusalAtExportNamesThePool() {
    var verdict =
        new ExportVerdict.Refused(new PolicyReason.PoolNotExported(Prefix.of("10.1.0.0/16")));
    assertThat(PolicyWords.text(verdict))
        .isEqualTo("refused at export: inside pool 10.1.0.0/16, which has disableBGPExport");
  }

  @Test
  void policiesAreToldWithTheirFiltersAndTheirEnd() {
    var filter = new BgpFilter("a", List.of(), List.of());
    var other = new BgpFilter("b", List.of(), List.of());
    var none = new ImportPolicy(List.of(), ImportPolicy.Rest.NO_POLICY, RoutePriorities.DEFAULT);
    assertThat(PolicyWords.text(ImportPolicy.ACCEPT)).isEqualTo("everything");
    assertThat(PolicyWords.text(none)).isEqualTo("nothing: no policy (RFC 8212)");
    assertThat(
            PolicyWords.text(
                new ExportPolicy(List.of(filter, other), new ExportPolicy.Default.NoPolicy())))
        .isEqualTo("by filter a, b, then nothing: no policy (RFC 8212)");
  }
}

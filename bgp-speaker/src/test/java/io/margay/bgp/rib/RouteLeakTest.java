package io.margay.bgp.rib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Role;
import io.margay.bgp.filter.ImportPolicy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other ASes say of a route at import: RFC 9234, 5 and RFC 8326, 4.2. */
class RouteLeakTest {
  private static final long PEER_AS = 65004;

  private static Importer.Result imported(Optional<Role> role, OptionalLong otc) {
    Neighbour n = Routes.external(4);
    var peer =
        new Neighbour(
            n.name(),
            n.kind(),
            n.address(),
            n.asn(),
            n.localAs(),
            n.routerId(),
            false,
            0,
            role,
            false);
    AttributesBuilder what = Routes.via(4, PEER_AS);
    otc.ifPresent(what::onlyToCustomer);
    return evaluate(peer, what.build());
  }

  private static Importer.Result evaluate(Neighbour peer, Attributes what) {
    return Importer.evaluate(
        Routes.SELF, new AdjRibIn(peer, ImportPolicy.ACCEPT), Routes.PREFIX, what, NextHops.ALL);
  }

  @ParameterizedTest
  @CsvSource({
    // own role, OTC that comes, OTC that is kept (- for a leak)
    "PROVIDER, 0, 0",
    "PROVIDER, 65000, -",
    "ROUTE_SERVER, 65004, -",
    "ROUTE_SERVER, 0, 0",
    "PEER, 65004, 65004",
    "PEER, 65000, -",
    "PEER, 0, 65004",
    "CUSTOMER, 0, 65004",
    "CUSTOMER, 65000, 65000",
    "ROUTE_SERVER_CLIENT, 0, 65004",
    "ROUTE_SERVER_CLIENT, 65000, 65000",
  })
  void whatWentDownOnceDoesNotComeUp(Role role, long otc, String kept) {
    Importer.Result result =
        imported(Optional.of(role), otc == 0 ? OptionalLong.empty() : OptionalLong.of(otc));
    if (kept.equals("-")) {
      assertThat(result.exclusion()).isEqualTo(new Exclusion.RouteLeak(otc));
    } else {
      assertThat(result.exclusion()).isNull();
      long expected = Long.parseLong(kept);
      assertThat(result.attributes().onlyToCustomer().orElse(0)).isEqualTo(expected);
    }
  }

  @Test
  void withoutARoleItMeansNothing() {
    Importer.Result result = imported(Optional.empty(), OptionalLong.of(65000));
    assertThat(result.exclusion()).isNull();
    assertThat(result.attributes().onlyToCustomer()).hasValue(65000);
  }

  // RFC 8326, 4: this side is about to go; from within the AS, too.
  @Test
  void whatThisSideLeavesIsTheLastChoice() {
    for (Neighbour from : List.of(Routes.external(4), Routes.internal(4))) {
      var left =
          new Neighbour(
              from.name(),
              from.kind(),
              from.address(),
              from.asn(),
              from.localAs(),
              from.routerId(),
              false,
              0,
              Optional.empty(),
              true);
      assertThat(evaluate(left, Routes.attributes(4, PEER_AS)).attributes().localPref())
          .hasValue(0);
    }
  }

  // RFC 8326, 4: from another AS; inside of one the LOCAL_PREF says it already.
  @Test
  void whatIsAboutToGoIsTheLastChoice() {
    Attributes leaving = Routes.via(4, PEER_AS).add(Community.GRACEFUL_SHUTDOWN).build();
    assertThat(evaluate(Routes.external(4), leaving).attributes().localPref()).hasValue(0);
    assertThat(evaluate(Routes.internal(4), leaving).attributes().localPref()).isEmpty();
  }
}

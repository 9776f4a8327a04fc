package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.filter.FilterRule;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.filter.PrefixMatch;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpFilter;
import io.margay.kube.types.BgpFilter.Match;
import io.margay.kube.types.BgpFilter.Operator;
import io.margay.kube.types.BgpFilter.Rule;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FilterStageTest {
  private static Rule rule(Optional<Match> match, List<String> communities) {
    return new Rule(
        match,
        false,
        Optional.empty(),
        Optional.of(BgpFilter.PeerType.EBGP),
        communities,
        List.of(new AsNumber(65001)),
        OptionalLong.of(100),
        BgpFilter.Action.ACCEPT,
        List.of(
            new BgpFilter.Operation.AddCommunity("65000:1"),
            new BgpFilter.Operation.SetPriority(7)));
  }

  private static FilterStage.Filters filters(Rule... exportV4) {
    return FilterStage.of(
        Images.of(new BgpFilter("f", List.of(exportV4), List.of(), List.of(), List.of())));
  }

  @Test
  void aRuleIsCarriedOverWhole() {
    FilterStage.Filters filters = filters(rule(Optional.empty(), List.of("65000:7")));
    assertThat(filters.notes()).isEmpty();
    assertThat(filters.imports().get("f").ipv4()).isEmpty();
    FilterRule rule = filters.exports().get("f").ipv4().getFirst();
    assertThat(rule.peerType()).contains(PeerType.EBGP);
    assertThat(rule.community()).isPresent();
    assertThat(rule.asPathPrefix()).containsExactly(65001L);
    assertThat(rule.action()).isEqualTo(FilterRule.Action.ACCEPT);
    assertThat(rule.operations()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource({"EQUAL,,,", "IN,,,", "NOT_IN,24,,24-32", "NOT_EQUAL,,28,16-28", "IN,20,28,20-28"})
  void lengthsLeftOutAreThoseOfTheNetworkAndTheFamily(
      Operator operator, Integer least, Integer most, String range) {
    var match =
        new Match(
            Prefix.of("10.244.0.0/16"),
            operator,
            least == null ? OptionalInt.empty() : OptionalInt.of(least),
            most == null ? OptionalInt.empty() : OptionalInt.of(most));
    FilterRule rule =
        filters(rule(Optional.of(match), List.of())).exports().get("f").ipv4().getFirst();
    assertThat(rule.prefix())
        .hasValueSatisfying(m -> {
          assertThat(m.operator()).isEqualTo(PrefixMatch.Operator.valueOf(operator.name()));
          assertThat(m.lengths().map(r -> r.min() + "-" + r.max()))
              .isEqualTo(Optional.ofNullable(range));
        });
  }

  @Test
  void aFilterThatCannotBeReadRejectsAllAndSaysWhere() {
    Rule good = rule(Optional.empty(), List.of());
    FilterStage.Filters filters = filters(good, rule(Optional.empty(), List.of("many")));
    assertThat(filters.notes())
        .singleElement()
        .asString()
        .startsWith("BGPFilter \"f\": spec.exportV4[1] has a community that is none");
    assertThat(filters.exports().get("f").ipv4())
        .singleElement()
        .extracting(FilterRule::action)
        .isEqualTo(FilterRule.Action.REJECT);
  }
}

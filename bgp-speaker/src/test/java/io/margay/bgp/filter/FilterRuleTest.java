package io.margay.bgp.filter;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.filter.PrefixMatch.LengthRange;
import io.margay.bgp.filter.PrefixMatch.Operator;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** BGPFilter rules: each condition alone, then together. */
class FilterRuleTest {
  private static final FilterRule ANY =
      new FilterRule(
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          OptionalLong.empty(),
          FilterRule.Action.ACCEPT,
          List.of());

  private static final Attributes ATTRIBUTES =
      new AttributesBuilder()
          .asPath(AsPath.sequence(65001L, 65002L))
          .add(AnyCommunity.parse("64512:7").orElseThrow())
          .add(AnyCommunity.parse("1:2:3").orElseThrow())
          .localPref(2147483647L - 512)
          .build();

  private static RouteFacts route(String prefix) {
    return new RouteFacts(
        Prefix.of(prefix),
        ATTRIBUTES,
        true,
        Optional.of("eth0"),
        OptionalLong.empty(),
        PeerType.EBGP);
  }

  record Case(String name, FilterRule rule, String prefix, boolean matches) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("no condition", ANY, "10.0.0.0/8", true),
        prefix("equal", Operator.EQUAL, null, "10.1.0.0/16", true),
        prefix("equal is not inside", Operator.EQUAL, null, "10.1.2.0/24", false),
        prefix("not equal", Operator.NOT_EQUAL, null, "10.1.2.0/24", true),
        prefix("in: itself", Operator.IN, null, "10.1.0.0/16", true),
        prefix("in: longer", Operator.IN, null, "10.1.2.0/24", true),
        prefix("in: shorter", Operator.IN, null, "10.0.0.0/8", false),
        prefix("not in", Operator.NOT_IN, null, "10.2.0.0/16", true),
        prefix("length in range", Operator.IN, new LengthRange(24, 26), "10.1.2.0/26", true),
        prefix("length below", Operator.IN, new LengthRange(24, 26), "10.1.0.0/20", false),
        prefix("length above", Operator.IN, new LengthRange(24, 26), "10.1.2.3/32", false),
        prefix("not in range", Operator.NOT_IN, new LengthRange(24, 26), "10.1.2.3/32", true),
        prefix(
            "range begins at the CIDR", Operator.IN, new LengthRange(0, 32), "10.0.0.0/8", false),
        with("remote peers", r -> copy(r, true, "", null, "", List.of(), -1), true),
        with("interface", r -> copy(r, false, "eth*", null, "", List.of(), -1), true),
        with("other interface", r -> copy(r, false, "cali*", null, "", List.of(), -1), false),
        with("eBGP", r -> copy(r, false, "", PeerType.EBGP, "", List.of(), -1), true),
        with("iBGP", r -> copy(r, false, "", PeerType.IBGP, "", List.of(), -1), false),
        with("community", r -> copy(r, false, "", null, "64512:7", List.of(), -1), true),
        with("large community", r -> copy(r, false, "", null, "1:2:3", List.of(), -1), true),
        with("other community", r -> copy(r, false, "", null, "64512:8", List.of(), -1), false),
        with("AS path", r -> copy(r, false, "", null, "", List.of(65001L), -1), true),
        with("other AS path", r -> copy(r, false, "", null, "", List.of(65002L), -1), false),
        with("priority", r -> copy(r, false, "", null, "", List.of(), 512), true),
        with("other priority", r -> copy(r, false, "", null, "", List.of(), 1024), false),
        with("one of two fails", r -> copy(r, true, "cali*", null, "", List.of(), -1), false));
  }

  private static Case prefix(
      String name, Operator operator, LengthRange lengths, String prefix, boolean matches) {
    var match = new PrefixMatch(Prefix.of("10.1.0.0/16"), operator, Optional.ofNullable(lengths));
    var rule =
        new FilterRule(
            Optional.of(match),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            OptionalLong.empty(),
            FilterRule.Action.ACCEPT,
            List.of());
    return new Case(name, rule, prefix, matches);
  }

  private static Case with(String name, UnaryOperator<FilterRule> change, boolean matches) {
    return new Case(name, change.apply(ANY), "10.1.0.0/16", matches);
  }

  private static FilterRule copy(
      FilterRule rule,
      boolean remote,
      String pattern,
      PeerType type,
      String community,
      List<Long> asPath,
      long priority) {
    return new FilterRule(
        rule.prefix(),
        remote,
        pattern.isEmpty() ? Optional.empty() : Optional.of(pattern),
        Optional.ofNullable(type),
        AnyCommunity.parse(community),
        asPath,
        priority < 0 ? OptionalLong.empty() : OptionalLong.of(priority),
        rule.action(),
        rule.operations());
  }

  @ParameterizedTest
  @MethodSource("cases")
  void matches(Case c) {
    assertThat(c.rule().matches(route(c.prefix()))).isEqualTo(c.matches());
  }

  @Test
  void remotePeersAreNotOurselves() {
    FilterRule rule = copy(ANY, true, "", null, "", List.of(), -1);
    var own =
        new RouteFacts(
            Prefix.of("10.0.0.0/8"),
            Attributes.LOCAL,
            false,
            Optional.empty(),
            OptionalLong.empty(),
            PeerType.IBGP);
    assertThat(rule.matches(own)).isFalse();
  }

  @Test
  void operationsAreDoneInOrder() {
    var rule =
        new FilterRule(
            Optional.empty(),
            false,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            OptionalLong.empty(),
            FilterRule.Action.ACCEPT,
            List.of(
                new Operation.PrependAsPath(List.of(1L, 2L)),
                new Operation.PrependAsPath(List.of(3L)),
                new Operation.AddCommunity(AnyCommunity.parse("9:9").orElseThrow()),
                new Operation.SetPriority(100)));
    var filter = new BgpFilter("f", List.of(rule), List.of());
    var policy =
        new ImportPolicy(List.of(filter), ImportPolicy.Rest.REJECT, RoutePriorities.DEFAULT);
    var accepted = (PolicyVerdict.Accept) policy.evaluate(route("10.0.0.0/8"));
    assertThat(accepted.attributes().asPath()).hasToString("3 1 2 65001 65002");
    assertThat(accepted.attributes().has(AnyCommunity.parse("9:9").orElseThrow())).isTrue();
    assertThat(accepted.attributes().localPref()).hasValue(2147483547L);
    assertThat(accepted.reason()).isEqualTo(new PolicyReason.Rule("f", 1));
  }

  @Test
  void filtersAreAskedInOrderAndByFamily() {
    var reject =
        new FilterRule(
            ANY.prefix(),
            false,
            ANY.interfacePattern(),
            ANY.peerType(),
            ANY.community(),
            List.of(),
            OptionalLong.empty(),
            FilterRule.Action.REJECT,
            List.of());
    var v6Only = new BgpFilter("v6", List.of(), List.of(reject));
    var all = new BgpFilter("all", List.of(reject), List.of());
    var policy =
        new ImportPolicy(List.of(v6Only, all), ImportPolicy.Rest.ACCEPT, RoutePriorities.DEFAULT);
    assertThat(policy.evaluate(route("10.0.0.0/8")).reason())
        .isEqualTo(new PolicyReason.Rule("all", 1));
    assertThat(policy.evaluate(route("fd00::/8")).reason())
        .isEqualTo(new PolicyReason.Rule("v6", 1));
    assertThat(ImportPolicy.ACCEPT.evaluate(route("10.0.0.0/8")).reason())
        .isEqualTo(new PolicyReason.AcceptedByDefault());
  }

  // RFC 8212, 3: neither chosen nor told.
  @Test
  void withoutAPolicyNothingIsTakenOrGiven() {
    var in = new ImportPolicy(List.of(), ImportPolicy.Rest.NO_POLICY, RoutePriorities.DEFAULT);
    var out = new ExportPolicy(List.of(), new ExportPolicy.Default.NoPolicy());
    var refused = new PolicyVerdict.Reject(new PolicyReason.NoPolicy());
    assertThat(in.evaluate(route("10.0.0.0/8"))).isEqualTo(refused);
    assertThat(out.evaluate(route("10.0.0.0/8"))).isEqualTo(refused);
  }

  // Calico's import filter: better than ordinary is a preference of 200.
  @Test
  void elevatedRoutesArePreferred() {
    Attributes ordinary = ATTRIBUTES.toBuilder().localPref(2147483647L - 1024).build();
    var family = Prefix.of("10.0.0.0/8").family();
    assertThat(ImportPolicy.ACCEPT.preference(family, ATTRIBUTES)).isEqualTo(200);
    assertThat(ImportPolicy.ACCEPT.preference(family, ordinary)).isEqualTo(100);
    assertThat(ImportPolicy.ACCEPT.preference(family, Attributes.LOCAL)).isEqualTo(100);
  }
}

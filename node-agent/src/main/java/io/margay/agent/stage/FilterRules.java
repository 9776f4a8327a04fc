package io.margay.agent.stage;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.filter.FilterRule;
import io.margay.bgp.filter.Operation;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.filter.PrefixMatch;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpFilter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** One rule of a BGPFilter object as the speaker's. */
final class FilterRules {
  private FilterRules() {}

  /** Empty when it has a community that is none. */
  static Optional<FilterRule> rule(BgpFilter.Rule rule) {
    Optional<AnyCommunity> community = Optional.empty();
    if (!rule.communities().isEmpty()) {
      community = AnyCommunity.parse(rule.communities().getFirst());
      if (community.isEmpty()) {
        return Optional.empty();
      }
    }
    var operations = new ArrayList<Operation>();
    for (var operation : rule.operations()) {
      Optional<Operation> read = operation(operation);
      if (read.isEmpty()) {
        return Optional.empty();
      }
      operations.add(read.get());
    }
    return Optional.of(
        new FilterRule(
            rule.match().map(FilterRules::match),
            rule.remotePeersOnly(),
            rule.interfaceName(),
            rule.peerType().map(FilterRules::peerType),
            community,
            rule.asPathPrefix().stream().map(AsNumber::value).toList(),
            rule.priority(),
            switch (rule.action()) {
              case ACCEPT -> FilterRule.Action.ACCEPT;
              case REJECT -> FilterRule.Action.REJECT;
            },
            operations));
  }

  private static Optional<Operation> operation(BgpFilter.Operation operation) {
    return switch (operation) {
      case BgpFilter.Operation.AddCommunity(String value) ->
          AnyCommunity.parse(value).map(Operation.AddCommunity::new);
      case BgpFilter.Operation.PrependAsPath(List<AsNumber> prefix) ->
          Optional.of(new Operation.PrependAsPath(prefix.stream().map(AsNumber::value).toList()));
      case BgpFilter.Operation.SetPriority(long value) ->
          Optional.of(new Operation.SetPriority(value));
    };
  }

  private static PrefixMatch match(BgpFilter.Match match) {
    boolean limited = match.least().isPresent() || match.most().isPresent();
    return new PrefixMatch(
        match.cidr(),
        switch (match.operator()) {
          case EQUAL -> PrefixMatch.Operator.EQUAL;
          case NOT_EQUAL -> PrefixMatch.Operator.NOT_EQUAL;
          case IN -> PrefixMatch.Operator.IN;
          case NOT_IN -> PrefixMatch.Operator.NOT_IN;
        },
        limited
            ? Optional.of(
                new PrefixMatch.LengthRange(
                    match.least().orElse(match.cidr().length()),
                    match.most().orElse(match.cidr().family().bits())))
            : Optional.empty());
  }

  private static PeerType peerType(BgpFilter.PeerType type) {
    return switch (type) {
      case EBGP -> PeerType.EBGP;
      case IBGP -> PeerType.IBGP;
    };
  }
}

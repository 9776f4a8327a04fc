package io.margay.agent.stage;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.FilterRule;
import io.margay.bgp.filter.Operation;
import io.margay.bgp.filter.PeerType;
import io.margay.bgp.filter.PrefixMatch;
import io.margay.kube.types.AsNumber;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** BGPFilter objects as the speaker's rules. */
final class FilterStage {
  private FilterStage() {}

  /**
   * The filters of both directions by name.
   *
   * @param notes filters that say something that cannot be a rule; such a filter rejects all, so
   *     that nothing leaves or comes that its author wanted to stop
   */
  record Filters(
      Map<String, BgpFilter> exports, Map<String, BgpFilter> imports, List<String> notes) {}

  static Filters of(Collection<io.margay.kube.types.BgpFilter> objects) {
    var exports = new HashMap<String, BgpFilter>();
    var imports = new HashMap<String, BgpFilter>();
    var notes = new ArrayList<String>();
    for (var object : objects) {
      String name = object.name();
      exports.put(name, filter(name, "export", object.exportV4(), object.exportV6(), notes));
      imports.put(name, filter(name, "import", object.importV4(), object.importV6(), notes));
    }
    return new Filters(exports, imports, notes);
  }

  private static BgpFilter filter(
      String name,
      String direction,
      List<io.margay.kube.types.BgpFilter.Rule> ipv4,
      List<io.margay.kube.types.BgpFilter.Rule> ipv6,
      List<String> notes) {
    return new BgpFilter(
        name,
        rules(name, direction + "V4", ipv4, notes),
        rules(name, direction + "V6", ipv6, notes));
  }

  private static List<FilterRule> rules(
      String name,
      String field,
      List<io.margay.kube.types.BgpFilter.Rule> rules,
      List<String> notes) {
    var read = new ArrayList<FilterRule>();
    for (int i = 0; i < rules.size(); i++) {
      Optional<FilterRule> rule = rule(rules.get(i));
      if (rule.isEmpty()) {
        notes.add(
            "BGPFilter \"%s\": spec.%s[%d] has a community that is none; the filter rejects all routes of its direction until it is mended"
                .formatted(name, field, i));
        return List.of(REJECT_ALL);
      }
      read.add(rule.get());
    }
    return read;
  }

  private static final FilterRule REJECT_ALL =
      new FilterRule(
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          OptionalLong.empty(),
          FilterRule.Action.REJECT,
          List.of());

  private static Optional<FilterRule> rule(io.margay.kube.types.BgpFilter.Rule rule) {
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
            rule.match().map(FilterStage::match),
            rule.remotePeersOnly(),
            rule.interfaceName(),
            rule.peerType().map(FilterStage::peerType),
            community,
            rule.asPathPrefix().stream().map(AsNumber::value).toList(),
            rule.priority(),
            switch (rule.action()) {
              case ACCEPT -> FilterRule.Action.ACCEPT;
              case REJECT -> FilterRule.Action.REJECT;
            },
            operations));
  }

  private static Optional<Operation> operation(io.margay.kube.types.BgpFilter.Operation operation) {
    return switch (operation) {
      case io.margay.kube.types.BgpFilter.Operation.AddCommunity(String value) ->
          AnyCommunity.parse(value).map(Operation.AddCommunity::new);
      case io.margay.kube.types.BgpFilter.Operation.PrependAsPath(List<AsNumber> prefix) ->
          Optional.of(new Operation.PrependAsPath(prefix.stream().map(AsNumber::value).toList()));
      case io.margay.kube.types.BgpFilter.Operation.SetPriority(long value) ->
          Optional.of(new Operation.SetPriority(value));
    };
  }

  private static PrefixMatch match(io.margay.kube.types.BgpFilter.Match match) {
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

  private static PeerType peerType(io.margay.kube.types.BgpFilter.PeerType type) {
    return switch (type) {
      case EBGP -> PeerType.EBGP;
      case IBGP -> PeerType.IBGP;
    };
  }
}

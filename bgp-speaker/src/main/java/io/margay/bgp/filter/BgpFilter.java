package io.margay.bgp.filter;

import io.margay.foundation.addr.Family;
import java.util.List;
import java.util.Optional;

/** The rules of one BGPFilter object for one direction. */
public record BgpFilter(String name, List<FilterRule> ipv4, List<FilterRule> ipv6) {
  public BgpFilter {
    ipv4 = List.copyOf(ipv4);
    ipv6 = List.copyOf(ipv6);
  }

  /** The rules for the routes of a family. */
  public List<FilterRule> rules(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  /** The verdict of the first rule that matches; empty when none does. */
  Optional<PolicyVerdict> evaluate(RouteFacts route) {
    List<FilterRule> rules = rules(route.prefix().family());
    for (int i = 0; i < rules.size(); i++) {
      FilterRule rule = rules.get(i);
      if (rule.matches(route)) {
        var reason = new PolicyReason.Rule(name, i + 1);
        return Optional.of(
            switch (rule.action()) {
              case ACCEPT -> new PolicyVerdict.Accept(rule.applyTo(route.attributes()), reason);
              case REJECT -> new PolicyVerdict.Reject(reason);
            });
      }
    }
    return Optional.empty();
  }

  /** The first verdict of the filters in their order; empty when all let the route fall through. */
  static Optional<PolicyVerdict> firstVerdict(List<BgpFilter> filters, RouteFacts route) {
    for (BgpFilter filter : filters) {
      Optional<PolicyVerdict> verdict = filter.evaluate(route);
      if (verdict.isPresent()) {
        return verdict;
      }
    }
    return Optional.empty();
  }
}

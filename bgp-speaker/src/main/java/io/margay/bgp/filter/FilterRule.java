package io.margay.bgp.filter;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.attr.Attributes;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One rule of a BGPFilter: all conditions that are given must hold; a rule without any always
 * matches.
 *
 * @param fromRemotePeers source RemotePeers: only routes learned by BGP
 * @param interfacePattern {@code *} and {@code ?} as in a shell, against the outgoing interface
 * @param asPathPrefix what the AS path begins with; empty asks nothing
 * @param operations done in order before the route is accepted; unused by a rejecting rule
 */
public record FilterRule(
    Optional<PrefixMatch> prefix,
    boolean fromRemotePeers,
    Optional<String> interfacePattern,
    Optional<PeerType> peerType,
    Optional<AnyCommunity> community,
    List<Long> asPathPrefix,
    OptionalLong priority,
    Action action,
    List<Operation> operations) {
  /** What a matching rule does. */
  public enum Action {
    ACCEPT,
    REJECT
  }

  public FilterRule {
    asPathPrefix = List.copyOf(asPathPrefix);
    operations = List.copyOf(operations);
  }

  boolean matches(RouteFacts route) {
    return prefix.map(p -> p.matches(route.prefix())).orElse(true)
        && (!fromRemotePeers || route.learned())
        && interfacePattern.map(p -> matchesInterface(p, route)).orElse(true)
        && peerType.map(t -> t == route.peer()).orElse(true)
        && community.map(c -> route.attributes().has(c)).orElse(true)
        && route.attributes().asPath().startsWith(asPathPrefix)
        && (priority.isEmpty() || matchesPriority(priority.getAsLong(), route.attributes()));
  }

  Attributes applyTo(Attributes attributes) {
    for (Operation operation : operations) {
      attributes = operation.apply(attributes);
    }
    return attributes;
  }

  private static boolean matchesInterface(String pattern, RouteFacts route) {
    return route.interfaceName().map(name -> Glob.matches(pattern, name)).orElse(false);
  }

  private static boolean matchesPriority(long priority, Attributes attributes) {
    return attributes.localPref().isPresent()
        && attributes.localPref().getAsLong() == RoutePriorities.localPref(priority);
  }
}

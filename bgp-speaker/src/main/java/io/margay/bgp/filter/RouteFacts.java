package io.margay.bgp.filter;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a rule may ask about a route.
 *
 * @param learned from a BGP peer, this one or another
 * @param interfaceName the interface that the route leaves by, where it is known
 * @param metric of the kernel route that it stands for
 * @param peer kind of the peer that it comes from (import) or goes to (export)
 */
public record RouteFacts(
    Prefix prefix,
    Attributes attributes,
    boolean learned,
    Optional<String> interfaceName,
    OptionalLong metric,
    PeerType peer) {
  public boolean originated() {
    return !learned;
  }

  RouteFacts with(Attributes changed) {
    return new RouteFacts(prefix, changed, learned, interfaceName, metric, peer);
  }
}

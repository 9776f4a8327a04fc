package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * What was chosen for a prefix.
 *
 * @param attributes of the best path, behind the import policy
 * @param nextHops of all paths that are equal up to the IGP cost, the best path's first; none for
 *     an own route
 * @param interfaceName where the best path leaves, if that is known
 * @param reason what told the best path from the next one
 */
public record BestRoute(
    Prefix prefix,
    RouteSource source,
    Attributes attributes,
    List<NextHop> nextHops,
    Optional<String> interfaceName,
    SelectionReason reason) {
  /** One way, and the peer that told it. */
  public record NextHop(Ip address, String peer) {}

  public BestRoute {
    nextHops = List.copyOf(nextHops);
  }

  /** True when this node is the route's origin. */
  public boolean isLocal() {
    return source instanceof RouteSource.Local;
  }

  /** Equal in all that the FIB and the peers see; the reason may be another. */
  boolean sameRoute(BestRoute other) {
    return source.equals(other.source)
        && attributes.equals(other.attributes)
        && nextHops.equals(other.nextHops)
        && interfaceName.equals(other.interfaceName);
  }
}

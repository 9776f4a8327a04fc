package io.margay.bgp.rib;

import io.margay.bgp.filter.PolicyReason;
import io.margay.foundation.addr.Ip;

/** Why a path takes no part in the decision; it is kept for when that changes. */
public sealed interface Exclusion {
  /** The import policy refused it. */
  record Policy(PolicyReason reason) implements Exclusion {}

  /** The own AS is in its path more often than allowed (RFC 4271, 9.1.2). */
  record AsLoop(long asn) implements Exclusion {}

  /** It is an own route that came back from a reflector (RFC 4456, 8). */
  record OriginatorLoop() implements Exclusion {}

  /** It went through the own cluster already (RFC 4456, 8). */
  record ClusterLoop() implements Exclusion {}

  /** Its next hop is an own address, or one that cannot be a next hop (RFC 4271, 5.1.3). */
  record BadNextHop(Ip nextHop) implements Exclusion {}

  /** It was sent down once, to an AS that sends it up or sideways now (RFC 9234, 5). */
  record RouteLeak(long onlyToCustomer) implements Exclusion {}

  /** No route leads to its next hop (RFC 4271, 9.1.2.1). */
  record UnreachableNextHop(Ip nextHop) implements Exclusion {}
}

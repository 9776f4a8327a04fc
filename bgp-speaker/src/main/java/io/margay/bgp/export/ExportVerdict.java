package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.bgp.filter.PolicyReason;

/** Whether a peer is told of a route, and why. */
public sealed interface ExportVerdict {
  /** It is told, with these attributes. */
  record Send(Attributes attributes, PolicyReason reason) implements ExportVerdict {}

  /** It is not, by a rule of BGP. */
  record Withhold(Rule rule) implements ExportVerdict {}

  /** It is not, by the export policy. */
  record Refused(PolicyReason reason) implements ExportVerdict {}

  /** Rules of BGP that keep a route from a peer. */
  enum Rule {
    /** The session does not carry the family. */
    FAMILY_NOT_AGREED,
    /** The peer itself said so, or brought it into the AS. */
    SPLIT_HORIZON,
    /** Learned inside the AS, not to be told inside the AS without reflection (RFC 4271, 9.2). */
    IBGP_TO_IBGP,
    /** Community NO_ADVERTISE (RFC 1997). */
    NO_ADVERTISE,
    /** Community NO_EXPORT or NO_EXPORT_SUBCONFED, and the peer is of another AS (RFC 1997). */
    NO_EXPORT,
    /** It came from above or from beside and goes down only (RFC 9234, 5). */
    ONLY_TO_CUSTOMER,
    /** LLGR_STALE, and the peer knows nothing of that (RFC 9494, 4.3). */
    LONG_LIVED_STALE,
    /** No own address of the route's family is known. */
    NO_NEXT_HOP
  }
}

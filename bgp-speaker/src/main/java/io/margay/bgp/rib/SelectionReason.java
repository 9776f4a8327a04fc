package io.margay.bgp.rib;

/**
 * The step of the decision process that told two paths apart (RFC 4271, 9.1.2; RFC 9494 and BIRD's
 * preference before it, RFC 4456 section 9 behind), in order.
 */
public enum SelectionReason {
  /** There was nothing to compare with. */
  ONLY_PATH,
  /** The other one has LLGR_STALE: behind all that do not (RFC 9494, 4.3 and 4.4). */
  LONG_LIVED_STALE,
  /** Where the route comes from: own routes before the peers' (BIRD's preference). */
  PREFERENCE,
  LOCAL_PREF,
  AS_PATH_LENGTH,
  ORIGIN,
  MED,
  EBGP_OVER_IBGP,
  IGP_COST,
  /** The lower router id, or ORIGINATOR_ID of a reflected route. */
  ROUTER_ID,
  CLUSTER_LIST_LENGTH,
  /**
   * The lower one; between two sessions with one address, the name that sorts first; of several
   * paths of one peer, the lower path identifier.
   */
  PEER_ADDRESS
}

package io.margay.bgp.filter;

/** Whether a peer is of another AS or of the own one, as the session sees it. */
public enum PeerType {
  EBGP,
  IBGP
}

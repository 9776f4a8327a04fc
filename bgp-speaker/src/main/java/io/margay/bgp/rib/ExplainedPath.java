package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;

/**
 * One path of a prefix, and what became of it.
 *
 * @param received as the peer sent it
 * @param attributes behind the import policy; as received where it was refused
 * @param stale kept for a peer that restarts
 * @param pathId the peer's path identifier (RFC 7911); 0 where it sends none
 */
public record ExplainedPath(
    RouteSource source,
    Attributes received,
    Attributes attributes,
    boolean stale,
    PathFate fate,
    int pathId) {
  /** Of a peer that sends one path to a prefix. */
  public ExplainedPath(
      RouteSource source,
      Attributes received,
      Attributes attributes,
      boolean stale,
      PathFate fate) {
    this(source, received, attributes, stale, fate, 0);
  }
}

package io.margay.bgp.rib;

import org.jspecify.annotations.Nullable;

/**
 * A way to a prefix, as held by {@link SimpleRib}. {@code received} and {@code imported} are ids of
 * its attribute table; each is counted there once.
 */
final class SimplePath {
  /** The peer that told it; null for an own route. */
  final @Nullable AdjRibIn from;

  /** The own route; null for a peer's. */
  final @Nullable LocalRoute local;

  /** The peer's path identifier (RFC 7911); 0 where it sends none. */
  final int id;

  /** Names the path to peers that get several; no other path to the prefix has it. */
  int number;

  int received;
  int imported;
  int preference;
  boolean stale;
  @Nullable Exclusion exclusion;

  SimplePath(AdjRibIn from, int id) {
    this.from = from;
    this.local = null;
    this.id = id;
  }

  SimplePath(LocalRoute local) {
    this.from = null;
    this.local = local;
    this.id = 0;
  }

  RouteSource source() {
    if (local != null) {
      return new RouteSource.Local(local);
    }
    if (from != null) {
      return new RouteSource.Peer(from.neighbour());
    }
    throw new IllegalStateException("a path from nowhere");
  }
}

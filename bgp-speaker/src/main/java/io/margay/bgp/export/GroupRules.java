package io.margay.bgp.export;

import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;

/**
 * What the members of a group have in common.
 *
 * @param peer who is told; without name and router id where these are no matter
 * @param most so many of the best paths to a prefix, in families whose prefixes have identifiers
 */
public record GroupRules(ExportPeer peer, WireFormat format, int most) {
  /** All paths to a prefix. */
  private static final int ALL = Integer.MAX_VALUE;

  /**
   * Those of a peer. The best so many of the paths that do not come from a peer itself are others
   * for each peer: who gets these alone shares with nobody.
   */
  public static GroupRules of(ExportPeer peer, WireFormat format, int most) {
    int paths = format.idsOut().isEmpty() ? ALL : most;
    return new GroupRules(paths == ALL ? peer.common() : peer, format, paths);
  }

  /** The same for a peer that is to be told by other rules. */
  GroupRules with(ExportPeer other) {
    return of(other, format, most);
  }

  /** True when several paths to a prefix are told, each with its identifier (RFC 7911). */
  boolean hasSeveral(Family family) {
    return format.idsOut().contains(family);
  }
}

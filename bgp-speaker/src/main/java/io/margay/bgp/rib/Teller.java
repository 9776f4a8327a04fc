package io.margay.bgp.rib;

import io.margay.bgp.filter.PeerType;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Who makes an offer: a peer as it is, or was when it said so. A peer that becomes another one (a
 * new router id, another role) is another teller from then on, and its offers are other ones.
 */
final class Teller {
  /** Number of this node, the teller of its own routes. */
  static final int SELF = 0;

  /** The peer's place; null for this node. */
  final @Nullable AdjRibIn from;

  /** The peer; null for this node. */
  final @Nullable Neighbour neighbour;

  /** The same. */
  final Optional<Neighbour> optional;

  final boolean external;

  /** Number of the peer's name in the {@link WayTable}; negative before it is asked for. */
  int nameNumber = -1;

  /** Offers that name it. */
  int offers;

  /** The peer is still this one. */
  boolean current = true;

  Teller(@Nullable AdjRibIn from, @Nullable Neighbour neighbour) {
    this.from = from;
    this.neighbour = neighbour;
    this.optional = Optional.ofNullable(neighbour);
    this.external = neighbour != null && neighbour.type() == PeerType.EBGP;
  }
}

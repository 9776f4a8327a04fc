package io.margay.bgp.rib;

/** Who asked for a route. */
public sealed interface RouteSource {
  /** This node. */
  record Local(LocalRoute route) implements RouteSource {}

  /** A peer. */
  record Peer(Neighbour neighbour) implements RouteSource {}
}

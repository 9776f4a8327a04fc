package io.margay.agent.stage;

import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.PodKey;
import io.margay.tunnel.plan.Way;
import java.util.Locale;

/** What asked for a route. */
public sealed interface RouteCause {
  /** A pod of this node. */
  record LocalPod(PodKey pod) implements RouteCause {}

  /** A block of this node: packets to its unused addresses end here. */
  record OwnBlock(Prefix block) implements RouteCause {}

  /** A peer said so, and its path won; it leaves by this way. */
  record FromPeer(String peer, SelectionReason chosenBy, Way.Reason way) implements RouteCause {}

  /** Another node has the block or the address; no BGP is asked. */
  record OtherNode(NodeName node, Homes.Kind kind, Way.Reason way) implements RouteCause {}

  /** A BGPPeer has a gateway for its peer (reachableBy). */
  record WayToPeer(String bgpPeer) implements RouteCause {}

  /** True for what this node is the origin of. */
  default boolean isLocal() {
    return switch (this) {
      case LocalPod _, OwnBlock _ -> true;
      case FromPeer _, OtherNode _, WayToPeer _ -> false;
    };
  }

  /** One line for people. */
  default String text() {
    return switch (this) {
      case LocalPod(PodKey pod) -> "pod " + pod;
      case OwnBlock(Prefix block) -> "own block " + block + ", unused addresses";
      case FromPeer(String peer, SelectionReason chosenBy, Way.Reason way) ->
          peer + ", chosen by " + words(chosenBy) + ", " + words(way);
      case OtherNode(NodeName node, Homes.Kind kind, Way.Reason way) ->
          words(kind) + " of node " + node + ", " + words(way);
      case WayToPeer(String bgpPeer) -> "BGPPeer " + bgpPeer + ", reachableBy";
    };
  }

  /** A constant as words. */
  static String words(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', ' ');
  }
}

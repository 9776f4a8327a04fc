package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.NodeEnd;
import java.util.List;
import java.util.Optional;

/**
 * What the last plan knows of another node in one family; for views.
 *
 * @param end where its packets go; empty while it has no address, or is not there
 * @param destinations what is at the node, in their order
 */
public record NodeReach(
    NodeName node, Family family, Optional<NodeEnd> end, List<Destination> destinations) {
  /**
   * A block, or an address outside of the node's blocks.
   *
   * @param sent in what packets to it leave; empty where they do not
   */
  public record Destination(Prefix prefix, Optional<Encap> sent) {}
}

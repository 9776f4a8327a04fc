package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import java.util.Optional;
import java.util.Set;

/** What the decision about this node's IPIP tunnel address is made from. */
public final class TunnelAddressStage {
  private TunnelAddressStage() {}

  /**
   * The facts from the image.
   *
   * @param eligible ranges that the address may come from
   * @param annotated the address that the node has now
   */
  public record Question(Set<Prefix> eligible, Optional<Ip> annotated) {}

  /** Empty while the image has no such node. */
  public static Optional<Question> question(ClusterImage image, NodeName self) {
    Node node = image.nodes().get(self);
    return node == null
        ? Optional.empty()
        : Optional.of(new Question(PoolStage.ipipAddressPools(image, self), node.tunnels().ipip()));
  }
}

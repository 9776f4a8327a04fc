package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Pool;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.TunnelAddress;
import io.margay.tunnel.plan.TunnelAddress.Decision;
import io.margay.tunnel.plan.TunnelAddress.Holder;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be done about this node's IPIP tunnel address, from the image and IPAM. */
public final class TunnelAddressStage {
  private TunnelAddressStage() {}

  /**
   * The facts from the image.
   *
   * @param eligible ranges that the address may come from
   * @param annotated the address that the node has now
   */
  public record Question(Set<Prefix> eligible, Optional<Ip> annotated) {
    /** What should be there is there: an address where pools ask for one, else none needed. */
    boolean isSettled() {
      return eligible.isEmpty() || annotated.isPresent();
    }
  }

  /** What is to be done with IPAM, then with the node's annotation. */
  public sealed interface Task {
    /** All is as it should be. */
    record Nothing() implements Task {}

    /** What the handle holds is given back, the annotation is cleared. */
    record Release(String handle, String why) implements Task {}

    /**
     * A new address goes into the annotation.
     *
     * @param releaseFirst whether what the request's handle holds is given back before
     */
    record Assign(AssignRequest request, boolean releaseFirst, String why) implements Task {}
  }

  /** Empty while the image has no such node. */
  public static Optional<Question> question(ClusterImage image, NodeName self) {
    Node node = image.nodes().get(self);
    return node == null
        ? Optional.empty()
        : Optional.of(new Question(PoolStage.ipipAddressPools(image, self), node.tunnels().ipip()));
  }

  /** Whether an image has the address that pools ask for, or none where none is asked for. */
  public static boolean isSettled(ClusterImage image, NodeName self) {
    return question(image, self).filter(Question::isSettled).isPresent();
  }

  /**
   * Decides.
   *
   * @param held what IPAM says of the annotated address; empty when nobody holds it
   */
  public static Task decide(NodeName self, Question question, Optional<Block.Attributes> held) {
    String handle = TunnelAddress.Type.IPIP.handle(self.value());
    Decision decision =
        TunnelAddress.decide(
            TunnelAddress.Type.IPIP,
            self.value(),
            question.eligible(),
            question.annotated(),
            held.map(TunnelAddressStage::holder).orElse(new Holder.Nobody()));
    return switch (decision) {
      case Decision.Keep _, Decision.Nothing _ -> new Task.Nothing();
      case Decision.Release(var why) -> new Task.Release(handle, why.name());
      case Decision.Assign(List<Prefix> pools, boolean releaseFirst, var why) ->
          new Task.Assign(request(self, handle, pools), releaseFirst, why.name());
    };
  }

  private static Holder holder(Block.Attributes held) {
    return new Holder.Somebody(
        held.activeOwner().getOrDefault("type", ""), held.activeOwner().getOrDefault("node", ""));
  }

  private static AssignRequest request(NodeName self, String handle, List<Prefix> pools) {
    return new AssignRequest(
        Family.IPV4,
        Pool.Use.TUNNEL,
        handle,
        Map.of("node", self.value(), "type", TunnelAddress.Type.IPIP.attribute()),
        pools.stream().map(Prefix::toString).toList(),
        Optional.empty());
  }
}

package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Pool;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.TunnelAddress;
import io.margay.tunnel.plan.TunnelAddress.Decision;
import io.margay.tunnel.plan.TunnelAddress.Holder;
import io.margay.tunnel.plan.VxlanMac;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What is to be done about this node's tunnel addresses, from the image and IPAM. */
public final class TunnelAddressStage {
  private TunnelAddressStage() {}

  /** The addresses that a node may have, as who keeps them calls them. */
  public enum Which {
    IPIP(TunnelAddress.Type.IPIP),
    VXLAN(TunnelAddress.Type.VXLAN),
    VXLAN_IPV6(TunnelAddress.Type.VXLAN_IPV6);

    private final TunnelAddress.Type type;

    Which(TunnelAddress.Type type) {
      this.type = type;
    }

    Encap encap() {
      return type.encap();
    }

    @Override
    public String toString() {
      return type.encap().toString();
    }
  }

  /**
   * The facts from the image about one address.
   *
   * @param eligible ranges that the address may come from
   * @param annotated the address that the node has now
   * @param kept it stays though no pool asks for it: others may send to it
   * @param withoutMac the MAC address that goes with it is not annotated
   */
  public record Question(
      Which which, Set<Prefix> eligible, Optional<Ip> annotated, boolean kept, boolean withoutMac) {
    /** What should be there is there: an address where pools ask for one, else none needed. */
    public boolean isSettled() {
      return eligible.isEmpty() || annotated.isPresent();
    }

    private static Question of(Node node, Which which, Set<Prefix> eligible, boolean kept) {
      boolean withoutMac =
          which != Which.IPIP && NodeEnds.vxlan(node, which.type.family()).mac().isEmpty();
      return new Question(which, eligible, address(node, which.type), kept, withoutMac);
    }

    /** The same about a node as it was read since. */
    public Question of(Node node) {
      return of(node, which, eligible, kept);
    }
  }

  /** What is to be done with IPAM, then with the node's annotation. */
  public sealed interface Task {
    /** All is as it should be. */
    record Nothing() implements Task {}

    /** The annotation is cleared, and then what the handle holds is given back. */
    record Release(String handle, String why) implements Task {}

    /**
     * There is none, and none is wanted; what the handle may hold is given back: an agent may have
     * ended between the annotation and IPAM.
     */
    record GiveBack(String handle) implements Task {}

    /** The address stays, and the MAC address that goes with it is annotated. */
    record Complete(Ip address, String why) implements Task {}

    /**
     * A new address goes into the annotation.
     *
     * @param releaseFirst whether what the request's handle holds is given back before
     */
    record Assign(AssignRequest request, boolean releaseFirst, String why) implements Task {}
  }

  /**
   * Empty while the image has no such node.
   *
   * @param kept the addresses that stay though no pool asks for them
   */
  public static Optional<Question> question(
      ClusterImage image, NodeName self, Which which, Set<Which> kept) {
    Node node = image.nodes().get(self);
    return node == null
        ? Optional.empty()
        : Optional.of(
            Question.of(
                node,
                which,
                PoolStage.addressPools(image, self, which.type),
                kept.contains(which)));
  }

  /**
   * What a node's annotations should say once it has this address, or none: the address, and the
   * MAC address that goes with it.
   *
   * @param node as it is now
   */
  public static Map<String, Optional<String>> annotations(
      Which which, Node node, Optional<Ip> address) {
    Optional<String> text = address.map(Ip::toString);
    return switch (which) {
      case IPIP -> Map.of(NodeAnnotations.IPIP_TUNNEL_ADDRESS, text);
      case VXLAN ->
          Map.of(
              NodeAnnotations.VXLAN4_TUNNEL_ADDRESS,
              text,
              NodeAnnotations.VXLAN4_TUNNEL_MAC,
              address.map(_ -> mac(node, Family.IPV4)));
      case VXLAN_IPV6 ->
          Map.of(
              NodeAnnotations.VXLAN6_TUNNEL_ADDRESS,
              text,
              NodeAnnotations.VXLAN6_TUNNEL_MAC,
              address.map(_ -> mac(node, Family.IPV6)));
    };
  }

  /**
   * Whether a node, as it is on the server, may be left without the address: not while it says that
   * it takes packets there. Who reads that begins to send.
   */
  public static boolean mayClear(Which which, Node node) {
    Set<Encap> received = Encap.ofWords(node.tunnels().modes().receives().orElse(Set.of()));
    boolean lent =
        received.contains(Encap.UDP) && NodeEnds.lender(node).equals(Optional.of(which.encap()));
    return !received.contains(which.encap()) && !lent;
  }

  /** The one that the node has, so that others who know it do not have to learn another. */
  private static String mac(Node node, Family family) {
    return NodeEnds.vxlan(node, family)
        .mac()
        .orElseGet(() -> VxlanMac.of(node.name().value(), family))
        .toString();
  }

  private static Optional<Ip> address(Node node, TunnelAddress.Type type) {
    return switch (type) {
      case IPIP -> node.tunnels().ipip();
      case VXLAN -> node.tunnels().vxlan4().address();
      case VXLAN_IPV6 -> node.tunnels().vxlan6().address();
    };
  }

  /**
   * Decides.
   *
   * @param held what IPAM says of the annotated address; empty when nobody holds it
   */
  public static Task decide(NodeName self, Question question, Optional<Block.Attributes> held) {
    if (question.eligible().isEmpty() && question.kept()) {
      return new Task.Nothing();
    }
    TunnelAddress.Type type = question.which().type;
    String handle = type.handle(self.value());
    Decision decision =
        TunnelAddress.decide(
            type,
            self.value(),
            question.eligible(),
            question.annotated(),
            held.map(TunnelAddressStage::holder).orElse(new Holder.Nobody()));
    return switch (decision) {
      case Decision.Keep(Ip address, _) ->
          question.withoutMac() ? new Task.Complete(address, "NO_MAC") : new Task.Nothing();
      case Decision.Nothing _ -> new Task.GiveBack(handle);
      case Decision.Release(var why) -> new Task.Release(handle, why.name());
      case Decision.Assign(List<Prefix> pools, boolean releaseFirst, var why) ->
          new Task.Assign(request(self, type, pools), releaseFirst, why.name());
    };
  }

  private static Holder holder(Block.Attributes held) {
    return new Holder.Somebody(
        held.activeOwner().getOrDefault("type", ""), held.activeOwner().getOrDefault("node", ""));
  }

  private static AssignRequest request(NodeName self, TunnelAddress.Type type, List<Prefix> pools) {
    return new AssignRequest(
        type.family(),
        Pool.Use.TUNNEL,
        type.handle(self.value()),
        Map.of("node", self.value(), "type", type.attribute()),
        pools.stream().map(Prefix::toString).toList(),
        Optional.empty());
  }
}

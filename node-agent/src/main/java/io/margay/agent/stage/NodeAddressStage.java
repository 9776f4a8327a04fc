package io.margay.agent.stage;

import io.margay.agent.config.AddressChoice;
import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.AgentConfig.Addressing;
import io.margay.agent.stage.NodeAddress.Choice;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What this node's annotations are to say of its addresses and its AS number. */
public final class NodeAddressStage {
  private NodeAddressStage() {}

  /** What is to be written, or why nothing can be. */
  public sealed interface Announcement {
    /**
     * These annotations, none for an address that is kept. They may be written on a node of which
     * {@link NodeAddressStage#isDecidedFor} is true.
     *
     * @param changed addresses that the node did not have before
     */
    record Ready(Map<String, Optional<String>> annotations, List<Choice.Chosen> changed)
        implements Announcement {}

    /** Nothing is written: an address is missing, or another node's. */
    record Missing(List<String> why) implements Announcement {}
  }

  /**
   * Decides for both families.
   *
   * @param node this node as the image has it
   */
  public static Announcement announcement(
      ClusterImage image, Node node, AgentConfig config, KernelFacts kernel) {
    var annotations = new HashMap<String, Optional<String>>();
    var changed = new ArrayList<Choice.Chosen>();
    var missing = new ArrayList<String>();
    for (Family family : Family.values()) {
      Optional<InterfaceAddress> annotated = annotated(node, family);
      switch (choice(family, config, node, kernel)) {
        case Choice.NotWanted _ -> {}
        case Choice.NotFound(String why) -> missing.add(why);
        case Choice.Kept(var address, String why) ->
            dispute(image, node, config, address.ip(), why).ifPresent(missing::add);
        case Choice.Chosen chosen -> {
          InterfaceAddress address = chosen.address();
          dispute(image, node, config, address.ip(), chosen.why()).ifPresent(missing::add);
          annotations.put(annotation(family), Optional.of(address.toString()));
          if (!annotated.equals(Optional.of(address))) {
            changed.add(chosen);
          }
        }
      }
    }
    config
        .asNumber()
        .ifPresent(
            as -> annotations.put(NodeAnnotations.AS_NUMBER, Optional.of(Long.toString(as))));
    return missing.isEmpty()
        ? new Announcement.Ready(Map.copyOf(annotations), List.copyOf(changed))
        : new Announcement.Missing(List.copyOf(missing));
  }

  /**
   * Whether what was decided for a node is decided for this one, too: nobody changed its addresses
   * in between.
   */
  public static boolean isDecidedFor(Node now, Node decided) {
    return now.bgp().ipv4().equals(decided.bgp().ipv4())
        && now.bgp().ipv6().equals(decided.bgp().ipv6());
  }

  /** Whether an address is looked for again while the agent runs. */
  public static boolean isFollowed(AgentConfig config) {
    return Stream.of(Family.values()).anyMatch(family -> isDetected(config, family));
  }

  static boolean isDetected(AgentConfig config, Family family) {
    return addressing(config, family).choice() instanceof AddressChoice.Detect;
  }

  static Choice choice(Family family, AgentConfig config, Node node, KernelFacts kernel) {
    return NodeAddress.choose(
        family,
        addressing(config, family),
        new NodeAddress.Facts(
            kernel.interfaces(),
            kernel::sourceTowards,
            annotated(node, family),
            node.internalIps()));
  }

  private static Optional<String> dispute(
      ClusterImage image, Node self, AgentConfig config, Ip ip, String why) {
    return holder(image, self.name(), ip)
        .filter(_ -> config.addressesAreUnique())
        .map(other -> ip + " (" + why + ") is the address of node " + other + " already");
  }

  /** Another node with the same address: two that answer for one are worse than none. */
  private static Optional<NodeName> holder(ClusterImage image, NodeName self, Ip ip) {
    return image.nodes().values().stream()
        .filter(node -> !node.name().equals(self))
        .filter(node ->
            annotated(node, ip.family()).filter(address -> address.ip().equals(ip)).isPresent())
        .map(Node::name)
        .sorted()
        .findFirst();
  }

  private static Addressing addressing(AgentConfig config, Family family) {
    return switch (family) {
      case IPV4 -> config.ipv4();
      case IPV6 -> config.ipv6();
    };
  }

  static Optional<InterfaceAddress> annotated(Node node, Family family) {
    return switch (family) {
      case IPV4 -> node.bgp().ipv4();
      case IPV6 -> node.bgp().ipv6();
    };
  }

  private static String annotation(Family family) {
    return switch (family) {
      case IPV4 -> NodeAnnotations.IPV4_ADDRESS;
      case IPV6 -> NodeAnnotations.IPV6_ADDRESS;
    };
  }
}

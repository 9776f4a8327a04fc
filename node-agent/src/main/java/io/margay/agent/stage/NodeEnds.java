package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.NodeEnd;
import io.margay.tunnel.plan.Vtep;
import io.margay.tunnel.plan.VxlanMac;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The cluster's nodes as packets reach them: by name, and by address. Immutable. */
final class NodeEnds {
  private final Map<NodeName, NodeEnd> ipv4 = new HashMap<>();
  private final Map<NodeName, NodeEnd> ipv6 = new HashMap<>();
  private final Map<Ip, NodeEnd> byAddress = new HashMap<>();

  private final Set<NodeName> names = new HashSet<>();

  private NodeEnds() {}

  static NodeEnds of(Collection<Node> nodes) {
    var ends = new NodeEnds();
    for (Node node : nodes) {
      NodeEnd.Receives receives = receives(node);
      ends.names.add(node.name());
      for (Family family : Family.values()) {
        Optional<Ip> address = address(node, family);
        if (address.isPresent()) {
          var end = new NodeEnd(node.name().value(), address.get(), vtep(node, family), receives);
          ends.byName(family).put(node.name(), end);
          ends.byAddress.put(address.get(), end);
        }
      }
    }
    return ends;
  }

  /** Empty when the node is not there or has no address of the family. */
  Optional<NodeEnd> of(NodeName node, Family family) {
    return Optional.ofNullable(byName(family).get(node));
  }

  /** Whether there is such a node, with an address or without. */
  boolean knows(NodeName node) {
    return names.contains(node);
  }

  /** The nodes that have an address of the family. */
  Set<NodeName> names(Family family) {
    return Set.copyOf(byName(family).keySet());
  }

  /** The nodes' addresses of a family. */
  List<Ip> addresses(Family family) {
    return byName(family).values().stream().map(NodeEnd::address).toList();
  }

  /** The node that has an address; an end of its own when it is none of the cluster's. */
  NodeEnd at(Ip address) {
    NodeEnd end = byAddress.get(address);
    return end == null ? NodeEnd.outside(address) : end;
  }

  /**
   * What is otherwise than in another table.
   *
   * @param names nodes that are new, gone, or reached otherwise
   * @param addresses at which there is another node, or none, or one that is reached otherwise
   */
  record Difference(Set<NodeName> names, Set<Ip> addresses) {
    boolean isEmpty() {
      return names.isEmpty() && addresses.isEmpty();
    }
  }

  Difference from(NodeEnds before) {
    var differing = new HashSet<NodeName>();
    addDifferent(names, before.names, differing);
    addDifferent(ipv4, before.ipv4, differing);
    addDifferent(ipv6, before.ipv6, differing);
    var addresses = new HashSet<Ip>();
    addDifferent(byAddress, before.byAddress, addresses);
    return new Difference(differing, addresses);
  }

  private static <K> void addDifferent(Set<K> now, Set<K> before, Set<K> differing) {
    now.stream().filter(key -> !before.contains(key)).forEach(differing::add);
    before.stream().filter(key -> !now.contains(key)).forEach(differing::add);
  }

  private static <K> void addDifferent(
      Map<K, NodeEnd> now, Map<K, NodeEnd> before, Set<K> differing) {
    addDifferent(now.keySet(), before.keySet(), differing);
    now.forEach((key, end) -> {
      if (!end.equals(before.get(key))) {
        differing.add(key);
      }
    });
  }

  private Map<NodeName, NodeEnd> byName(Family family) {
    return family == Family.IPV4 ? ipv4 : ipv6;
  }

  /** All ends of the VXLAN of a family. */
  List<Vtep> vteps(Family family) {
    var vteps = new ArrayList<Vtep>();
    byName(family).values().forEach(end -> end.vtep().ifPresent(vteps::add));
    return vteps;
  }

  /** A node's address as Felix takes it: BGP's, else the first internal, else external one. */
  static Optional<Ip> address(Node node, Family family) {
    Optional<InterfaceAddress> ofBgp =
        family == Family.IPV4 ? node.bgp().ipv4() : node.bgp().ipv6();
    return ofBgp
        .map(InterfaceAddress::ip)
        .or(() -> first(node.internalIps(), family))
        .or(() -> first(node.externalIps(), family));
  }

  private static Optional<Ip> first(List<Ip> ips, Family family) {
    return ips.stream().filter(ip -> ip.family() == family).findFirst();
  }

  /** A node's end of the VXLAN: with a tunnel address and an address of its own. */
  static Optional<Vtep> vtep(Node node, Family family) {
    Node.Vxlan end = vxlan(node, family);
    Optional<Ip> address = address(node, family);
    if (end.address().isEmpty() || address.isEmpty()) {
      return Optional.empty();
    }
    String name = node.name().value();
    return Optional.of(
        new Vtep(
            name,
            end.address().get(),
            end.mac().orElseGet(() -> VxlanMac.of(name, family)),
            address.get()));
  }

  static Node.Vxlan vxlan(Node node, Family family) {
    return family == Family.IPV4 ? node.tunnels().vxlan4() : node.tunnels().vxlan6();
  }

  private static NodeEnd.Receives receives(Node node) {
    Optional<Set<String>> said = node.tunnels().modes().receives();
    if (said.isPresent()) {
      return new NodeEnd.Receives.Announced(Encap.ofWords(said.get()));
    }
    return new NodeEnd.Receives.ByAddresses(withAddress(node));
  }

  /** The tunnels that a node has an address for: those that a node of Calico's takes and sends. */
  static Set<Encap> withAddress(Node node) {
    return addresses(node).keySet();
  }

  /** The tunnel whose address the device of UDP encapsulation has, too: IPAM gives it none. */
  static Optional<Encap> lender(Node node) {
    if (node.tunnels().ipip().isPresent()) {
      return Optional.of(Encap.IPIP);
    }
    return vxlan(node, Family.IPV4).address().map(_ -> Encap.VXLAN);
  }

  /** A node's tunnel addresses. */
  static Map<Encap, Ip> addresses(Node node) {
    var addresses = new EnumMap<Encap, Ip>(Encap.class);
    node.tunnels().ipip().ifPresent(ip -> addresses.put(Encap.IPIP, ip));
    for (Family family : Family.values()) {
      vxlan(node, family).address().ifPresent(ip -> addresses.put(Encap.vxlan(family), ip));
    }
    return addresses;
  }
}

package io.margay.kube.types;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Reads a Node. Empty annotations count as missing: Calico clears by either. */
final class NodeReader {
  private NodeReader() {}

  static Optional<Node> read(StoredObject object) {
    if (object.meta().name().isEmpty()) {
      return Optional.empty();
    }
    var bgp =
        new Node.Bgp(
            interfaceAddress(annotation(object, NodeAnnotations.IPV4_ADDRESS), Family.IPV4),
            interfaceAddress(annotation(object, NodeAnnotations.IPV6_ADDRESS), Family.IPV6),
            AsNumber.read(annotation(object, NodeAnnotations.AS_NUMBER)),
            annotation(object, NodeAnnotations.ROUTE_REFLECTOR_CLUSTER_ID)
                .parsed(Ip4::parse, "a cluster id such as 224.0.0.1"));
    var tunnels =
        new Node.Tunnels(
            ip(annotation(object, NodeAnnotations.IPIP_TUNNEL_ADDRESS), Family.IPV4),
            vxlan(
                object,
                NodeAnnotations.VXLAN4_TUNNEL_ADDRESS,
                NodeAnnotations.VXLAN4_TUNNEL_MAC,
                Family.IPV4),
            vxlan(
                object,
                NodeAnnotations.VXLAN6_TUNNEL_ADDRESS,
                NodeAnnotations.VXLAN6_TUNNEL_MAC,
                Family.IPV6),
            new Node.Modes(
                words(object, NodeAnnotations.RECEIVES),
                words(object, NodeAnnotations.SENDS).orElse(Set.of())));
    Interner interner = object.interner();
    return Optional.of(
        new Node(
            interner.nodeName(object.meta().name()),
            interner.labels(object.meta().labels()),
            bgp,
            tunnels,
            podCidrs(object.spec()),
            addresses(object, "InternalIP"),
            addresses(object, "ExternalIP")));
  }

  private static Tree annotation(StoredObject object, String name) {
    Tree tree = object.annotation(name);
    return tree.raw().filter(""::equals).isPresent() ? tree.with(null) : tree;
  }

  /** An address of the family; without a length it stands for itself alone. */
  private static Optional<InterfaceAddress> interfaceAddress(Tree tree, Family family) {
    return tree.parsed(
        text ->
            InterfaceAddress.parse(text)
                .or(() -> Ip.parse(text).map(ip -> new InterfaceAddress(ip, family.bits())))
                .filter(address -> address.ip().family() == family),
        family == Family.IPV4
            ? "an IPv4 address with its length such as 10.1.2.3/24"
            : "an IPv6 address with its length such as fd00::3/64");
  }

  private static Optional<Ip> ip(Tree tree, Family family) {
    return tree.parsed(
        text -> Ip.parse(text).filter(ip -> ip.family() == family),
        family == Family.IPV4 ? "an IPv4 address" : "an IPv6 address");
  }

  private static Node.Vxlan vxlan(StoredObject object, String address, String mac, Family family) {
    return new Node.Vxlan(
        ip(annotation(object, address), family),
        annotation(object, mac).parsed(Mac::parse, "a MAC address such as 66:1f:2e:03:4d:5c"));
  }

  /** Words with commas between. No word at all says something, other than no annotation. */
  private static Optional<Set<String>> words(StoredObject object, String name) {
    return object
        .annotation(name)
        .text()
        .map(text ->
            Stream.of(text.split(",", -1))
                .map(String::strip)
                .filter(word -> !word.isEmpty())
                .collect(Collectors.toSet()));
  }

  private static List<Prefix> podCidrs(Tree spec) {
    var cidrs = new ArrayList<Prefix>();
    for (Tree item : spec.at("podCIDRs").items()) {
      item.prefix().ifPresent(cidrs::add);
    }
    return List.copyOf(cidrs);
  }

  /** Addresses of a type; host names and what is no address are none. */
  private static List<Ip> addresses(StoredObject object, String type) {
    var ips = new ArrayList<Ip>();
    for (Tree item : object.status().at("addresses").items()) {
      if (item.at("type").text("").equals(type)) {
        Ip.parse(item.at("address").text("")).ifPresent(ips::add);
      }
    }
    return List.copyOf(ips);
  }
}

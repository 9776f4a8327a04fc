package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.Node;
import io.margay.policy.selector.Selector;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** The cluster's nodes as BGP sees them, with the configurations that hold for them. */
final class PeerNodes {
  private final List<Node> nodes;
  private final Map<String, BgpConfiguration> configurations;
  private final BgpConfiguration cluster;

  PeerNodes(Collection<Node> nodes, Map<String, BgpConfiguration> configurations) {
    this.nodes = List.copyOf(nodes);
    this.configurations = configurations;
    this.cluster =
        configurations.getOrDefault(BgpConfiguration.DEFAULT, BgpConfiguration.defaults());
  }

  /** The configuration of the whole cluster. */
  BgpConfiguration cluster() {
    return cluster;
  }

  List<Node> all() {
    return nodes;
  }

  List<Node> selected(Selector selector) {
    return nodes.stream().filter(node -> selector.matches(node.labels())).toList();
  }

  AsNumber asOf(Node node) {
    return node.bgp().asNumber().or(cluster::asNumber).orElse(BgpConfiguration.DEFAULT_AS_NUMBER);
  }

  int listenPort(Node node) {
    BgpConfiguration own = configurations.get(BgpConfiguration.nameOf(node.name()));
    OptionalInt port = own == null ? OptionalInt.empty() : own.listenPort();
    return port.orElse(cluster.listenPort().orElse(BgpConfiguration.DEFAULT_PORT));
  }

  static boolean isReflector(Node node) {
    return node.bgp().routeReflectorClusterId().isPresent();
  }

  static Optional<Ip> addressOf(Node node, Family family) {
    return switch (family) {
      case IPV4 -> node.bgp().ipv4().map(InterfaceAddress::ip);
      case IPV6 -> node.bgp().ipv6().map(InterfaceAddress::ip);
    };
  }
}

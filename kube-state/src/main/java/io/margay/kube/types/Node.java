package io.margay.kube.types;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A node as Calico sees it: the Kubernetes object with what Calico keeps in its annotations.
 *
 * @param labels Calico's view: the Kubernetes labels over those that only Calico knows
 * @param podCidrs the node's share when addresses are host-local; empty with Calico's IPAM
 * @param internalIps from the status, in its order
 * @param externalIps from the status, in its order
 */
public record Node(
    NodeName name,
    Map<String, String> labels,
    Bgp bgp,
    Tunnels tunnels,
    List<Prefix> podCidrs,
    List<Ip> internalIps,
    List<Ip> externalIps) {

  /**
   * How the node speaks BGP.
   *
   * @param ipv4 its address with the length of its network; without one the node has no IPv4 peers
   * @param asNumber its own, where it differs from the cluster's
   * @param routeReflectorClusterId present on a route reflector, which is no part of the mesh
   */
  public record Bgp(
      Optional<InterfaceAddress> ipv4,
      Optional<InterfaceAddress> ipv6,
      Optional<AsNumber> asNumber,
      Optional<Ip4> routeReflectorClusterId) {}

  /** The addresses of the node's tunnel devices. */
  public record Tunnels(Optional<Ip> ipip, Optional<Ip> vxlan4, Optional<Ip> vxlan6) {}

  /** Reads a node with its annotations. */
  public static Optional<Node> read(StoredObject object) {
    return NodeReader.read(object);
  }
}

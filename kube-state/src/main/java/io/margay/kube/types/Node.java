package io.margay.kube.types;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

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

  /**
   * The node's ends of tunnels.
   *
   * @param ipip the address of tunl0
   */
  public record Tunnels(Optional<Ip> ipip, Vxlan vxlan4, Vxlan vxlan6, Modes modes) {
    /** It has none, and says nothing. */
    public static final Tunnels NONE =
        new Tunnels(Optional.empty(), Vxlan.NONE, Vxlan.NONE, Modes.UNSAID);
  }

  /**
   * The end of a VXLAN.
   *
   * @param mac empty until the node's agent wrote it; it follows from the node's name then
   */
  public record Vxlan(Optional<Ip> address, Optional<Mac> mac) {
    public static final Vxlan NONE = new Vxlan(Optional.empty(), Optional.empty());
  }

  /**
   * In what the node takes packets of others, and in what it sends them; words.
   *
   * @param receives empty where the node's agent does not say such things: Calico's
   */
  public record Modes(Optional<Set<String>> receives, Set<String> sends) {
    public static final Modes UNSAID = new Modes(Optional.empty(), Set.of());

    public Modes {
      // Sorted: a record is shown as it is written.
      receives = receives.map(words -> Collections.unmodifiableSet(new TreeSet<>(words)));
      sends = Collections.unmodifiableSet(new TreeSet<>(sends));
    }
  }

  /** Reads a node with its annotations. */
  public static Optional<Node> read(StoredObject object) {
    return NodeReader.read(object);
  }
}

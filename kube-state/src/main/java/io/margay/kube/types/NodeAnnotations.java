package io.margay.kube.types;

/** The annotations in which Calico keeps what it knows of a node. */
public final class NodeAnnotations {
  /** The node's BGP address with its length: {@code 10.1.2.3/24}. */
  public static final String IPV4_ADDRESS = "projectcalico.org/IPv4Address";

  /** The node's BGP address with its length: {@code fd00::3/64}. */
  public static final String IPV6_ADDRESS = "projectcalico.org/IPv6Address";

  public static final String AS_NUMBER = "projectcalico.org/ASNumber";

  /** A dotted quad; makes the node a route reflector. */
  public static final String ROUTE_REFLECTOR_CLUSTER_ID =
      "projectcalico.org/RouteReflectorClusterID";

  /** The address of tunl0, without a length. */
  public static final String IPIP_TUNNEL_ADDRESS = "projectcalico.org/IPv4IPIPTunnelAddr";

  /** The address of vxlan.calico, without a length. */
  public static final String VXLAN4_TUNNEL_ADDRESS = "projectcalico.org/IPv4VXLANTunnelAddr";

  /** The address of vxlan-v6.calico, without a length. */
  public static final String VXLAN6_TUNNEL_ADDRESS = "projectcalico.org/IPv6VXLANTunnelAddr";

  /** The MAC address of vxlan.calico; follows from the node's name until it is written. */
  public static final String VXLAN4_TUNNEL_MAC = "projectcalico.org/VXLANTunnelMACAddr";

  /** The MAC address of vxlan-v6.calico. */
  public static final String VXLAN6_TUNNEL_MAC = "projectcalico.org/VXLANTunnelMACAddrV6";

  /** In what the node takes packets of other nodes: {@code ipip,vxlan}. */
  public static final String RECEIVES = "margay.io/receives";

  /** In what the node may send packets to other nodes now: {@code direct,vxlan}. */
  public static final String SENDS = "margay.io/sends";

  /** JSON of the interfaces found on the node: {@code [{"name":"eth0","addresses":[...]}]}. */
  public static final String INTERFACES = "projectcalico.org/Interfaces";

  private NodeAnnotations() {}
}

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

  /** JSON of the interfaces found on the node: {@code [{"name":"eth0","addresses":[...]}]}. */
  public static final String INTERFACES = "projectcalico.org/Interfaces";

  private NodeAnnotations() {}
}

package io.margay.lab.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.lab.plan.PoolPlan.Tunnel;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A lab: two racks with a router between them, nodes, and a watcher that only listens. All of it
 * lives in namespaces of its own, so every lab has the same addresses.
 *
 * @param watchers addresses where GoBGP listens, in the first subnet, one a family
 * @param birdBlocks the address blocks of the BIRD node, which the lab writes itself, one a family
 */
public record LabPlan(
    Families families,
    List<Subnet> subnets,
    List<NodePlan> nodes,
    List<Ip> watchers,
    List<PoolPlan> pools,
    List<Prefix> birdBlocks) {

  /** The AS of all nodes: Calico's default. */
  public static final int NODES_AS = 64512;

  /** The AS of the router between the racks. */
  public static final int ROUTER_AS = 64513;

  public static final String ROUTER = "router";
  public static final String WATCHER = "watcher";

  /** The namespace that holds switches and API server. */
  public static final String CONTROL = "control";

  /** Where the API server listens; every node has a mgmt0 in this network. */
  public static final InterfaceAddress MANAGEMENT = InterfaceAddress.of("172.31.255.1/24");

  private static final InterfaceAddress MANAGEMENT6 = InterfaceAddress.of("fd00:31:255::1/64");

  public static final int API_PORT = 6443;

  public LabPlan {
    subnets = List.copyOf(subnets);
    nodes = List.copyOf(nodes);
    watchers = List.copyOf(watchers);
    pools = List.copyOf(pools);
    birdBlocks = List.copyOf(birdBlocks);
  }

  /** The usual lab, which knows IPv4 only. */
  public static LabPlan standard() {
    return of(Families.IPV4);
  }

  /**
   * Four Margay nodes in two racks and a BIRD node in the first. 172.30.1.9 and 172.30.1.10 are on
   * purpose: Calico compares them as text to say who dials.
   */
  public static LabPlan of(Families families) {
    var racks = List.of(subnet(families, "rack-a", 1), subnet(families, "rack-b", 2));
    return new LabPlan(
        families,
        racks,
        List.of(
            node("node1", NodePlan.Speaker.MARGAY, racks, 1, 9, 11),
            node("node2", NodePlan.Speaker.MARGAY, racks, 1, 10, 12),
            node("node3", NodePlan.Speaker.MARGAY, racks, 2, 13, 13),
            node("node4", NodePlan.Speaker.MARGAY, racks, 2, 14, 14),
            node("bird1", NodePlan.Speaker.BIRD, racks, 1, 20, 20)),
        families.each().stream().map(family -> host(family, 1, 30)).toList(),
        families.each().stream().flatMap(LabPlan::pools).toList(),
        families.each().stream().map(LabPlan::birdBlock).toList());
  }

  /** 172.30.1.9, or fd00:30:1::9: one is read off the other. */
  private static Ip host(Family family, int rack, int number) {
    return switch (family) {
      case IPV4 -> Ip.of("172.30.%d.%d".formatted(rack, number));
      case IPV6 -> Ip.of("fd00:30:%d::%d".formatted(rack, number));
    };
  }

  private static Subnet subnet(Families families, String name, int rack) {
    return new Subnet(name, families.each().stream().map(family -> range(family, rack)).toList());
  }

  private static Range range(Family family, int rack) {
    Ip router = host(family, rack, 1);
    int length = family == Family.IPV4 ? 24 : 64;
    return new Range(new InterfaceAddress(router, length).network(), router);
  }

  private static NodePlan node(
      String name,
      NodePlan.Speaker speaker,
      List<Subnet> racks,
      int rack,
      int number,
      int management) {
    Subnet subnet = racks.get(rack - 1);
    List<Family> each = subnet.ranges().stream().map(range -> range.prefix().family()).toList();
    return new NodePlan(
        name,
        speaker,
        subnet,
        each.stream().map(family -> host(family, rack, number)).toList(),
        management(each).network().address().plus(management));
  }

  private static Stream<PoolPlan> pools(Family family) {
    return switch (family) {
      case IPV4 ->
          Stream.of(
              new PoolPlan("default-ipv4-ippool", Prefix.of("10.244.0.0/16"), Tunnel.IPIP),
              new PoolPlan("plain-ipv4-ippool", Prefix.of("10.245.0.0/16"), Tunnel.NONE));
      case IPV6 ->
          Stream.of(
              new PoolPlan("default-ipv6-ippool", Prefix.of("fd00:10:244::/64"), Tunnel.VXLAN),
              new PoolPlan("plain-ipv6-ippool", Prefix.of("fd00:10:245::/64"), Tunnel.NONE));
    };
  }

  private static Prefix birdBlock(Family family) {
    return switch (family) {
      case IPV4 -> Prefix.of("10.245.200.0/26");
      case IPV6 -> Prefix.of("fd00:10:245::c800/122");
    };
  }

  private static InterfaceAddress management(List<Family> each) {
    return each.contains(Family.IPV4) ? MANAGEMENT : MANAGEMENT6;
  }

  /** The API server's address, with the length of the management network. */
  public InterfaceAddress management() {
    return management(families.each());
  }

  /** The nodes that run the agent. */
  public List<NodePlan> margayNodes() {
    return nodes.stream().filter(NodePlan::runsMargay).toList();
  }

  /** The nodes that run BIRD. */
  public List<NodePlan> birdNodes() {
    return nodes.stream().filter(node -> !node.runsMargay()).toList();
  }

  public Optional<NodePlan> node(String name) {
    return nodes.stream().filter(node -> node.name().equals(name)).findFirst();
  }

  /** The subnet that the watcher stands in. */
  public Subnet watcherSubnet() {
    return subnets.getFirst();
  }

  /** A BGP identifier for who has this address: in IPv6 the last 32 bits of it. */
  public static Ip4 routerId(Ip address) {
    return switch (address) {
      case Ip4 ip -> ip;
      case Ip6(long _, long low) -> new Ip4((int) low);
    };
  }
}

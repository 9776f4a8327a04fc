package io.margay.lab.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * A lab: two racks with a router between them, nodes, and a watcher that only listens. All of it
 * lives in namespaces of its own, so every lab has the same addresses.
 *
 * @param watcher where GoBGP listens, in the first subnet
 * @param birdBlock the address block of the BIRD node, which the lab writes itself
 */
public record LabPlan(
    List<Subnet> subnets,
    List<NodePlan> nodes,
    Ip watcher,
    PoolPlan tunnelled,
    PoolPlan plain,
    Prefix birdBlock) {

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

  public static final int API_PORT = 6443;

  public LabPlan {
    subnets = List.copyOf(subnets);
    nodes = List.copyOf(nodes);
  }

  /**
   * Four Margay nodes in two racks and a BIRD node in the first. 172.30.1.9 and 172.30.1.10 are on
   * purpose: Calico compares them as text to say who dials.
   */
  public static LabPlan standard() {
    var a = new Subnet("rack-a", Prefix.of("172.30.1.0/24"), Ip.of("172.30.1.1"));
    var b = new Subnet("rack-b", Prefix.of("172.30.2.0/24"), Ip.of("172.30.2.1"));
    return new LabPlan(
        List.of(a, b),
        List.of(
            node("node1", NodePlan.Speaker.MARGAY, a, "172.30.1.9", 11),
            node("node2", NodePlan.Speaker.MARGAY, a, "172.30.1.10", 12),
            node("node3", NodePlan.Speaker.MARGAY, b, "172.30.2.13", 13),
            node("node4", NodePlan.Speaker.MARGAY, b, "172.30.2.14", 14),
            node("bird1", NodePlan.Speaker.BIRD, a, "172.30.1.20", 20)),
        Ip.of("172.30.1.30"),
        new PoolPlan("default-ipv4-ippool", Prefix.of("10.244.0.0/16"), true),
        new PoolPlan("plain-ipv4-ippool", Prefix.of("10.245.0.0/16"), false),
        Prefix.of("10.245.200.0/26"));
  }

  private static NodePlan node(
      String name, NodePlan.Speaker speaker, Subnet subnet, String address, int management) {
    Ip ip = MANAGEMENT.network().address().plus(management);
    return new NodePlan(name, speaker, subnet, Ip.of(address), ip);
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

  public List<PoolPlan> pools() {
    return List.of(tunnelled, plain);
  }

  /** What agents are given as server in their kubeconfig. */
  public String apiServer() {
    return "http://" + MANAGEMENT.ip() + ":" + API_PORT;
  }
}

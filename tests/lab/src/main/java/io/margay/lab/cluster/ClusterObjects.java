package io.margay.lab.cluster;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import io.margay.lab.plan.PoolPlan;
import io.margay.lab.plan.Subnet;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** What an administrator made before the agents came: nodes, pools, and whom to peer with. */
public final class ClusterObjects {
  private static final String NO_TRANSIT = "no-transit";

  private ClusterObjects() {}

  /** All of them, in the order in which they are to be made. */
  public static List<StoredObject> of(LabPlan plan) {
    var objects = new ArrayList<StoredObject>();
    for (String namespace : List.of("default", "kube-system")) {
      objects.addAll(namespace(namespace));
    }
    plan.nodes().forEach(node -> objects.add(node(node)));
    plan.pools().forEach(pool -> objects.add(pool(pool)));
    objects.add(noTransit());
    for (Subnet subnet : plan.subnets()) {
      subnet.routers().forEach(router -> objects.add(routerPeer(subnet, router)));
    }
    plan.watchers().forEach(watcher -> objects.add(watcherPeer(watcher)));
    return objects;
  }

  /** A namespace with what every namespace gets: its name as a label, a default account. */
  public static List<StoredObject> namespace(String name) {
    return List.of(
        StoredObject.of(
            ResourceKind.NAMESPACE,
            name,
            """
            {"metadata":{"labels":{"kubernetes.io/metadata.name":"%s"}}}\
            """
                .formatted(name)),
        StoredObject.of(
            ResourceKind.SERVICE_ACCOUNT,
            "default",
            """
            {"metadata":{"namespace":"%s"}}\
            """
                .formatted(name)));
  }

  /** Nobody is scheduled on the BIRD node unless he names it: no agent holds policy there. */
  private static StoredObject node(NodePlan node) {
    // The agents find out themselves.
    String annotations =
        node.runsMargay()
            ? ""
            : node.interfaceAddresses().stream()
                .map(ClusterObjects::annotation)
                .collect(Collectors.joining(","));
    String internal =
        node.addresses().stream()
            .map(address -> "{\"type\":\"InternalIP\",\"address\":\"" + address + "\"},")
            .collect(Collectors.joining());
    return StoredObject.of(
        ResourceKind.NODE,
        node.name(),
        """
        {"metadata":{"annotations":{%s},"labels":{"kubernetes.io/hostname":"%s","kubernetes.io/os":"linux","rack":"%s"}},
         "spec":{"unschedulable":%b},
         "status":{"addresses":[%s{"type":"Hostname","address":"%s"}],
                   "conditions":[{"type":"Ready","status":"%s","reason":"%s"}]}}\
        """
            .formatted(
                annotations,
                node.name(),
                node.subnet().name(),
                !node.runsMargay(),
                internal,
                node.name(),
                node.runsMargay() ? "False" : "True",
                node.runsMargay() ? "NetworkPluginNotReady" : "KubeletReady"));
  }

  private static String annotation(InterfaceAddress address) {
    return switch (address.ip().family()) {
      case IPV4 -> "\"projectcalico.org/IPv4Address\":\"" + address + '"';
      case IPV6 -> "\"projectcalico.org/IPv6Address\":\"" + address + '"';
    };
  }

  private static StoredObject pool(PoolPlan pool) {
    return StoredObject.of(
        ResourceKind.IP_POOL,
        pool.name(),
        """
        {"spec":{"cidr":"%s","ipipMode":"%s","vxlanMode":"%s","natOutgoing":%b,
                 "nodeSelector":"all()","blockSize":%d,"allowedUses":["Workload","Tunnel"]}}\
        """
            .formatted(
                pool.cidr(),
                pool.tunnel() == PoolPlan.Tunnel.IPIP ? "CrossSubnet" : "Never",
                pool.tunnel() == PoolPlan.Tunnel.VXLAN ? "CrossSubnet" : "Never",
                pool.isTunnelled(),
                pool.cidr().family() == Family.IPV4 ? 26 : 122));
  }

  // Calico re-advertises what it learned over the mesh to eBGP peers. To the router that would be
  // five ways to each block, four of them detours.
  private static StoredObject noTransit() {
    return StoredObject.of(
        kind("BGPFilter"),
        NO_TRANSIT,
        """
        {"spec":{"exportV4":[{"action":"Reject","source":"RemotePeers"}],
                 "exportV6":[{"action":"Reject","source":"RemotePeers"}]}}\
        """);
  }

  private static StoredObject routerPeer(Subnet subnet, Ip router) {
    return StoredObject.of(
        kind("BGPPeer"),
        "router-" + subnet.name() + suffix(router),
        """
        {"spec":{"nodeSelector":"rack == '%s'","peerIP":"%s","asNumber":%d,"filters":["%s"]}}\
        """
            .formatted(subnet.name(), router, LabPlan.ROUTER_AS, NO_TRANSIT));
  }

  private static StoredObject watcherPeer(Ip watcher) {
    return StoredObject.of(
        kind("BGPPeer"),
        LabPlan.WATCHER + suffix(watcher),
        """
        {"spec":{"peerIP":"%s","asNumber":%d}}\
        """
            .formatted(watcher, LabPlan.NODES_AS));
  }

  private static String suffix(Ip peer) {
    return peer.family() == Family.IPV4 ? "" : "-v6";
  }

  private static ResourceKind kind(String name) {
    return ResourceKind.named(name).orElseThrow();
  }
}

package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Pool;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.policy.selector.Selector;
import io.margay.tunnel.plan.EncapMode;
import io.margay.tunnel.plan.TunnelAddress;
import io.margay.tunnel.plan.TunnelPool;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/** IPPools as the address allocator and the tunnel plan see them from this node. */
public final class PoolStage {
  /** The one value of {@link IpPool#ENCAPSULATION}. */
  private static final String UDP = "udp";

  private PoolStage() {}

  /** All pools for the allocator, selectors answered for this node. */
  public static List<Pool> forAllocation(ClusterImage image, NodeName self) {
    Node node = image.nodes().get(self);
    Map<String, String> labels = node == null ? Map.of() : node.labels();
    return image.ipPools().values().stream().map(pool -> forAllocation(pool, labels)).toList();
  }

  private static Pool forAllocation(IpPool pool, Map<String, String> labels) {
    return new Pool(
        pool.name(),
        pool.cidr(),
        pool.blockSize(),
        pool.disabled() || !pool.allocatable(),
        new Pool.NodeMatch(pool.nodeSelector(), matches(pool.nodeSelector(), labels)),
        new Pool.NamespaceMatch(
            pool.namespaceSelector(), l -> matches(pool.namespaceSelector(), l)),
        pool.allowedUses().stream().map(PoolStage::use).collect(Collectors.toSet()),
        switch (pool.assignmentMode()) {
          case AUTOMATIC -> Pool.AssignmentMode.AUTOMATIC;
          case MANUAL -> Pool.AssignmentMode.MANUAL;
        });
  }

  /**
   * A selector that cannot be read selects nothing: no address comes from where nobody meant it.
   */
  static boolean matches(String selector, Map<String, String> labels) {
    return Selector.parse(selector) instanceof Selector.Parsed.Valid(Selector valid)
        && valid.matches(labels);
  }

  private static Pool.Use use(IpPool.Use use) {
    return switch (use) {
      case WORKLOAD -> Pool.Use.WORKLOAD;
      case TUNNEL -> Pool.Use.TUNNEL;
      case LOAD_BALANCER -> Pool.Use.LOAD_BALANCER;
    };
  }

  /** All pools for the tunnel plan. */
  static List<TunnelPool> forTunnels(ClusterImage image) {
    return image.ipPools().values().stream().map(PoolStage::forTunnel).toList();
  }

  /** The ranges that this node's tunnel address of a type may come from. */
  static Set<Prefix> addressPools(ClusterImage image, NodeName self, TunnelAddress.Type type) {
    Node node = image.nodes().get(self);
    Map<String, String> labels = node == null ? Map.of() : node.labels();
    return image.ipPools().values().stream()
        .filter(pool -> !pool.disabled() && pool.allocatable())
        .filter(pool -> usesTunnel(pool, type))
        .filter(pool -> pool.allowedUses().contains(IpPool.Use.TUNNEL))
        .filter(pool -> matches(pool.nodeSelector(), labels))
        .map(IpPool::cidr)
        .collect(Collectors.toSet());
  }

  private static boolean usesTunnel(IpPool pool, TunnelAddress.Type type) {
    TunnelPool tunnel = forTunnel(pool);
    return switch (type) {
      case IPIP -> tunnel.usesIpip();
      case VXLAN, VXLAN_IPV6 -> tunnel.usesVxlan() && pool.cidr().family() == type.family();
    };
  }

  private static TunnelPool forTunnel(IpPool pool) {
    return new TunnelPool(
        pool.cidr(), mode(pool.ipip()), mode(pool.vxlan()), pool.encapsulation().equals(UDP));
  }

  /** What pools say of their encapsulation that cannot be followed. */
  static List<String> notes(ClusterImage image) {
    var notes = new ArrayList<String>();
    for (IpPool pool : image.ipPools().values()) {
      String why = encapsulationRefused(pool);
      if (!why.isEmpty()) {
        notes.add(
            "IPPool \"%s\": metadata.annotations.%s is \"%s\"; %s"
                .formatted(pool.name(), IpPool.ENCAPSULATION, pool.encapsulation(), why));
      }
    }
    return notes;
  }

  /** Empty where it can be followed. */
  private static String encapsulationRefused(IpPool pool) {
    if (pool.encapsulation().isEmpty()) {
      return "";
    }
    if (!pool.encapsulation().equals(UDP)) {
      return "expected udp, or no such annotation. ipipMode and vxlanMode count alone.";
    }
    if (pool.cidr().family() != Family.IPV4) {
      return "UDP carries IPv4 only. ipipMode and vxlanMode count alone; take the annotation off.";
    }
    return forTunnel(pool).usesUdp()
        ? ""
        : "ipipMode and vxlanMode are Never, so nothing is encapsulated; set one to Always or"
            + " CrossSubnet.";
  }

  private static EncapMode mode(IpPool.Encapsulation mode) {
    return switch (mode) {
      case NEVER -> EncapMode.NEVER;
      case ALWAYS -> EncapMode.ALWAYS;
      case CROSS_SUBNET -> EncapMode.CROSS_SUBNET;
    };
  }
}

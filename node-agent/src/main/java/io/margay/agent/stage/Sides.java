package io.margay.agent.stage;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.kube.types.Node;
import io.margay.policy.render.RenderSettings;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.TunnelPool;
import io.margay.tunnel.plan.Vtep;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * This node's own ends of tunnels.
 *
 * @param wanted those that there should be
 * @param announced those of them that others may begin to use
 * @param ipip the address of tunl0, where it is wanted and has one
 * @param udp that of the device of UDP encapsulation, likewise: one of the others'
 * @param vteps the ends of the VXLANs, where they are wanted and have an address
 */
record Sides(
    Set<Encap> wanted,
    Set<Encap> announced,
    Optional<Ip4> ipip,
    Optional<Ip4> udp,
    Map<Family, Vtep> vteps) {

  /** What pools, or the configuration instead, ask for. */
  static Set<Encap> asked(Collection<TunnelPool> pools, TunnelSettings settings) {
    var asked = EnumSet.noneOf(Encap.class);
    if (TunnelPlan.usesIpip(pools, settings.ipip())) {
      asked.add(Encap.IPIP);
    }
    if (TunnelPlan.usesUdp(pools)) {
      asked.add(Encap.UDP);
    }
    for (Family family : Family.values()) {
      if (TunnelPlan.usesVxlan(pools, family, settings.vxlan())) {
        asked.add(Encap.vxlan(family));
      }
    }
    return asked;
  }

  static Sides of(Set<Encap> wanted, Set<Encap> announced, Optional<Node> self) {
    var vteps = new EnumMap<Family, Vtep>(Family.class);
    for (Family family : Family.values()) {
      if (wanted.contains(Encap.vxlan(family))) {
        self.flatMap(node -> NodeEnds.vtep(node, family))
            .ifPresent(vtep -> vteps.put(family, vtep));
      }
    }
    return new Sides(
        wanted,
        announced,
        self.filter(_ -> wanted.contains(Encap.IPIP)).flatMap(node -> address(node, Encap.IPIP)),
        self.filter(_ -> wanted.contains(Encap.UDP))
            .flatMap(node -> NodeEnds.lender(node).flatMap(lender -> address(node, lender))),
        vteps);
  }

  private static Optional<Ip4> address(Node node, Encap encap) {
    return NodeEnds.addresses(node).get(encap) instanceof Ip4 v4
        ? Optional.of(v4)
        : Optional.empty();
  }

  /** In what another node may send packets to this one, as far as is known. */
  static Set<Encap> sentBy(Node node) {
    Node.Modes modes = node.tunnels().modes();
    // A node of Calico's has an address for a tunnel as long as it may send in it.
    return modes.receives().isPresent() ? Encap.ofWords(modes.sends()) : NodeEnds.withAddress(node);
  }

  /** What others may be told that this node takes. */
  String receives(KernelFacts kernel) {
    var all = EnumSet.noneOf(Encap.class);
    all.addAll(ready(kernel));
    all.retainAll(announced);
    return Encap.words(all);
  }

  /** Those that are up in the kernel, with their address. */
  Set<Encap> ready(KernelFacts kernel) {
    var ready = EnumSet.noneOf(Encap.class);
    if (ipip.isPresent() && kernel.hasUp(TunnelKey.TUNL0, ipip.get())) {
      ready.add(Encap.IPIP);
    }
    if (udp.isPresent() && kernel.hasUp(TunnelKey.UDP, udp.get())) {
      ready.add(Encap.UDP);
    }
    vteps.forEach((family, vtep) -> {
      if (kernel.hasUp(TunnelKey.vxlanDevice(family), vtep.tunnelAddress())) {
        ready.add(Encap.vxlan(family));
      }
    });
    return ready;
  }

  /** As policy has to know them. */
  RenderSettings.Tunnels rendered() {
    return new RenderSettings.Tunnels(
        device(Encap.IPIP, TunnelKey.TUNL0),
        device(Encap.UDP, TunnelKey.UDP),
        device(Encap.VXLAN, TunnelKey.VXLAN),
        device(Encap.VXLAN_IPV6, TunnelKey.VXLAN_V6));
  }

  private Optional<String> device(Encap encap, String name) {
    return wanted.contains(encap) ? Optional.of(name) : Optional.empty();
  }

  /** The address of tunl0 as a next hop knows it. */
  Optional<Ip> ipipAddress() {
    return ipip.map(ip -> ip);
  }
}

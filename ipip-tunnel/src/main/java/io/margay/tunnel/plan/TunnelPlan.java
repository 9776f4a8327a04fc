package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What the tunnels of a node should be: the desired state of the tunnel reconciler. */
public final class TunnelPlan {
  private TunnelPlan() {}

  /**
   * Whether this node needs IPIP at all.
   *
   * @param configured {@code ipipEnabled}; empty: as the pools say
   */
  public static boolean usesIpip(Collection<TunnelPool> pools, Optional<Boolean> configured) {
    return configured.orElseGet(() -> pools.stream().anyMatch(TunnelPool::usesIpip));
  }

  /**
   * The items of IPIP. Without a tunnel address there is no device yet: packets that Linux itself
   * sends into it would have no source.
   *
   * @param address the node's tunnel address; empty while IPAM has given none
   * @param table needed with {@link IpipSupport#FORWARDER} only
   */
  public static Map<TunnelKey, TunnelItem> ipip(
      IpipSupport support, Optional<Ip4> address, int mtu, ForwardingTable table) {
    return ipip(support, address, mtu, table, true);
  }

  /**
   * The items of IPIP.
   *
   * @param checksumOffload as in {@link VxlanSettings}; the forwarder's device has none to trust
   */
  public static Map<TunnelKey, TunnelItem> ipip(
      IpipSupport support,
      Optional<Ip4> address,
      int mtu,
      ForwardingTable table,
      boolean checksumOffload) {
    if (address.isEmpty()) {
      return Map.of();
    }
    return switch (support) {
      case KERNEL -> {
        var wanted = TunnelItem.Device.wanted(address.get(), mtu);
        yield Map.of(
            new TunnelKey.Device(TunnelKey.TUNL0),
            checksumOffload ? wanted : wanted.withoutOffload());
      }
      case FORWARDER -> forwarded(TunnelKey.TUNL0, address.get(), mtu, table);
    };
  }

  /** Whether this node needs UDP encapsulation at all. */
  public static boolean usesUdp(Collection<TunnelPool> pools) {
    return pools.stream().anyMatch(TunnelPool::usesUdp);
  }

  /**
   * The items of UDP encapsulation, which the forwarder moves whatever the kernel has.
   *
   * @param address the node's tunnel address; empty while IPAM has given none
   */
  public static Map<TunnelKey, TunnelItem> udp(
      Optional<Ip4> address, int mtu, ForwardingTable table) {
    return address.map(own -> forwarded(TunnelKey.UDP, own, mtu, table)).orElse(Map.of());
  }

  private static Map<TunnelKey, TunnelItem> forwarded(
      String device, Ip4 address, int mtu, ForwardingTable table) {
    return Map.of(
        new TunnelKey.Device(device),
        TunnelItem.Device.wanted(address, mtu),
        new TunnelKey.Forwarding(device),
        new TunnelItem.Forwarding(table));
  }

  /**
   * Whether this node needs VXLAN of that family at all.
   *
   * @param configured {@code vxlanEnabled}; empty: as the pools say
   */
  public static boolean usesVxlan(
      Collection<TunnelPool> pools, Family family, Optional<Boolean> configured) {
    return configured.orElseGet(
        () -> pools.stream().anyMatch(p -> p.usesVxlan() && p.cidr().family() == family));
  }

  /**
   * The items of VXLAN of one family: the device, a neighbour and an FDB entry for each other VTEP.
   * Where two nodes have one tunnel address or one MAC, the first by name has it.
   */
  public static Map<TunnelKey, TunnelItem> vxlan(
      VxlanSettings settings, Vtep self, Collection<Vtep> others) {
    String device = settings.device();
    var items = new HashMap<TunnelKey, TunnelItem>(2 * others.size() + 1);
    items.put(new TunnelKey.Device(device), device(settings, self));
    for (Vtep vtep : others.stream().sorted(Comparator.comparing(Vtep::node)).toList()) {
      if (vtep.node().equals(self.node())) {
        continue;
      }
      items.putIfAbsent(
          new TunnelKey.Neighbour(device, vtep.tunnelAddress()),
          new TunnelItem.Neighbour(vtep.mac()));
      items.putIfAbsent(
          new TunnelKey.FdbEntry(device, vtep.mac()),
          TunnelItem.FdbEntry.wanted(vtep.nodeAddress()));
    }
    return items;
  }

  private static TunnelItem.VxlanDevice device(VxlanSettings settings, Vtep self) {
    var link =
        new TunnelItem.VxlanLink(
            settings.vni(),
            settings.port(),
            settings.parent(),
            Optional.of(self.nodeAddress()),
            self.mac());
    Ip address = self.tunnelAddress();
    return new TunnelItem.VxlanDevice(
        link,
        Set.of(new InterfaceAddress(address, address.family().bits())),
        settings.mtu(),
        true,
        settings.checksumOffload(),
        Set.of());
  }
}

package io.margay.tunnel.plan;

import io.margay.foundation.addr.Ip4;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;

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
    if (address.isEmpty()) {
      return Map.of();
    }
    var device = new TunnelKey.Device(TunnelKey.TUNL0);
    var wanted = TunnelItem.Device.wanted(address.get(), mtu);
    return switch (support) {
      case KERNEL -> Map.of(device, wanted);
      case FORWARDER ->
          Map.of(
              device,
              wanted,
              new TunnelKey.Forwarding(TunnelKey.TUNL0),
              new TunnelItem.Forwarding(table));
    };
  }
}

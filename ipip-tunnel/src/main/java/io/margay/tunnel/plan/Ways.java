package io.margay.tunnel.plan;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * The way to each destination, for one set of pools and one own address. Immutable: a changed pool
 * or address is a new object.
 *
 * <p>The rule is the kernel export filter that Calico gives to BIRD ({@code bird_ipam.cfg}): pools
 * in the order of their CIDR as text, the first that holds the destination decides.
 */
public final class Ways {
  private final List<TunnelPool> pools;
  private final Optional<Prefix> ownSubnet;

  /**
   * @param ownSubnet the network of this node's own IPv4 address with its length; without one each
   *     next hop counts as in another subnet
   */
  public Ways(Collection<TunnelPool> pools, Optional<Prefix> ownSubnet) {
    this.pools =
        pools.stream().sorted(Comparator.comparing(pool -> pool.cidr().toString())).toList();
    this.ownSubnet = ownSubnet;
  }

  /** The way to a destination that BGP says is behind this next hop. */
  public Way to(Prefix destination, Ip nextHop) {
    for (TunnelPool pool : pools) {
      if (pool.cidr().contains(destination)) {
        return inPool(pool, nextHop);
      }
    }
    return new Way.Direct(Way.Reason.NO_POOL);
  }

  private Way inPool(TunnelPool pool, Ip nextHop) {
    if (pool.usesVxlan()) {
      return new Way.NotByBgp(Way.Reason.VXLAN_POOL);
    }
    if (!pool.usesIpip()) {
      return new Way.Direct(Way.Reason.POOL_UNENCAPSULATED);
    }
    if (!(nextHop instanceof Ip4 node)) {
      return new Way.Direct(Way.Reason.NEXT_HOP_NOT_IPV4);
    }
    if (pool.ipip() == EncapMode.ALWAYS) {
      return new Way.Ipip(node, Way.Reason.ALWAYS);
    }
    boolean near = ownSubnet.isPresent() && ownSubnet.get().contains(nextHop);
    return near
        ? new Way.Direct(Way.Reason.SAME_SUBNET)
        : new Way.Ipip(node, Way.Reason.OTHER_SUBNET);
  }
}

package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The way to each destination, for one set of pools and one own side. Immutable: what changes is a
 * new object.
 *
 * <p>The rule is the kernel export filter that Calico gives to BIRD ({@code bird_ipam.cfg}): pools
 * in the order of their CIDR as text, the first that holds the destination decides. While a pool's
 * mode is changed a node is sent the new one only once it takes it. UDP goes before a pool's mode,
 * where the mode has a tunnel, to nodes that say that they take it.
 */
public final class Ways {
  private final List<TunnelPool> pools;
  private final Own own;

  /**
   * This node's own side.
   *
   * @param subnets the network of its own address; without one each next hop counts as in another
   *     subnet
   * @param ready what it can send in now: devices that are up with their address
   * @param sentBefore what it sent in when it ran the last time
   */
  public record Own(Map<Family, Prefix> subnets, Set<Encap> ready, Set<Encap> sentBefore) {
    public Own {
      subnets = Map.copyOf(subnets);
      ready = Set.copyOf(ready);
      sentBefore = Set.copyOf(sentBefore);
    }
  }

  /** What a pool asks for. */
  private record Wish(Encap encap, Way.Reason why) {}

  public Ways(Collection<TunnelPool> pools, Own own) {
    this.pools =
        pools.stream().sorted(Comparator.comparing(pool -> pool.cidr().toString())).toList();
    this.own = own;
  }

  /**
   * The way to a destination.
   *
   * @param end the node, or next hop, that it is behind
   * @param before how it was sent packets until now
   */
  public Way to(Prefix destination, NodeEnd end, Optional<Encap> before) {
    TunnelPool pool = pool(destination);
    Wish wish = wish(pool, end);
    if (pool == null || !pool.usesUdp() || wish.encap == Encap.DIRECT) {
      return to(destination, wish, end, before);
    }
    return isPossible(Encap.UDP, end)
        ? way(Encap.UDP, end, wish.why)
        : to(destination, new Wish(wish.encap, whyNotUdp(end)), end, before);
  }

  private Way.Reason whyNotUdp(NodeEnd end) {
    if (!(end.receives() instanceof NodeEnd.Receives.Announced)) {
      return Way.Reason.NO_UDP_THERE;
    }
    return own.ready.contains(Encap.UDP)
        ? Way.Reason.RECEIVER_NOT_READY
        : Way.Reason.OWN_DEVICE_NOT_READY;
  }

  private Way to(Prefix destination, Wish wish, NodeEnd end, Optional<Encap> before) {
    if (isPossible(wish.encap, end)) {
      return way(wish.encap, end, wish.why);
    }
    Way.Reason waits =
        own.ready.contains(wish.encap)
            ? Way.Reason.RECEIVER_NOT_READY
            : Way.Reason.OWN_DEVICE_NOT_READY;
    if (before.isPresent() && isPossible(before.get(), end)) {
      return way(before.get(), end, waits);
    }
    if (end.receives() instanceof NodeEnd.Receives.Announced) {
      Encap other = alternative(destination, end);
      if (other != null) {
        return way(other, end, waits);
      }
    }
    Way asCalico = way(wish.encap, end, wish.why);
    boolean leadsNowhere = !own.ready.contains(wish.encap) || asCalico instanceof Way.Nowhere;
    // A node of Calico's gives its old end up at once; as they are it always takes packets.
    return before.isPresent() && leadsNowhere ? new Way.Direct(waits) : asCalico;
  }

  /** True when every destination has the same way by both. */
  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Ways ways && pools.equals(ways.pools) && own.equals(ways.own);
  }

  @Override
  public int hashCode() {
    return Objects.hash(pools, own);
  }

  /** Whether a destination lies in a pool. */
  public boolean isInPool(Prefix destination) {
    return pool(destination) != null;
  }

  /** What Calico does for the pool. */
  private Wish wish(@Nullable TunnelPool pool, NodeEnd end) {
    if (pool == null) {
      return new Wish(Encap.DIRECT, Way.Reason.NO_POOL);
    }
    if (pool.usesVxlan()) {
      Encap vxlan = Encap.vxlan(pool.cidr().family());
      return wish(pool.vxlan(), vxlan, end, Way.Reason.VXLAN_SAME_SUBNET);
    }
    if (!pool.usesIpip()) {
      return new Wish(Encap.DIRECT, Way.Reason.POOL_UNENCAPSULATED);
    }
    return end.address() instanceof Ip4
        ? wish(pool.ipip(), Encap.IPIP, end, Way.Reason.SAME_SUBNET)
        : new Wish(Encap.DIRECT, Way.Reason.NEXT_HOP_NOT_IPV4);
  }

  private Wish wish(EncapMode mode, Encap encap, NodeEnd end, Way.Reason near) {
    return switch (mode) {
      case ALWAYS -> new Wish(encap, Way.Reason.ALWAYS);
      case CROSS_SUBNET ->
          isNear(end) ? new Wish(Encap.DIRECT, near) : new Wish(encap, Way.Reason.OTHER_SUBNET);
      case NEVER -> new Wish(Encap.DIRECT, Way.Reason.POOL_UNENCAPSULATED);
    };
  }

  private @Nullable TunnelPool pool(Prefix destination) {
    for (TunnelPool pool : pools) {
      if (pool.cidr().contains(destination)) {
        return pool;
      }
    }
    return null;
  }

  private boolean isNear(NodeEnd end) {
    Prefix subnet = own.subnets.get(end.address().family());
    return subnet != null && subnet.contains(end.address());
  }

  private boolean isPossible(Encap encap, NodeEnd end) {
    return switch (encap) {
      case DIRECT -> true;
      case IPIP, UDP ->
          own.ready.contains(encap) && end.takes(encap) && end.address() instanceof Ip4;
      case VXLAN, VXLAN_IPV6 ->
          own.ready.contains(encap) && end.takes(encap) && end.vtep().isPresent();
    };
  }

  /** What a node that takes other packets than the pool asks for is sent; null: nobody knows. */
  private @Nullable Encap alternative(Prefix destination, NodeEnd end) {
    List<Encap> tunnels =
        destination.family() == Family.IPV4
            ? List.of(Encap.UDP, Encap.VXLAN, Encap.IPIP)
            : List.of(Encap.VXLAN_IPV6);
    for (Encap encap : tunnels) {
      if (own.sentBefore.contains(encap) && isPossible(encap, end)) {
        return encap;
      }
    }
    if (own.sentBefore.equals(Set.of(Encap.DIRECT))) {
      return Encap.DIRECT;
    }
    for (Encap encap : tunnels) {
      if (isPossible(encap, end)) {
        return encap;
      }
    }
    // What has a tunnel between subnets is rarely routed there.
    return isNear(end) ? Encap.DIRECT : null;
  }

  private static Way way(Encap encap, NodeEnd end, Way.Reason why) {
    return switch (encap) {
      case DIRECT -> new Way.Direct(why);
      case IPIP -> new Way.Ipip((Ip4) end.address(), why);
      case UDP -> new Way.Udp((Ip4) end.address(), why);
      case VXLAN, VXLAN_IPV6 ->
          end.vtep().isPresent()
              ? new Way.Vxlan(end.vtep().get(), why)
              : new Way.Nowhere(Way.Reason.NO_VTEP);
    };
  }
}

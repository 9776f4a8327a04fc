package io.margay.tunnel.plan;

import io.margay.foundation.addr.Ip;
import java.util.Optional;
import java.util.Set;

/**
 * Where packets to a node go, in one family.
 *
 * @param name the node's; what it is called where it is none of the cluster's
 * @param address of the node
 * @param vtep its end of the VXLAN
 * @param receives in what it takes packets besides as they are
 */
public record NodeEnd(String name, Ip address, Optional<Vtep> vtep, Receives receives) {

  /** How it is known in what a node takes packets. */
  public sealed interface Receives {
    /** Nobody says: a router, or a speaker of BGP outside of the cluster. */
    record Unknown() implements Receives {}

    /** By the addresses of its tunnels: a node of Calico's, which says nothing else. */
    record ByAddresses(Set<Encap> encaps) implements Receives {
      public ByAddresses {
        encaps = Set.copyOf(encaps);
      }
    }

    /** It says so itself, once it does. */
    record Announced(Set<Encap> encaps) implements Receives {
      public Announced {
        encaps = Set.copyOf(encaps);
      }
    }
  }

  /** A next hop that is no node of the cluster. */
  public static NodeEnd outside(Ip address) {
    return new NodeEnd(address.toString(), address, Optional.empty(), new Receives.Unknown());
  }

  /**
   * Whether it takes packets so, as far as anybody knows. Calico has no UDP encapsulation: who
   * takes it says so.
   */
  public boolean takes(Encap encap) {
    return encap == Encap.DIRECT
        || switch (receives) {
          case Receives.Unknown _ -> encap != Encap.UDP;
          case Receives.ByAddresses(Set<Encap> encaps) -> encaps.contains(encap);
          case Receives.Announced(Set<Encap> encaps) -> encaps.contains(encap);
        };
  }
}

package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * Whether a node should have a tunnel address, and whether the one in its annotation still fits
 * (Calico's {@code allocateip}).
 */
public final class TunnelAddress {
  private TunnelAddress() {}

  /** The tunnels that have an address, with what names them in IPAM. */
  public enum Type {
    IPIP(Encap.IPIP, Family.IPV4, "ipipTunnelAddress", "ipip-tunnel-addr-"),
    VXLAN(Encap.VXLAN, Family.IPV4, "vxlanTunnelAddress", "vxlan-tunnel-addr-"),
    VXLAN_IPV6(Encap.VXLAN_IPV6, Family.IPV6, "vxlanV6TunnelAddress", "vxlan-v6-tunnel-addr-");

    private final Encap encap;
    private final Family family;
    private final String attribute;
    private final String handlePrefix;

    Type(Encap encap, Family family, String attribute, String handlePrefix) {
      this.encap = encap;
      this.family = family;
      this.attribute = attribute;
      this.handlePrefix = handlePrefix;
    }

    /** What packets are put into. */
    public Encap encap() {
      return encap;
    }

    /** Of the address. */
    public Family family() {
      return family;
    }

    /** Value of the allocation attribute {@code type}. */
    public String attribute() {
      return attribute;
    }

    /** The IPAM handle of a node's address of this type. */
    public String handle(String node) {
      return handlePrefix + node;
    }
  }

  /** What IPAM knows of the annotated address. */
  public sealed interface Holder {
    /** Nobody has it. */
    record Nobody() implements Holder {}

    /** Somebody has it; its attributes {@code type} and {@code node}, empty where absent. */
    record Somebody(String type, String node) implements Holder {}
  }

  /** What is to be done, and why. */
  public sealed interface Decision {
    Reason why();

    /** The address in the annotation stays. */
    record Keep(Ip address, Reason why) implements Decision {}

    /**
     * A new one from these pools, then the annotation.
     *
     * @param releaseFirst whether what the node's handle holds is given back before
     */
    record Assign(List<Prefix> pools, boolean releaseFirst, Reason why) implements Decision {
      public Assign {
        pools = List.copyOf(pools);
      }
    }

    /** What the node's handle holds is given back, the annotation is cleared. */
    record Release(Reason why) implements Decision {}

    /** There is none and none is wanted. */
    record Nothing(Reason why) implements Decision {}
  }

  /** What decided. */
  public enum Reason {
    /** No pool with this encapsulation, enabled, for this node, gives tunnel addresses. */
    NO_ELIGIBLE_POOL,
    /** The node has none yet. */
    NOT_ASSIGNED_YET,
    /** IPAM says that it is this node's, and it lies in an eligible pool. */
    STILL_FITS,
    /** It is this node's, but of a pool that is not eligible any more. */
    POOL_NOT_ELIGIBLE,
    /** IPAM does not know it as assigned. */
    UNASSIGNED_IN_IPAM,
    /** IPAM says that it belongs to somebody else, who keeps it. */
    HELD_BY_ANOTHER
  }

  /**
   * Decides for one type on one node.
   *
   * @param eligible CIDRs of the pools that are enabled, not being deleted, allowed for tunnels,
   *     select this node and use the encapsulation
   * @param annotated the address in the node's annotation
   * @param holder who has that address; not asked for when {@code annotated} is empty
   */
  public static Decision decide(
      Type type,
      String node,
      Collection<Prefix> eligible,
      Optional<? extends Ip> annotated,
      Holder holder) {
    if (eligible.isEmpty()) {
      return annotated.isPresent()
          ? new Decision.Release(Reason.NO_ELIGIBLE_POOL)
          : new Decision.Nothing(Reason.NO_ELIGIBLE_POOL);
    }
    List<Prefix> pools = eligible.stream().sorted().toList();
    if (annotated.isEmpty()) {
      // A handle may hold an address whose annotation was never written: the agent died between.
      return new Decision.Assign(pools, true, Reason.NOT_ASSIGNED_YET);
    }
    Ip address = annotated.get();
    return switch (holder) {
      case Holder.Nobody _ -> new Decision.Assign(pools, true, Reason.UNASSIGNED_IN_IPAM);
      case Holder.Somebody(String heldAs, String heldBy)
          when heldAs.equals(type.attribute()) && heldBy.equals(node) ->
          pools.stream().anyMatch(pool -> pool.contains(address))
              ? new Decision.Keep(address, Reason.STILL_FITS)
              : new Decision.Assign(pools, true, Reason.POOL_NOT_ELIGIBLE);
      case Holder.Somebody _ -> new Decision.Assign(pools, false, Reason.HELD_BY_ANOTHER);
    };
  }
}

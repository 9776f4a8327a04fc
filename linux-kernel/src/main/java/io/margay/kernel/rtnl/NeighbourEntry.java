package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import java.util.Optional;

/**
 * Who is where on a device: an ARP or ND entry, or one of a bridge's or VXLAN's forwarding table.
 *
 * @param kind which of the three tables
 * @param destination the neighbour's address; in a forwarding table the tunnel's other end
 * @param mac where it is; empty in entries that are not resolved, and in proxy entries
 * @param state {@code NUD_*}
 * @param flags {@code NTF_*}
 */
public record NeighbourEntry(
    Kind kind,
    int interfaceIndex,
    Optional<Ip> destination,
    Optional<Mac> mac,
    int state,
    int flags) {
  public static final int REACHABLE = 2;
  public static final int NOARP = 0x40;
  public static final int PERMANENT = 0x80;

  /** Of the device's own table, not its bridge's. */
  public static final int SELF = 2;

  /** The host answers for this address. */
  public static final int PROXY = 8;

  /** The tables by their address family. */
  public enum Kind {
    IPV4(2),
    IPV6(10),
    FORWARDING(7);

    private final int addressFamily;

    Kind(int addressFamily) {
      this.addressFamily = addressFamily;
    }

    /** The table that resolves addresses of a family. */
    public static Kind of(Family family) {
      return switch (family) {
        case IPV4 -> IPV4;
        case IPV6 -> IPV6;
      };
    }

    int addressFamily() {
      return addressFamily;
    }
  }

  /** An entry that stays, of the address's family. */
  public static NeighbourEntry permanent(int interfaceIndex, Ip ip, Mac mac) {
    return neighbour(interfaceIndex, ip, Optional.of(mac));
  }

  /** The entry of an address whatever its MAC is, to be deleted. */
  public static NeighbourEntry of(int interfaceIndex, Ip ip) {
    return neighbour(interfaceIndex, ip, Optional.empty());
  }

  private static NeighbourEntry neighbour(int interfaceIndex, Ip ip, Optional<Mac> mac) {
    Kind kind = Kind.of(ip.family());
    return new NeighbourEntry(kind, interfaceIndex, Optional.of(ip), mac, PERMANENT, 0);
  }

  /** An entry of a VXLAN device: frames to this MAC go to that host. */
  public static NeighbourEntry forwarding(int interfaceIndex, Mac mac, Ip host) {
    return forwarding(interfaceIndex, mac, Optional.of(host));
  }

  /** All entries of a VXLAN device for a MAC, to be deleted. */
  public static NeighbourEntry forwarding(int interfaceIndex, Mac mac) {
    return forwarding(interfaceIndex, mac, Optional.empty());
  }

  private static NeighbourEntry forwarding(int interfaceIndex, Mac mac, Optional<Ip> host) {
    return new NeighbourEntry(
        Kind.FORWARDING, interfaceIndex, host, Optional.of(mac), PERMANENT | NOARP, SELF);
  }

  /** Neither learned nor to be forgotten. */
  public boolean isPermanent() {
    return (state & PERMANENT) != 0;
  }

  /** How sure the kernel is of it, as ip-neighbour(8) says it in small letters. */
  public String stateWord() {
    return switch (Integer.highestOneBit(state)) {
      case 0x01 -> "incomplete";
      case REACHABLE -> "reachable";
      case 0x04 -> "stale";
      case 0x08 -> "delay";
      case 0x10 -> "probe";
      case 0x20 -> "failed";
      case NOARP -> "noarp";
      case PERMANENT -> "permanent";
      default -> "none";
    };
  }

  @Override
  public String toString() {
    return (kind == Kind.FORWARDING
            ? mac.map(Mac::toString).orElse("") + destination.map(d -> " dst " + d).orElse("")
            : destination.map(Ip::toString).orElse("") + mac.map(m -> " lladdr " + m).orElse(""))
        + " dev #"
        + interfaceIndex;
  }
}

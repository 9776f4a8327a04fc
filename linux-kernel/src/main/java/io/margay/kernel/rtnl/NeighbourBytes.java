package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import java.util.Optional;

/** {@code struct ndmsg} and the {@code NDA_*} attributes. */
public final class NeighbourBytes {
  static final int NEWNEIGH = 28;
  static final int DELNEIGH = 29;
  static final int GETNEIGH = 30;

  private static final int DST = 1;
  private static final int LLADDR = 2;
  private static final int IFINDEX = 8;

  private NeighbourBytes() {}

  static void header(MessageWriter out, NeighbourEntry.Kind kind, int index, int state, int flags) {
    out.u8(kind.addressFamily()).u8(0).u16(0).u32(index).u16(state).u8(flags).u8(0);
  }

  static void write(MessageWriter out, NeighbourEntry entry) {
    header(out, entry.kind(), entry.interfaceIndex(), entry.state(), entry.flags());
    entry.destination().ifPresent(ip -> out.attributeIp(DST, ip));
    entry.mac().ifPresent(mac -> out.attributeMac(LLADDR, mac));
  }

  /** Asks a dump for one device; strict checking wants it here, not in the header. */
  static void onlyOf(MessageWriter out, int index) {
    if (index != 0) {
      out.attributeU32(IFINDEX, index);
    }
  }

  /** Reads an entry; empty when it is of another table or the cursor has a fault. */
  public static Optional<NeighbourEntry> read(MessageCursor in) {
    int addressFamily = in.takeU8();
    in.skip(3);
    int index = in.takeI32();
    int state = in.takeU16();
    int flags = in.takeU8();
    in.skip(1);
    Optional<Ip> destination = Optional.empty();
    Optional<Mac> mac = Optional.empty();
    while (in.next()) {
      switch (in.type()) {
        case DST -> destination = Optional.of(in.ip(in.length() == 4 ? Family.IPV4 : Family.IPV6));
        // Tunnels and NOARP devices have others, or none.
        case LLADDR -> mac = in.length() == 6 ? Optional.of(in.mac()) : Optional.empty();
        default -> {}
      }
    }
    for (NeighbourEntry.Kind kind : NeighbourEntry.Kind.values()) {
      if (kind.addressFamily() == addressFamily && !in.failed()) {
        return Optional.of(new NeighbourEntry(kind, index, destination, mac, state, flags));
      }
    }
    return Optional.empty();
  }
}

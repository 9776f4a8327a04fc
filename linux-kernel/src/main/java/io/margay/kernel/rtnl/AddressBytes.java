package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code struct ifaddrmsg} and the {@code IFA_*} attributes. */
public final class AddressBytes {
  static final int NEWADDR = 20;
  static final int DELADDR = 21;
  static final int GETADDR = 22;

  private static final int ADDRESS = 1;
  private static final int LOCAL = 2;
  private static final int FLAGS = 8;

  private AddressBytes() {}

  static void header(MessageWriter out, int addressFamily, int length, int scope, int index) {
    out.u8(addressFamily).u8(length).u8(0).u8(scope).u32(index);
  }

  static void write(MessageWriter out, AddressEntry entry) {
    Ip ip = entry.address().ip();
    int family = ip.family().addressFamily();
    header(out, family, entry.address().length(), entry.scope(), entry.interfaceIndex());
    // IPv4 reads LOCAL as the address and ADDRESS as the network's or the peer's; IPv6 likewise
    // when there is a peer, and ADDRESS alone else.
    out.attributeIp(LOCAL, ip);
    out.attributeIp(ADDRESS, entry.peer().orElse(ip));
    if (entry.flags() != 0) {
      out.attributeU32(FLAGS, entry.flags());
    }
  }

  /** Reads an address; empty when it is of another family or the cursor has a fault. */
  public static Optional<AddressEntry> read(MessageCursor in) {
    Optional<Family> family = RouteBytes.families(in.takeU8());
    int length = in.takeU8();
    int flags = in.takeU8();
    int scope = in.takeU8();
    int index = in.takeI32();
    if (family.isEmpty()) {
      return Optional.empty();
    }
    Ip address = null;
    Ip local = null;
    while (in.next()) {
      switch (in.type()) {
        case ADDRESS -> address = in.ip(family.get());
        case LOCAL -> local = in.ip(family.get());
        case FLAGS -> flags = in.i32();
        default -> {}
      }
    }
    Ip own = local != null ? local : address;
    if (own == null || length > family.get().bits()) {
      in.fail("an address without a value, or of " + length + " bits");
    }
    return in.failed() || own == null
        ? Optional.empty()
        : Optional.of(
            new AddressEntry(
                index, new InterfaceAddress(own, length), peer(address, own), scope, flags));
  }

  private static Optional<Ip> peer(@Nullable Ip address, Ip own) {
    return address == null || address.equals(own) ? Optional.empty() : Optional.of(address);
  }
}

package io.margay.kernel.rtnl;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import java.util.Optional;

/**
 * An address on a device.
 *
 * @param address what the host itself is reached by, with the length of its network
 * @param peer the other end of a point-to-point device
 * @param scope as of routes; the kernel chooses it for IPv6
 * @param flags {@code IFA_F_*}
 */
public record AddressEntry(
    int interfaceIndex, InterfaceAddress address, Optional<Ip> peer, int scope, int flags) {
  /** Another address of the same network stands before it. */
  public static final int SECONDARY = 1;

  /** No duplicate address detection: usable at once. */
  public static final int NODAD = 2;

  /** Somebody else has it. */
  public static final int DADFAILED = 8;

  /** Detection is under way. */
  public static final int TENTATIVE = 0x40;

  /** It makes no route to its network. */
  public static final int NOPREFIXROUTE = 0x200;

  /** An address for a device; IPv6 without duplicate detection, which costs its first second. */
  public static AddressEntry of(int interfaceIndex, InterfaceAddress address) {
    return new AddressEntry(interfaceIndex, address, Optional.empty(), RouteEntry.UNIVERSE, NODAD);
  }

  /** False when nothing can be sent from it: not yet, or never as somebody else has it. */
  public boolean isUsable() {
    return (flags & (TENTATIVE | DADFAILED)) == 0;
  }

  @Override
  public String toString() {
    return address + peer.map(p -> " peer " + p).orElse("") + " dev #" + interfaceIndex;
  }
}

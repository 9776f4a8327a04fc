package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Mac;
import java.util.Optional;

/**
 * A network device as the kernel shows it.
 *
 * @param flags {@code IFF_*}
 * @param mac of devices that have an Ethernet one
 * @param kind {@code veth}, {@code ipip}, {@code vxlan}, ...; empty for hardware and loopback
 * @param parent index of the device below, or of the other end of a veth pair; 0 when none
 * @param master index of the bridge or VRF that it is in, 0 when none
 * @param operState {@code IF_OPER_*}
 * @param data of tunnels: of the kinds that {@link LinkData} knows
 */
public record LinkEntry(
    int index,
    String name,
    int flags,
    int mtu,
    Optional<Mac> mac,
    String kind,
    int parent,
    int master,
    int operState,
    Optional<LinkData> data) {
  /** Administratively up. */
  public static final int UP = 1;

  public static final int LOOPBACK = 8;

  /** The driver has a carrier. */
  public static final int LOWER_UP = 0x10000;

  /** {@code IF_OPER_UP}. */
  public static final int OPER_UP = 6;

  /** A device without data of its kind. */
  public LinkEntry(
      int index,
      String name,
      int flags,
      int mtu,
      Optional<Mac> mac,
      String kind,
      int parent,
      int master,
      int operState) {
    this(index, name, flags, mtu, mac, kind, parent, master, operState, Optional.empty());
  }

  public boolean isUp() {
    return (flags & UP) != 0;
  }

  public boolean hasCarrier() {
    return (flags & LOWER_UP) != 0;
  }

  public boolean isLoopback() {
    return (flags & LOOPBACK) != 0;
  }

  /** Up and able to pass packets; a device without such a state counts by its carrier. */
  public boolean isOperational() {
    return isUp() && (operState == OPER_UP || (operState == 0 && hasCarrier()));
  }
}

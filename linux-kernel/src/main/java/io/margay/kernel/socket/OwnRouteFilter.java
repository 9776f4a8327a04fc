package io.margay.kernel.socket;

import io.margay.foundation.addr.Family;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.rtnl.RouteBytes;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.rtnl.RouteType;
import io.margay.kernel.socket.SocketFilter.Op;
import java.nio.ByteOrder;

/**
 * Which news of routes somebody who makes very many routes wants to hear: not those of its own
 * doing, each of which would wake it, and which overflow its socket when they are many.
 */
public final class OwnRouteFilter {
  /** {@code SKF_AD_OFF + SKF_AD_NLATTR}: where from A on the attribute X begins, 0 for nowhere. */
  private static final int ATTRIBUTE = -0x1000 + 12;

  /** {@code struct nlmsghdr}, in native byte order. */
  private static final int TYPE_AT = 4;

  private static final int PORT_AT = 12;

  /** {@code struct rtmsg} behind it. */
  private static final int ROUTE_TYPE_AT = Nlm.HEADER_BYTES + 7;

  private static final int ATTRIBUTES_AT = Nlm.HEADER_BYTES + 12;
  private static final int ALL = -1;

  private OwnRouteFilter() {}

  /**
   * Leaves out what a socket has done to routes to networks through gateways, or nowhere. Told are
   * its routes to single hosts and those over a device alone, and what anybody else has done.
   *
   * @param port the number of that socket
   */
  public static SocketFilter of(int port) {
    var program = new SocketFilter.Builder();
    program
        .add(Op.LOAD_HALF, TYPE_AT)
        .jump(Op.IF_EQUAL, half(RouteBytes.NEWROUTE), "whose", "")
        .jump(Op.IF_EQUAL, half(RouteBytes.DELROUTE), "whose", "told")
        .place("whose")
        .add(Op.LOAD_WORD, PORT_AT)
        .jump(Op.IF_EQUAL, word(port), "", "told")
        .add(Op.LOAD_BYTE, RouteRequest.LENGTH_AT)
        .jump(Op.IF_EQUAL, Family.IPV4.bits(), "told", "")
        .jump(Op.IF_EQUAL, Family.IPV6.bits(), "told", "")
        .add(Op.LOAD_BYTE, ROUTE_TYPE_AT)
        // The first of the types that lead nowhere.
        .jump(Op.IF_NOT_LESS, RouteType.BLACKHOLE.number(), "left out", "");
    for (int attribute : new int[] {RouteBytes.GATEWAY, RouteBytes.VIA, RouteBytes.MULTIPATH}) {
      program
          .add(Op.LOAD_CONSTANT, ATTRIBUTES_AT)
          .add(Op.X_CONSTANT, attribute)
          .add(Op.LOAD_EXTENSION, ATTRIBUTE)
          .jump(Op.IF_EQUAL, 0, "", "left out");
    }
    return program.place("told").add(Op.RETURN, ALL).place("left out").add(Op.RETURN, 0).build();
  }

  /** Filters read in network order what netlink writes in the processor's. */
  private static int half(int value) {
    return isSwapped() ? Short.reverseBytes((short) value) & 0xffff : value;
  }

  private static int word(int value) {
    return isSwapped() ? Integer.reverseBytes(value) : value;
  }

  private static boolean isSwapped() {
    return ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
  }
}

package io.margay.kernel.netlink;

import io.margay.kernel.libc.Libc;
import io.margay.kernel.netns.Netns;

/** A socket that has room for one or two answers: any more are lost, and the kernel says so. */
public final class TightSocket {
  /** The kernel gives no less ({@code SOCK_MIN_RCVBUF}). */
  private static final int LEAST = 2304;

  private TightSocket() {}

  /** One in that namespace. */
  public static Rtnl in(Netns namespace) {
    NetlinkSocket socket = namespace.call(() -> NetlinkSocket.open(NetlinkSocket.ROUTE));
    Libc.setOption(socket.fd(), Libc.SOL_SOCKET, Libc.SO_RCVBUFFORCE, LEAST);
    return Rtnl.over(socket);
  }
}

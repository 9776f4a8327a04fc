package io.margay.tunnel.forwarder;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.UdpSocket;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.WireFormat;

/**
 * What a forwarder speaks with other nodes.
 *
 * @param port of all nodes, of UDP alone; else 0
 */
record Wire(WireFormat format, int port) {
  static final Wire IPIP = new Wire(WireFormat.IPIP, 0);

  /** Its socket, with so much room for what comes while nobody reads. */
  BatchSocket open(int receiveBuffer) {
    BatchSocket socket =
        switch (format) {
          case IPIP -> RawIpSocket.ofProtocol(Ipip.PROTOCOL);
          // The known sources are the guard, as with IPIP: no address is bound, since it may
          // change.
          case UDP -> UdpSocket.bound(Ip4.ANY, port);
        };
    prepare(socket, receiveBuffer);
    return socket;
  }

  /** Sets how a socket receives; one that came from another process may be set otherwise. */
  static void prepare(BatchSocket socket, int receiveBuffer) {
    if (socket instanceof UdpSocket udp) {
      udp.joined();
    }
    socket.receiveBuffer(receiveBuffer);
  }

  /** Its socket, which another process has opened; as that one has set it. */
  BatchSocket taken(Fd fd) {
    return switch (format) {
      case IPIP -> RawIpSocket.of(fd, Ipip.PROTOCOL);
      case UDP -> UdpSocket.of(fd, port);
    };
  }
}

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
    return switch (format) {
      case IPIP -> {
        var socket = RawIpSocket.ofProtocol(Ipip.PROTOCOL);
        socket.receiveBuffer(receiveBuffer);
        yield socket;
      }
      case UDP -> {
        // The known sources are the guard, as with IPIP: no address is bound, since it may change.
        var socket = UdpSocket.bound(Ip4.ANY, port);
        socket.joined();
        socket.receiveBuffer(receiveBuffer);
        yield socket;
      }
    };
  }

  /** Its socket, which another process has opened. */
  BatchSocket taken(Fd fd) {
    return switch (format) {
      case IPIP -> RawIpSocket.of(fd, Ipip.PROTOCOL);
      case UDP -> UdpSocket.of(fd, port);
    };
  }
}

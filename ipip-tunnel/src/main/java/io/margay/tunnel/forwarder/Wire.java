package io.margay.tunnel.forwarder;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.log.EventLog;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.socket.BatchSocket;
import io.margay.kernel.socket.FlowShare;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.UdpSocket;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.WireFormat;
import java.util.ArrayList;
import java.util.List;

/**
 * What a forwarder speaks with other nodes.
 *
 * @param port of all nodes, of UDP alone; else 0
 */
record Wire(WireFormat format, int port) {
  static final Wire IPIP = new Wire(WireFormat.IPIP, 0);

  private static final EventLog LOG = EventLog.of(Wire.class);
  private static final int LAST_PORT = 0xffff;

  /** The kernel chooses. */
  private static final int ANY_PORT = 0;

  /**
   * So many sockets of it, with so much room each for what comes while nobody reads. Of several
   * each packet comes to one, and those of a flow to the same.
   */
  List<BatchSocket> open(int receiveBuffer, int count) {
    List<BatchSocket> sockets =
        switch (format) {
          case IPIP -> openIpip(count);
          case UDP -> openUdp(count);
        };
    sockets.forEach(socket -> prepare(socket, receiveBuffer));
    return sockets;
  }

  private static List<BatchSocket> openIpip(int count) {
    if (count == 1) {
      return List.of(RawIpSocket.ofProtocol(Ipip.PROTOCOL));
    }
    var sockets = new ArrayList<BatchSocket>();
    try {
      for (int i = 0; i < count; i++) {
        sockets.add(RawIpSocket.ofProtocol(Ipip.PROTOCOL, FlowShare.ofIpip(i, count)));
      }
    } catch (KernelException e) {
      sockets.forEach(BatchSocket::close);
      throw e;
    }
    return sockets;
  }

  private List<BatchSocket> openUdp(int count) {
    // The known sources are the guard, as with IPIP: no address is bound, since it may change.
    return List.copyOf(
        count == 1
            ? List.of(UdpSocket.bound(Ip4.ANY, port))
            : UdpSocket.sharing(Ip4.ANY, port, count, FlowShare.ofSenderPort(count)));
  }

  /**
   * What a queue sends this format by. With UDP each of several has a port of its own, the next
   * ones behind that of all nodes: the receiver's kernel joins datagrams of one port, and receivers
   * with several queues tell flows apart by it.
   *
   * @param receiver the queue's socket that receives; answered where it is the one that sends, too
   */
  BatchSocket sender(BatchSocket receiver, PacketQueue.Place place) {
    if (format == WireFormat.IPIP || place.count() == 1) {
      return receiver;
    }
    int own = port + 1 + place.index();
    try {
      return UdpSocket.sendingFrom(own <= LAST_PORT ? own : ANY_PORT);
    } catch (KernelException e) {
      LOG.info("tunnel.forwarder.other_port", "port", own, "why", e.getMessage());
      return UdpSocket.sendingFrom(ANY_PORT);
    }
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

package io.margay.kernel.socket;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * A UDP socket of IPv4 for datagrams in batches, several of one size as one. It lives in the
 * network namespace of the thread that opens it. One thread may send while another receives.
 *
 * <p>What it sends has DF unless it may cut ({@link #cutting}): what is too large for the path is
 * refused with EMSGSIZE.
 */
public final class UdpSocket implements BatchSocket {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_IP = 0;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IP_PMTUDISC_DONT = 0;
  private static final int IP_PMTUDISC_DO = 2;
  private static final int UDP_GRO = 104;
  private static final int SOCKADDR_IN = 16;
  private static final int SIN_PORT = 2;
  private static final int SIN_ADDR = 4;
  private static final int SO_REUSEADDR = 2;
  private static final int SO_REUSEPORT = 15;

  private final Fd fd;

  private UdpSocket(Fd fd) {
    this.fd = fd;
  }

  /**
   * Receives what comes for a port, and sends from it.
   *
   * @param address of this host, or {@link Ip4#ANY}
   * @throws KernelException EADDRINUSE when another socket has the port
   */
  public static UdpSocket bound(Ip4 address, int port) {
    return bound(address, port, _ -> {});
  }

  private static UdpSocket bound(Ip4 address, int port, Consumer<Fd> before) {
    Fd fd = Libc.socket(AF_INET, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
    var socket = new UdpSocket(fd);
    try {
      before.accept(fd);
      ByteBuffer sockaddr = Libc.buffer(SOCKADDR_IN).putShort(0, (short) AF_INET);
      sockaddr.order(ByteOrder.BIG_ENDIAN).putShort(SIN_PORT, (short) port);
      Libc.bind(fd, sockaddr.putInt(SIN_ADDR, address.bits()));
      socket.cutting(false);
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
    return socket;
  }

  /**
   * Several sockets of one port, of which each datagram comes to the one that the filter names.
   *
   * @throws KernelException EADDRINUSE when a socket that is none of them has the port
   */
  public static List<UdpSocket> sharing(Ip4 address, int port, int count, SocketFilter choice) {
    var sockets = new ArrayList<UdpSocket>();
    try {
      // The first is bound as one that does not share: where another process does, it is refused.
      sockets.add(bound(address, port));
      share(sockets.getFirst().fd);
      while (sockets.size() < count) {
        sockets.add(bound(address, port, UdpSocket::share));
      }
      choice.chooseSocket(sockets.getFirst().fd);
    } catch (RuntimeException e) {
      sockets.forEach(UdpSocket::close);
      throw e;
    }
    return List.copyOf(sockets);
  }

  private static void share(Fd fd) {
    Libc.setOption(fd, Libc.SOL_SOCKET, SO_REUSEPORT, 1);
  }

  /**
   * Sends from a port and receives nothing; other sockets like this one may have the port as well.
   *
   * @throws KernelException EADDRINUSE when a socket of another kind has the port
   */
  public static UdpSocket sendingFrom(int port) {
    return bound(
        Ip4.ANY,
        port,
        fd -> {
          SocketFilter.NOTHING.attach(fd);
          Libc.setOption(fd, Libc.SOL_SOCKET, SO_REUSEADDR, 1);
        });
  }

  /**
   * A bound socket that another process has opened, and may have open still. Owns the descriptor,
   * also when it is refused.
   *
   * @throws KernelException when it is no UDP socket of this port
   */
  public static UdpSocket of(Fd fd, int port) {
    BatchSocket.require(fd, SOCK_DGRAM, SendBatch.SOL_UDP);
    ByteBuffer sockaddr = Libc.buffer(SOCKADDR_IN);
    Libc.ownAddress(fd, sockaddr);
    int bound = sockaddr.order(ByteOrder.BIG_ENDIAN).getShort(SIN_PORT) & 0xffff;
    if (bound != port) {
      fd.close();
      throw new KernelException("take over a socket", Errno.EINVAL, "it has port " + bound);
    }
    return new UdpSocket(fd);
  }

  /** Whether the kernel cuts what it sends from now on where the path needs it. */
  public void cutting(boolean allowed) {
    Libc.setOption(fd, SOL_IP, IP_MTU_DISCOVER, allowed ? IP_PMTUDISC_DONT : IP_PMTUDISC_DO);
  }

  /**
   * Asks for datagrams of one sender and one size in one piece ({@link ReceiveBatch#segment}):
   * kernels from 5.0 on.
   */
  public void joined() {
    Libc.setOption(fd, SendBatch.SOL_UDP, UDP_GRO, 1);
  }

  @Override
  public Fd fd() {
    return fd;
  }

  @Override
  public void close() {
    fd.close();
  }
}

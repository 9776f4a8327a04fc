package io.margay.kernel.socket;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * A raw IPv4 socket. It lives in the network namespace of the thread that opens it. One thread may
 * send while another receives.
 */
public final class RawIpSocket implements BatchSocket {
  private static final int AF_INET = 2;
  private static final int IPPROTO_RAW = 255;
  private static final int SOL_IP = 0;
  private static final int IP_MTU_DISCOVER = 10;
  private static final int IP_PMTUDISC_DONT = 0;

  private final Fd fd;

  private RawIpSocket(Fd fd) {
    this.fd = fd;
  }

  /**
   * For one protocol: receives each such packet that is for this host, outer header included, after
   * reassembly; in what it sends the kernel writes the header, and fragments where the path needs
   * it.
   */
  public static RawIpSocket ofProtocol(int protocol) {
    return open(protocol);
  }

  /**
   * One of several for the same protocol, each of which would be given every packet: receives what
   * the filter lets through. What comes while this opens may be lost.
   */
  public static RawIpSocket ofProtocol(int protocol, SocketFilter filter) {
    RawIpSocket socket = open(protocol);
    try {
      filter.attach(socket.fd);
      // What came before the filter may be another socket's too.
      ByteBuffer nothing = Libc.buffer(1);
      while (Libc.receive(socket.fd, nothing, Libc.MSG_DONTWAIT) >= 0) {}
    } catch (RuntimeException e) {
      socket.close();
      throw e;
    }
    return socket;
  }

  /**
   * For sending only: the packets bring their header. The kernel fills in total length and
   * checksum, and refuses what is larger than the path allows (EMSGSIZE).
   */
  public static RawIpSocket withOwnHeaders() {
    return open(IPPROTO_RAW);
  }

  /**
   * A socket {@linkplain #ofProtocol of a protocol} that another process has opened, and may have
   * open still. Owns the descriptor, also when it is refused.
   *
   * @throws KernelException when it is none of that protocol
   */
  public static RawIpSocket of(Fd fd, int protocol) {
    BatchSocket.require(fd, Libc.SOCK_RAW, protocol);
    return new RawIpSocket(fd);
  }

  private static RawIpSocket open(int protocol) {
    Fd fd = Libc.socket(AF_INET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, protocol);
    try {
      Libc.setOption(fd, SOL_IP, IP_MTU_DISCOVER, IP_PMTUDISC_DONT);
    } catch (RuntimeException e) {
      fd.close();
      throw e;
    }
    return new RawIpSocket(fd);
  }

  /** Receives only what is sent to this address of ours, and sends from it. */
  public void bind(Ip4 address) {
    ByteBuffer sockaddr = Libc.buffer(16).putShort(0, (short) AF_INET);
    sockaddr.order(ByteOrder.BIG_ENDIAN).putInt(4, address.bits());
    Libc.bind(fd, sockaddr);
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

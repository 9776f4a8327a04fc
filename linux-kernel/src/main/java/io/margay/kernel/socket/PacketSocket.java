package io.margay.kernel.socket;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import java.nio.ByteBuffer;

/**
 * Sends Ethernet frames by a device ({@code packet(7)}; needs CAP_NET_RAW). It lives in the network
 * namespace of the thread that opens it, hears nothing, and is used by one thread at a time.
 */
public final class PacketSocket implements AutoCloseable {
  private static final int AF_PACKET = 17;

  /** {@code struct sockaddr_ll}. */
  private static final int ADDRESS_BYTES = 20;

  private final Fd fd;

  private PacketSocket(Fd fd) {
    this.fd = fd;
  }

  /** Opens a socket; of no protocol, so that no frame is copied to it. */
  public static PacketSocket open() {
    return new PacketSocket(Libc.socket(AF_PACKET, Libc.SOCK_RAW | Libc.SOCK_CLOEXEC, 0));
  }

  /**
   * Sends one frame, headers included.
   *
   * @param frame direct, between position and limit
   * @throws KernelException ENXIO or ENODEV when there is no such device, ENETDOWN when it is down
   */
  public void send(int interfaceIndex, ByteBuffer frame) {
    ByteBuffer address = Libc.buffer(ADDRESS_BYTES).putShort(0, (short) AF_PACKET);
    address.putInt(4, interfaceIndex);
    int result = Libc.sendTo(fd, frame, address);
    if (result < 0) {
      throw new KernelException("send a frame by device " + interfaceIndex, -result);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}

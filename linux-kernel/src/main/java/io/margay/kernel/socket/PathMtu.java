package io.margay.kernel.socket;

import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * Asks the kernel how large a packet the way to a host takes, by a socket that sends nothing. It
 * lives in the network namespace of the thread that opens it; owned by one thread.
 */
public final class PathMtu implements AutoCloseable {
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int SOL_IP = 0;
  private static final int IP_MTU = 14;
  private static final int SOCKADDR_IN = 16;
  private static final int SIN_PORT = 2;
  private static final int SIN_ADDR = 4;

  /** Discard (RFC 863); any port would do. */
  private static final short PORT = 9;

  private final Fd fd = Libc.socket(AF_INET, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
  private final ByteBuffer address = Libc.buffer(SOCKADDR_IN);
  private final ByteBuffer answer = Libc.buffer(Integer.BYTES);

  /**
   * Bytes of the largest packet, its IP header included, as the kernel knows it now; or negative
   * errno (ENETUNREACH: there is no way).
   */
  public int to(int host) {
    address.putShort(0, (short) AF_INET);
    address.order(ByteOrder.BIG_ENDIAN).putShort(SIN_PORT, PORT).putInt(SIN_ADDR, host);
    address.order(ByteOrder.nativeOrder());
    int result = PacketLibc.connect(fd, PacketLibc.address(address), SOCKADDR_IN);
    if (result == 0) {
      result = Libc.option(fd, SOL_IP, IP_MTU, answer);
    }
    return result < 0 ? result : answer.getInt(0);
  }

  @Override
  public void close() {
    fd.close();
  }
}

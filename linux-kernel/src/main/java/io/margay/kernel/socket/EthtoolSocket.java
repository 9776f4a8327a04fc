package io.margay.kernel.socket;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;

/**
 * Asks devices about their offloads and changes them ({@code linux/ethtool.h}), in the network
 * namespace of the thread that opens it. Used by one thread at a time.
 */
public final class EthtoolSocket implements AutoCloseable {
  private static final int SIOCETHTOOL = 0x8946;
  private static final int GET_SEND_CHECKSUMS = 0x16;
  private static final int SET_SEND_CHECKSUMS = 0x17;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;

  /** {@code struct ifreq}: the name, then the address of a {@code struct ethtool_value}. */
  private static final int IFREQ = 40;

  private static final int IFNAMSIZ = 16;

  private final Fd fd;
  private final ByteBuffer request = Libc.buffer(IFREQ);
  private final ByteBuffer value = Libc.buffer(2 * Integer.BYTES);

  private EthtoolSocket(Fd fd) {
    this.fd = fd;
    request.putLong(IFNAMSIZ, PacketLibc.address(value));
  }

  /** Opens a socket in the calling thread's namespace. */
  public static EthtoolSocket open() {
    return new EthtoolSocket(Libc.socket(AF_INET, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0));
  }

  /**
   * Whether the device is trusted with the checksums of what is sent.
   *
   * @throws KernelException ENODEV when there is none of that name
   */
  public boolean sendChecksums(String device) {
    call(device, GET_SEND_CHECKSUMS, 0, "show offloads of ");
    return value.getInt(Integer.BYTES) != 0;
  }

  /**
   * Lets the device make the checksums of what is sent, or the kernel in software.
   *
   * @throws KernelException ENODEV when there is none of that name
   */
  public void sendChecksums(String device, boolean offload) {
    String what = "set send checksums " + (offload ? "on" : "off") + " on ";
    call(device, SET_SEND_CHECKSUMS, offload ? 1 : 0, what);
  }

  private void call(String device, int command, int data, String what) {
    byte[] name = device.getBytes(StandardCharsets.US_ASCII);
    if (name.length == 0 || name.length >= IFNAMSIZ) {
      throw new KernelException(what + device, Errno.ENODEV);
    }
    request.put(0, new byte[IFNAMSIZ]).put(0, name);
    value.putInt(0, command).putInt(Integer.BYTES, data);
    int result = PacketLibc.ioctl(fd, SIOCETHTOOL, PacketLibc.address(request));
    if (result < 0) {
      throw new KernelException(what + device, -result);
    }
  }

  @Override
  public void close() {
    fd.close();
  }
}

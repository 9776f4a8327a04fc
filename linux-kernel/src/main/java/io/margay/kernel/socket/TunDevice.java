package io.margay.kernel.socket;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.Fd;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.libc.Libc;
import io.margay.kernel.libc.PacketLibc;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * A TUN device ({@code linux/if_tun.h}): what the kernel routes into it is read here, what is
 * written here the kernel receives from it. Packets are IP behind a header of {@link #HEADER}
 * bytes, {@code struct virtio_net_hdr} of {@code linux/virtio_net.h}: what is still to be done to
 * the packet; all zero says nothing. One thread may read while another writes; nothing waits.
 *
 * <p>It lives in the network namespace of the thread that opens it. Unless it is persistent it goes
 * when it is closed, and its addresses and routes with it.
 */
public final class TunDevice implements AutoCloseable {
  private static final long TUNSETIFF = 0x400454caL;
  private static final long TUNSETPERSIST = 0x400454cbL;
  private static final long TUNSETOFFLOAD = 0x400454d0L;
  private static final long TUNSETQUEUE = 0x400454d9L;
  private static final long TUNGETIFF = 0x800454d2L;
  private static final int TUN_F_CSUM = 0x01;
  private static final int TUN_F_TSO4 = 0x02;
  private static final int TUN_F_TSO_ECN = 0x08;

  /** These two are taken together only. */
  private static final int TUN_F_USO4 = 0x20;

  private static final int TUN_F_USO6 = 0x40;

  /** Bytes of the virtio header before each packet. */
  public static final int HEADER = 10;

  /** The device behind the descriptor was deleted. */
  public static final int EBADFD = 77;

  private static final short IFF_TUN = 0x0001;
  private static final short IFF_MULTI_QUEUE = 0x0100;
  private static final short IFF_DETACH_QUEUE = 0x0400;
  private static final short IFF_NO_PI = 0x1000;
  private static final short IFF_VNET_HDR = 0x4000;
  private static final int SIOCGIFMTU = 0x8921;
  private static final int AF_INET = 2;
  private static final int SOCK_DGRAM = 2;
  private static final int IFREQ = 40;
  private static final int IFNAMSIZ = 16;
  private static final int O_RDWR = 2;
  private static final int O_NONBLOCK = 0x800;

  private final String name;
  private final Fd fd;
  private final Fd inquiry;
  private final ByteBuffer request;
  private final long requestAddress;

  private TunDevice(String name, Fd fd, Fd inquiry, ByteBuffer request) {
    this.name = name;
    this.fd = fd;
    this.inquiry = inquiry;
    this.request = request;
    this.requestAddress = PacketLibc.address(request);
  }

  /**
   * Makes the device, or takes a persistent one of that name that nobody has open.
   *
   * @throws KernelException EBUSY when another process has it open, EINVAL when a device of that
   *     name is something else than a TUN, or was made with several queues
   */
  public static TunDevice open(String name) {
    return open(name, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR);
  }

  /**
   * Makes a device that may have several queues, or opens one more queue of it: from then on the
   * kernel hands over packets of a flow at one of them, by a hash of addresses and ports. Several
   * processes may have queues of it.
   *
   * @throws KernelException EINVAL when a device of that name is something else than a TUN, or was
   *     made with one queue; E2BIG when it has 256
   */
  public static TunDevice openQueue(String name) {
    return open(name, IFF_TUN | IFF_NO_PI | IFF_VNET_HDR | IFF_MULTI_QUEUE);
  }

  /**
   * Opens such a device for writing alone. Where a packet is written at a queue that is read, the
   * kernel moves the flow's other direction to that queue, while packets of it wait at the old one.
   *
   * @throws KernelException as {@link #openQueue} does
   */
  public static TunDevice openWriter(String name) {
    TunDevice tun = openQueue(name);
    tun.request.putShort(IFNAMSIZ, IFF_DETACH_QUEUE);
    int result = PacketLibc.ioctl(tun.fd, TUNSETQUEUE, tun.requestAddress);
    if (result < 0) {
      tun.closeCopy();
      throw new KernelException("open TUN device " + name + " for writing", -result);
    }
    return tun;
  }

  private static TunDevice open(String name, int flags) {
    byte[] bytes = name.getBytes(StandardCharsets.US_ASCII);
    if (bytes.length == 0 || bytes.length >= IFNAMSIZ) {
      throw new IllegalArgumentException("interface names have 1 to 15 characters: " + name);
    }
    Fd fd = Libc.open(Path.of("/dev/net/tun"), O_RDWR | O_NONBLOCK);
    ByteBuffer request = Libc.buffer(IFREQ);
    request.put(0, bytes).putShort(IFNAMSIZ, (short) flags);
    int result = PacketLibc.ioctl(fd, TUNSETIFF, PacketLibc.address(request));
    if (result < 0) {
      fd.close();
      throw new KernelException("open TUN device " + name, -result, explain(-result, flags));
    }
    try {
      Fd inquiry = Libc.socket(AF_INET, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0);
      return new TunDevice(name, fd, inquiry, request);
    } catch (KernelException e) {
      fd.close();
      throw e;
    }
  }

  /**
   * The device behind a descriptor that another process has opened, and may have open still. Owns
   * the descriptor, also when it is refused.
   *
   * @throws KernelException when it is no TUN device with virtio headers
   */
  public static TunDevice of(Fd fd) {
    ByteBuffer request = Libc.buffer(IFREQ);
    try {
      int result = PacketLibc.ioctl(fd, TUNGETIFF, PacketLibc.address(request));
      if (result < 0) {
        throw new KernelException("take over a TUN device", -result);
      }
      byte[] bytes = new byte[IFNAMSIZ];
      request.get(0, bytes);
      String name = new String(bytes, StandardCharsets.US_ASCII).trim();
      short wanted = IFF_TUN | IFF_NO_PI | IFF_VNET_HDR;
      if ((request.getShort(IFNAMSIZ) & wanted) != wanted) {
        throw new KernelException(
            "take over TUN device " + name, Errno.EINVAL, "it has no virtio headers");
      }
      return new TunDevice(
          name, fd, Libc.socket(AF_INET, SOCK_DGRAM | Libc.SOCK_CLOEXEC, 0), request);
    } catch (KernelException e) {
      fd.close();
      throw e;
    }
  }

  private static String explain(int errno, int flags) {
    return switch (errno) {
      case Errno.EBUSY -> "another process has it open";
      case Errno.EINVAL ->
          (flags & IFF_MULTI_QUEUE) == 0
              ? "a device of that name exists and is no TUN"
              : "a device of that name exists and is no TUN with several queues";
      default -> "";
    };
  }

  /** Whether the device was made for several queues. */
  public boolean mayHaveSeveral() {
    return says(IFF_MULTI_QUEUE);
  }

  /** Whether it was opened for writing alone. */
  public boolean isWriter() {
    return says(IFF_DETACH_QUEUE);
  }

  private boolean says(short flag) {
    ByteBuffer answer = Libc.buffer(IFREQ);
    int result = PacketLibc.ioctl(fd, TUNGETIFF, PacketLibc.address(answer));
    return result >= 0 && (answer.getShort(IFNAMSIZ) & flag) != 0;
  }

  public String name() {
    return name;
  }

  /**
   * Lets the kernel hand over, at each queue, TCP and UDP packets of up to 64 KiB, with the cut
   * into segments and the checksum left to the reader. Without this each packet comes whole and
   * finished.
   *
   * @return whether UDP is among them: kernels from 6.2 on
   */
  public boolean offload() {
    int tcp = TUN_F_CSUM | TUN_F_TSO4 | TUN_F_TSO_ECN;
    if (PacketLibc.ioctl(fd, TUNSETOFFLOAD, tcp | TUN_F_USO4 | TUN_F_USO6) >= 0) {
      return true;
    }
    int result = PacketLibc.ioctl(fd, TUNSETOFFLOAD, tcp);
    if (result < 0) {
      throw new KernelException("offload segments of TUN device " + name, -result);
    }
    return false;
  }

  /** Whether the device, with its addresses and routes, stays when it is closed. */
  public void persist(boolean stays) {
    int result = PacketLibc.ioctl(fd, TUNSETPERSIST, stays ? 1 : 0);
    if (result < 0) {
      throw new KernelException("make TUN device " + name + " persistent: " + stays, -result);
    }
  }

  /** Its MTU now, or negative errno. For the writing thread. */
  public int mtu() {
    int result = PacketLibc.ioctl(inquiry, SIOCGIFMTU, requestAddress);
    return result < 0 ? result : request.getInt(IFNAMSIZ);
  }

  /**
   * Reads one packet, behind its virtio header, to {@code offset} in the memory; what is longer
   * than {@code length} is cut off.
   *
   * @return the bytes read, the header's included, or negative errno (EAGAIN: none; EBADFD: the
   *     device was deleted)
   */
  public int read(PacketMemory memory, int offset, int length) {
    return PacketLibc.read(fd, memory.address(offset, length), length);
  }

  /**
   * Writes one packet in pieces; the first begins with its virtio header.
   *
   * @return the bytes written, the header's included, or negative errno (EIO: the device is down;
   *     EINVAL: no IP packet)
   */
  public int write(Pieces packet) {
    return PacketLibc.writePieces(fd, packet.address(0), packet.count());
  }

  /** For a {@link ReadWaiter}. */
  public Fd fd() {
    return fd;
  }

  /** Closes this descriptor, where another process goes on with the device as it is. */
  public void closeCopy() {
    inquiry.close();
    fd.close();
  }

  @Override
  public void close() {
    // A persistent device remembers; its next reader may be one that never asked. Where the device
    // was deleted, this is refused.
    PacketLibc.ioctl(fd, TUNSETOFFLOAD, 0);
    closeCopy();
  }
}

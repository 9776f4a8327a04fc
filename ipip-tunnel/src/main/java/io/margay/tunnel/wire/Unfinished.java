package io.margay.tunnel.wire;

import java.nio.ByteBuffer;

/**
 * Finds out what a received packet still lacks, for the virtio header before it.
 *
 * <p>Network cards and the kernel's GRO join TCP segments of one flow, also those inside IPIP, into
 * packets of up to 64 KiB whose checksum is only begun; and a sender on the same machine may leave
 * its checksum to hardware that never comes. The kernel knows that of its own packets; a raw socket
 * shows the bytes alone. A checksum that is only begun is the sum of the pseudo header. A finished
 * one has that value once in 65536 packets: finishing it again does no harm.
 */
public final class Unfinished {
  private static final int FRAGMENT = 6;
  private static final int PROTO = 9;
  private static final int SOURCE = 12;
  private static final int OFFSET_OR_MORE = 0x3fff;

  private static final int TCP = 6;
  private static final int TCP_HEADER = 20;
  private static final int TCP_CHECKSUM = 16;
  private static final int TCP_DATA_OFFSET = 12;
  private static final int TCP_FLAGS = 13;
  private static final int CWR = 0x80;

  private static final int UDP = 17;
  private static final int UDP_HEADER = 8;
  private static final int UDP_CHECKSUM = 6;

  private Unfinished() {}

  /**
   * Whether a packet's checksum is only begun.
   *
   * @param at where its IPv4 header begins, which {@link Ipip#unwrap} has looked through
   */
  public static boolean is(ByteBuffer bytes, int at) {
    int header = headerLength(bytes, at);
    int length = Ipip.totalLength(bytes, at) - header;
    if ((bytes.getShort(at + FRAGMENT) & OFFSET_OR_MORE) != 0) {
      return false;
    }
    int protocol = bytes.get(at + PROTO);
    int checksum;
    if (protocol == TCP && length >= TCP_HEADER) {
      checksum = bytes.getShort(at + header + TCP_CHECKSUM) & 0xffff;
    } else if (protocol == UDP && length >= UDP_HEADER) {
      checksum = bytes.getShort(at + header + UDP_CHECKSUM) & 0xffff;
    } else {
      return false;
    }
    return checksum == pseudoSum(bytes, at, protocol, length);
  }

  /**
   * Says in the virtio header what an unfinished packet lacks.
   *
   * @param virtio where that header is, cleared
   * @param mtu of the device: a longer packet is several joined segments
   */
  public static void describe(ByteBuffer bytes, int virtio, int at, int mtu) {
    int header = headerLength(bytes, at);
    if (bytes.get(at + PROTO) == UDP) {
      VirtioHeader.needsChecksum(bytes, virtio, header, UDP_CHECKSUM);
      return;
    }
    VirtioHeader.needsChecksum(bytes, virtio, header, TCP_CHECKSUM);
    int headers = header + ((bytes.get(at + header + TCP_DATA_OFFSET) & 0xf0) >> 2);
    int length = Ipip.totalLength(bytes, at);
    if (length > mtu && headers < mtu) {
      boolean congestion = (bytes.get(at + header + TCP_FLAGS) & CWR) != 0;
      VirtioHeader.tcp4Segments(bytes, virtio, headers, mtu - headers, congestion);
    }
  }

  private static int headerLength(ByteBuffer bytes, int at) {
    return (bytes.get(at) & 15) * 4;
  }

  /** Ones' complement sum of addresses, protocol and length (RFC 9293, 3.1). */
  private static int pseudoSum(ByteBuffer bytes, int at, int protocol, int length) {
    int sum = protocol + length;
    for (int i = 0; i < 8; i += 2) {
      sum += bytes.getShort(at + SOURCE + i) & 0xffff;
    }
    sum = (sum & 0xffff) + (sum >>> 16);
    return (sum & 0xffff) + (sum >>> 16);
  }
}

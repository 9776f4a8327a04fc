package io.margay.tunnel.wire;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What stands before each packet of a {@code TunDevice} ({@code struct virtio_net_hdr} of {@code
 * linux/virtio_net.h}): what is still to be done to the packet, so that a checksum or a cut into
 * segments is left to whoever needs it.
 */
public final class VirtioHeader {
  /** Its bytes. */
  public static final int BYTES = 10;

  private static final int FLAGS = 0;
  private static final int GSO_TYPE = 1;
  private static final int HDR_LEN = 2;
  private static final int GSO_SIZE = 4;
  private static final int CSUM_START = 6;
  private static final int CSUM_OFFSET = 8;

  private static final byte NEEDS_CSUM = 1;
  private static final byte GSO_TCPV4 = 1;
  private static final byte GSO_TCPV4_ECN = (byte) 0x81;

  private VirtioHeader() {}

  /** Nothing is left to do: the packet is whole as it stands. */
  public static void clear(ByteBuffer bytes, int at) {
    bytes.putLong(at, 0).putShort(at + Long.BYTES, (short) 0);
  }

  /**
   * The checksum holds the pseudo header's sum only.
   *
   * @param start where in the packet the sum begins
   * @param offset where it belongs, counted from there
   */
  static void needsChecksum(ByteBuffer bytes, int at, int start, int offset) {
    bytes.put(at + FLAGS, NEEDS_CSUM);
    putNative(bytes, at + CSUM_START, start);
    putNative(bytes, at + CSUM_OFFSET, offset);
  }

  /**
   * The packet is several segments of IPv4 TCP in one.
   *
   * @param headers bytes of its IP and TCP headers
   * @param segment payload of each segment
   * @param congestion whether the first segment carries CWR
   */
  static void tcp4Segments(ByteBuffer bytes, int at, int headers, int segment, boolean congestion) {
    bytes.put(at + GSO_TYPE, congestion ? GSO_TCPV4_ECN : GSO_TCPV4);
    putNative(bytes, at + HDR_LEN, headers);
    putNative(bytes, at + GSO_SIZE, segment);
  }

  private static void putNative(ByteBuffer bytes, int at, int value) {
    boolean asIs = bytes.order() == ByteOrder.nativeOrder();
    bytes.putShort(at, asIs ? (short) value : Short.reverseBytes((short) value));
  }
}

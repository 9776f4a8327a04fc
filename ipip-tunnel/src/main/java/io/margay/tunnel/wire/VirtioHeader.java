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

  /** {@link #segmentation}: the packet is one. */
  static final int WHOLE = 0;

  /** {@link #segmentation}: segments of IPv4 TCP. */
  static final int TCP4 = 1;

  /** {@link #segmentation}: UDP datagrams of one size. */
  static final int UDP = 5;

  private static final int FLAGS = 0;
  private static final int GSO_TYPE = 1;
  private static final int HDR_LEN = 2;
  private static final int GSO_SIZE = 4;
  private static final int CSUM_START = 6;
  private static final int CSUM_OFFSET = 8;

  private static final byte NEEDS_CSUM = 1;

  /** Beside a type: the first segment alone carries CWR. */
  private static final int GSO_ECN = 0x80;

  private VirtioHeader() {}

  /** Nothing is left to do: the packet is whole as it stands. */
  public static void clear(ByteBuffer bytes, int at) {
    bytes.putLong(at, 0).putShort(at + Long.BYTES, (short) 0);
  }

  /** Whether the packet behind it is several in one. */
  public static boolean isSegments(ByteBuffer bytes, int at) {
    return bytes.get(at + GSO_TYPE) != WHOLE;
  }

  /** What it is several of: a number of the kernel's. */
  static int segmentation(ByteBuffer bytes, int at) {
    return bytes.get(at + GSO_TYPE) & ~GSO_ECN & 0xff;
  }

  /** Payload of each segment but the last. */
  static int segmentSize(ByteBuffer bytes, int at) {
    return native16(bytes, at + GSO_SIZE);
  }

  /** Whether a checksum holds the pseudo header's sum only. */
  static boolean needsChecksum(ByteBuffer bytes, int at) {
    return (bytes.get(at + FLAGS) & NEEDS_CSUM) != 0;
  }

  /** Where in the packet that sum begins. */
  static int checksumStart(ByteBuffer bytes, int at) {
    return native16(bytes, at + CSUM_START);
  }

  /** Where it belongs, counted from there. */
  static int checksumOffset(ByteBuffer bytes, int at) {
    return native16(bytes, at + CSUM_OFFSET);
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
    bytes.put(at + GSO_TYPE, (byte) (congestion ? TCP4 | GSO_ECN : TCP4));
    putNative(bytes, at + HDR_LEN, headers);
    putNative(bytes, at + GSO_SIZE, segment);
  }

  private static void putNative(ByteBuffer bytes, int at, int value) {
    bytes.putShort(at, inOrder(bytes, (short) value));
  }

  private static int native16(ByteBuffer bytes, int at) {
    return inOrder(bytes, bytes.getShort(at)) & 0xffff;
  }

  private static short inOrder(ByteBuffer bytes, short value) {
    return bytes.order() == ByteOrder.nativeOrder() ? value : Short.reverseBytes(value);
  }
}

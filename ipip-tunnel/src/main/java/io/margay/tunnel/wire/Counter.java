package io.margay.tunnel.wire;

import java.util.Locale;

/** What became of packets: moved, or dropped and why. */
public enum Counter {
  SENT_PACKETS,
  SENT_BYTES,
  RECEIVED_PACKETS,
  RECEIVED_BYTES,
  /** From the device: no IPv4 packet; Linux sends IPv6 router solicitations into any device. */
  DROPPED_NOT_IPV4,
  /** From the device: the table names no node for the destination. */
  DROPPED_NO_ROUTE,
  /** From the device: larger than we read, or than the path to the node allows without cutting. */
  DROPPED_TOO_BIG,
  /** From the device: the host refused to send it (no route to the node, packet filter, memory). */
  DROPPED_REFUSED,
  /** From the wire: the outer source is no node. */
  DROPPED_UNKNOWN_SOURCE,
  /**
   * From the wire: no IPv4 packet inside, or cut short. From the device: its virtio header does not
   * fit it.
   */
  DROPPED_MALFORMED,
  /** From the wire: congestion was met by a packet that cannot say so (RFC 6040, 4.2). */
  DROPPED_CONGESTION,
  /** From the wire: the device is down. */
  DROPPED_DEVICE_DOWN;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** Its name in status answers and metrics: {@code dropped_no_route}. */
  public String text() {
    return text;
  }
}

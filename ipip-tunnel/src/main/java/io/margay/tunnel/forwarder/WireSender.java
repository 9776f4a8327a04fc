package io.margay.tunnel.forwarder;

import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Segments;

/** Sends packets in a wire format, a batch at a time. Owned by one thread. */
sealed interface WireSender permits IpipSender, UdpSender {
  /** One packet, before which there is room for a header; its bytes stay until the flush. */
  void packet(int at, int length, LookupTable table, int node);

  /** One packet that is several; its payload stays until the flush. */
  void segments(Segments segments, LookupTable table, int node);

  /** Sends what was put together. */
  void flush();
}

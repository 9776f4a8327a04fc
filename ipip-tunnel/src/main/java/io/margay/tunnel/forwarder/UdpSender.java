package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.SendBatch;
import io.margay.kernel.socket.UdpSocket;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Segments;
import io.margay.tunnel.wire.WireFormat;
import java.nio.ByteBuffer;

/**
 * Sends packets as UDP datagrams; segments of one size as one, which the kernel cuts as late as it
 * can, or the network card does. Uses the same part of the memory as {@link IpipSender}. Owned by
 * one thread.
 */
final class UdpSender implements WireSender {
  private static final int HEADERS = Segments.LONGEST_HEADERS + 8;
  private static final int SLOTS = IpipSender.NOTICE / HEADERS;
  private static final int BATCH = 64;

  /** UDP_MAX_SEGMENTS of Linux before 6.9. */
  private static final int MOST_SEGMENTS = 64;

  private static final int LARGEST_PAYLOAD = 65_507;

  private final ByteBuffer bytes;
  private final UdpSocket socket;
  private final Counters counters;
  private final TooBigNotice notice;
  private final SendBatch batch;
  private final SendBatch alone;
  private int slots;
  private boolean segmenting = true;

  /**
   * @param port of the nodes
   */
  UdpSender(
      PacketMemory memory, UdpSocket socket, int port, Counters counters, TooBigNotice notice) {
    this.bytes = memory.bytes();
    this.socket = socket;
    this.counters = counters;
    this.notice = notice;
    this.batch = new SendBatch(memory, BATCH, BATCH + 2 * SLOTS, port);
    this.alone = new SendBatch(memory, 1, 2, port);
  }

  @Override
  public void packet(int at, int length, LookupTable table, int node) {
    if (!batch.hasRoom(1)) {
      flush();
    }
    batch.add(at, length);
    batch.end(node);
  }

  @Override
  public void segments(Segments segments, LookupTable table, int node) {
    int size = segments.headers() + segments.payloadLength(0);
    int most = segmenting ? Math.min(MOST_SEGMENTS, LARGEST_PAYLOAD / size) : 1;
    int i = 0;
    while (i < segments.count()) {
      int end = Math.min(i + most, segments.count());
      if (slots + end - i > SLOTS || !batch.hasRoom(2 * (end - i))) {
        flush();
      }
      boolean several = end - i > 1;
      for (; i < end; i++) {
        int headers = slots++ * HEADERS;
        segments.writeHeaders(i, headers);
        batch.add(headers, segments.headers());
        batch.add(segments.payload(i), segments.payloadLength(i));
      }
      if (several) {
        batch.end(node, size);
      } else {
        batch.end(node);
      }
    }
  }

  @Override
  public void flush() {
    int done = 0;
    while (done < batch.count()) {
      int sent = socket.send(batch, done, batch.count() - done);
      if (sent <= 0) {
        sendApart(done, -sent);
        done++;
        continue;
      }
      for (int i = done; i < done + sent; i++) {
        count(packets(i), batch.length(i));
      }
      done += sent;
    }
    batch.clear();
    slots = 0;
  }

  private int packets(int i) {
    return (batch.pieces(i) + 1) / 2;
  }

  private void count(int packets, int payload) {
    counters.add(Counter.SENT_PACKETS, packets);
    counters.add(Counter.SENT_BYTES, payload + (long) packets * WireFormat.UDP.overhead());
  }

  /** Sends datagram by datagram what the kernel refused. */
  private void sendApart(int i, int errno) {
    int node = batch.destination(i);
    if (packets(i) == 1) {
      refused(batch, i, node, errno);
      return;
    }
    if (errno == Errno.EIO) {
      // Linux before 6.10: a card that makes no checksums takes no segments either.
      segmenting = false;
    }
    for (int piece = 0; piece < batch.pieces(i); piece += 2) {
      alone.clear();
      alone.addTwo(batch, i, piece);
      alone.end(node);
      int sent = socket.send(alone, 0, 1);
      if (sent == 1) {
        count(1, alone.length(0));
      } else {
        refused(alone, 0, node, -sent);
      }
    }
  }

  /** Cuts what may be cut, tells the sender of what may not. */
  private void refused(SendBatch of, int i, int node, int errno) {
    int packet = of.offset(i);
    if (errno != Errno.EMSGSIZE) {
      counters.add(Counter.DROPPED_REFUSED, 1);
    } else if (Ipip.mayFragment(bytes, packet)) {
      socket.cutting(true);
      boolean sent = socket.send(of, i, 1) == 1;
      socket.cutting(false);
      if (sent) {
        count(1, of.length(i));
      } else {
        counters.add(Counter.DROPPED_REFUSED, 1);
      }
    } else {
      counters.add(Counter.DROPPED_TOO_BIG, 1);
      notice.tell(packet, of.firstLength(i), Ipip.source(bytes, packet), node);
    }
  }
}

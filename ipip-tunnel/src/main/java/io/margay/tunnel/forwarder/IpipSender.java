package io.margay.tunnel.forwarder;

import io.margay.kernel.libc.Errno;
import io.margay.kernel.socket.PacketMemory;
import io.margay.kernel.socket.RawIpSocket;
import io.margay.kernel.socket.SendBatch;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.Ipip;
import io.margay.tunnel.wire.LookupTable;
import io.margay.tunnel.wire.Segments;
import java.nio.ByteBuffer;

/**
 * Puts the outer header before packets and sends them, a batch at a time. Payloads stay where the
 * device wrote them. Owned by one thread.
 */
final class IpipSender implements WireSender {
  /** Packets of a batch: two times what 64 KiB are in usual segments. */
  private static final int BATCH = 96;

  /** For the headers of one segment, outer and inner; a multiple of a cache line. */
  private static final int HEADERS = 192;

  /** Bytes of the memory's begin that are used here. */
  static final int ROOM = BATCH * HEADERS + TooBigNotice.ROOM;

  /** Where of that the notices are. */
  static final int NOTICE = BATCH * HEADERS;

  private final ByteBuffer bytes;
  private final RawIpSocket wire;
  private final RawIpSocket fragmenting;
  private final Counters counters;
  private final TooBigNotice notice;
  private final SendBatch batch;
  private final Identifications identifications;

  /**
   * @param wire sends packets with their outer header
   * @param fragmenting sends those that the path wants in pieces; the kernel writes that header
   * @param identifications numbers for packets
   */
  IpipSender(
      PacketMemory memory,
      RawIpSocket wire,
      RawIpSocket fragmenting,
      Counters counters,
      TooBigNotice notice,
      Identifications identifications) {
    this.bytes = memory.bytes();
    this.wire = wire;
    this.fragmenting = fragmenting;
    this.counters = counters;
    this.notice = notice;
    this.batch = new SendBatch(memory, BATCH, 2 * BATCH);
    this.identifications = identifications;
  }

  @Override
  public void packet(int at, int length, LookupTable table, int node) {
    makeRoom();
    Ipip.wrap(bytes, at, length, table.local(), node, identifications.next());
    batch.add(at - Ipip.HEADER, length + Ipip.HEADER);
    batch.end(node);
  }

  @Override
  public void segments(Segments segments, LookupTable table, int node) {
    for (int i = 0; i < segments.count(); i++) {
      makeRoom();
      int outer = batch.count() * HEADERS;
      int inner = outer + Ipip.HEADER;
      segments.writeHeaders(i, inner);
      int length = segments.headers() + segments.payloadLength(i);
      Ipip.wrap(bytes, inner, length, table.local(), node, identifications.next());
      batch.add(outer, Ipip.HEADER + segments.headers());
      batch.add(segments.payload(i), segments.payloadLength(i));
      batch.end(node);
    }
  }

  private void makeRoom() {
    if (!batch.hasRoom(2)) {
      flush();
    }
  }

  @Override
  public void flush() {
    int done = 0;
    while (done < batch.count()) {
      int sent = wire.send(batch, done, batch.count() - done);
      if (sent <= 0) {
        sendAlone(done, -sent);
        done++;
        continue;
      }
      long sum = 0;
      for (int i = done; i < done + sent; i++) {
        sum += batch.length(i);
      }
      counters.add(Counter.SENT_PACKETS, sent);
      counters.add(Counter.SENT_BYTES, sum);
      done += sent;
    }
    batch.clear();
  }

  /**
   * What to do with a packet that the kernel refused: cut it where that is allowed, else tell its
   * sender.
   */
  private void sendAlone(int i, int errno) {
    if (errno != Errno.EMSGSIZE) {
      counters.add(Counter.DROPPED_REFUSED, 1);
      return;
    }
    int node = Ipip.destination(bytes, batch.offset(i));
    batch.skip(i, Ipip.HEADER);
    int packet = batch.offset(i);
    if (!Ipip.mayFragment(bytes, packet)) {
      counters.add(Counter.DROPPED_TOO_BIG, 1);
      notice.tell(packet, batch.firstLength(i), Ipip.source(bytes, packet), node);
      return;
    }
    if (fragmenting.send(batch, i, 1) == 1) {
      counters.add(Counter.SENT_PACKETS, 1);
      counters.add(Counter.SENT_BYTES, batch.length(i));
    } else {
      counters.add(Counter.DROPPED_REFUSED, 1);
    }
  }
}

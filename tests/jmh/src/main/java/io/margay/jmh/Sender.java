package io.margay.jmh;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.RunDecoder;
import io.margay.bgp.wire.RunEncoder;
import io.margay.bgp.wire.UpdateRun;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * What a router of the own AS says of a {@link Table}: its UPDATEs, and what a decoder makes of
 * them read by read. The attributes are as large and as different as {@code bgpload}'s.
 */
final class Sender {
  /** Both families, inside of the AS. */
  static final WireFormat FORMAT =
      new WireFormat(true, true, Set.of(Family.IPV4, Family.IPV6), BgpMessage.MAX_LENGTH);

  /** Most bytes that a connection reads at once. */
  static final int READ = 1 << 16;

  private static final int MARK_BASE = (int) 4_200_000_000L;
  private static final int ADDRESS = 0x0a63_0100;
  private static final long UNIQUE_LOCAL = 0xfdL << 56;

  private final Table table;
  private final int number;

  /**
   * A router.
   *
   * @param number 1 to 200; it is the last byte of its address
   */
  Sender(Table table, int number) {
    this.table = table;
    this.number = number;
  }

  /** Its address, and the next hop of what it says of IPv4. */
  int address() {
    return ADDRESS + number;
  }

  /** UPDATEs that announce the table, one for each set; another generation is other attributes. */
  byte[] announcements(int generation) {
    var encoder = new RunEncoder(FORMAT);
    for (int set = 0; set < table.sets(); set++) {
      byte[] block = block(set, generation);
      encoder.announcements(table.family(), block, 0, block.length);
      prefixes(encoder, table.first(set), table.end(set));
    }
    return bytes(encoder);
  }

  /** UPDATEs that withdraw the table, each as long as can be. */
  byte[] withdrawals() {
    var encoder = new RunEncoder(FORMAT);
    encoder.withdrawals(table.family());
    prefixes(encoder, 0, table.size());
    return bytes(encoder);
  }

  /** What a connection makes of these bytes, a run for each read. */
  static List<UpdateRun> runs(byte[] updates) {
    var decoder = new RunDecoder(FORMAT);
    var runs = new ArrayList<UpdateRun>();
    int at = 0;
    while (at < updates.length) {
      var run = new UpdateRun();
      int next = decoder.read(updates, at, Math.min(updates.length, at + READ), run);
      if (next == at || decoder.malformed().isPresent()) {
        throw new IllegalStateException("no UPDATE at byte " + at);
      }
      runs.add(run);
      at = next;
    }
    return runs;
  }

  /** The attributes of a set, as a block. */
  byte[] block(int set, int generation) {
    int mark = MARK_BASE + 1000 * generation + number;
    long random = Table.scrambled((Integer.toUnsignedLong(mark) << 32) + set);
    ByteBuffer out = ByteBuffer.allocate(256);
    out.put(new byte[] {0x40, 1, 1, 0});
    path(out, random, mark);
    nextHop(out);
    if (Long.remainderUnsigned(random, 10) < 3) {
      out.put(new byte[] {(byte) 0x80, 4, 4}).putInt((int) Long.remainderUnsigned(random, 200));
    }
    out.put(new byte[] {0x40, 5, 4}).putInt(100);
    communities(out, Table.scrambled(~(long) set));
    return Arrays.copyOf(out.array(), out.position());
  }

  /** Two to six AS numbers. */
  private static void path(ByteBuffer out, long random, int mark) {
    int more = 1 + (int) Long.remainderUnsigned(random >>> 8, 5);
    out.put(new byte[] {0x40, 2, (byte) (2 + 4 * (1 + more)), 2, (byte) (1 + more)}).putInt(mark);
    for (int i = 0; i < more; i++) {
      out.putInt(1000 + (int) Long.remainderUnsigned(Table.scrambled(random + i), 400_000));
    }
  }

  private void nextHop(ByteBuffer out) {
    if (table.family() == Family.IPV4) {
      out.put(new byte[] {0x40, 3, 4}).putInt(address());
    } else {
      out.put(new byte[] {0x40, 3, 16}).putLong(UNIQUE_LOCAL).putLong(address());
    }
  }

  /** Three sets of five have some, one to seven. */
  private static void communities(ByteBuffer out, long random) {
    if (Long.remainderUnsigned(random, 5) >= 3) {
      return;
    }
    int count = 1 + (int) Long.remainderUnsigned(random >>> 8, 7);
    out.put(new byte[] {(byte) 0xc0, 8, (byte) (4 * count)});
    for (int i = 0; i < count; i++) {
      int asn = 1000 + (int) Long.remainderUnsigned(Table.scrambled(random + i), 60_000);
      out.putInt(asn << 16 | i);
    }
  }

  private void prefixes(RunEncoder encoder, int from, int to) {
    for (int i = from; i < to; i++) {
      encoder.prefix(table.high(i), 0, table.length(i), 0);
    }
  }

  private static byte[] bytes(RunEncoder encoder) {
    encoder.finish();
    return Arrays.copyOf(encoder.bytes(), encoder.length());
  }
}

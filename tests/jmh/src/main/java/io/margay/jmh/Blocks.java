package io.margay.jmh;

import io.margay.bgp.wire.BlockHash;
import java.util.Arrays;

/** The attributes of all sets of a table as blocks, one behind the other as in a run. */
final class Blocks {
  final byte[] bytes;

  /** Where each begins, and behind the last one the end. */
  final int[] from;

  final int[] hashes;

  Blocks(Table table, Sender sender) {
    var hash = new BlockHash();
    byte[] all = new byte[1 << 16];
    this.from = new int[table.sets() + 1];
    this.hashes = new int[table.sets()];
    for (int set = 0; set < table.sets(); set++) {
      byte[] block = sender.block(set, 1);
      int at = from[set];
      if (at + block.length > all.length) {
        all = Arrays.copyOf(all, 2 * all.length);
      }
      System.arraycopy(block, 0, all, at, block.length);
      from[set + 1] = at + block.length;
      hashes[set] = hash.of(block, 0, block.length);
    }
    this.bytes = all;
  }

  int size() {
    return hashes.length;
  }
}

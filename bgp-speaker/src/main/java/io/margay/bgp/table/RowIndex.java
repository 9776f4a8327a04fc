package io.margay.bgp.table;

import java.util.Arrays;

/**
 * Rows by hash: open addressing with linear probing in 256 small tables, each of which grows alone,
 * so that no growth takes longer than some microseconds. The owner compares keys: it walks over
 * {@link #shard} from slot {@code hash & (length - 1)} to the first 0; a slot holds a row + 1.
 */
public final class RowIndex {
  private static final int SHARD_BITS = 8;
  private static final int SMALLEST = 8;
  private static final int SPREAD = 0x9e3779b9;

  /** What a row was put in with. */
  public interface RowHash {
    int of(int row);
  }

  private final RowHash hashes;
  private final int[][] shards = new int[1 << SHARD_BITS][];
  private final int[] used = new int[1 << SHARD_BITS];

  public RowIndex(RowHash hashes) {
    this.hashes = hashes;
    clear();
  }

  /** Where rows with this hash are; its length is a power of two. */
  public int[] shard(int hash) {
    return shards[number(hash)];
  }

  /** Adds a row that is not there. */
  public void add(int hash, int row) {
    int number = number(hash);
    int[] shard = shards[number];
    // Five eighths: one and a half slots are looked at for what is there, four for what is not.
    if (++used[number] > (shard.length >>> 3) * 5) {
      shard = grown(shard);
      shards[number] = shard;
    }
    place(shard, hash, row);
  }

  /** Takes out a row that is there. */
  public void remove(int hash, int row) {
    int number = number(hash);
    int[] shard = shards[number];
    int mask = shard.length - 1;
    int hole = hash & mask;
    while (shard[hole] != row + 1) {
      hole = (hole + 1) & mask;
    }
    used[number]--;
    // What stands behind the hole and would no longer be found moves into it.
    for (int slot = (hole + 1) & mask; shard[slot] != 0; slot = (slot + 1) & mask) {
      int home = hashes.of(shard[slot] - 1) & mask;
      if (((slot - home) & mask) >= ((slot - hole) & mask)) {
        shard[hole] = shard[slot];
        hole = slot;
      }
    }
    shard[hole] = 0;
  }

  /** Forgets all rows, and the room for them. */
  public void clear() {
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new int[SMALLEST];
    }
    Arrays.fill(used, 0);
  }

  // The slot comes from the lower bits: what is alike in the upper ones is spread all the same.
  private static int number(int hash) {
    return (hash * SPREAD) >>> (32 - SHARD_BITS);
  }

  private int[] grown(int[] shard) {
    int[] twice = new int[2 * shard.length];
    for (int entry : shard) {
      if (entry != 0) {
        place(twice, hashes.of(entry - 1), entry - 1);
      }
    }
    return twice;
  }

  private static void place(int[] shard, int hash, int row) {
    int mask = shard.length - 1;
    int slot = hash & mask;
    while (shard[slot] != 0) {
      slot = (slot + 1) & mask;
    }
    shard[slot] = row + 1;
  }
}

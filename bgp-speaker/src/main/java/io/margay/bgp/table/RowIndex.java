package io.margay.bgp.table;

import java.util.Arrays;

/**
 * Rows by hash: open addressing with linear probing in 256 small tables, each of which grows and
 * shrinks alone, so that no change of size takes longer than some microseconds. The owner compares
 * keys: it walks over {@link #shard} from slot {@code hash & (length - 1)} to the first 0, past all
 * that {@link #mayBe} says cannot be what it looks for.
 */
public final class RowIndex {
  /** Above all rows that can be held. */
  public static final int MOST_ROWS = (1 << 26) - 1;

  private static final int SHARD_BITS = 8;
  private static final int SMALLEST = 8;
  private static final int SPREAD = 0x9e3779b9;

  // A slot: 0 for one that is free, or the row + 1 in 26 bits and five bits of the hash above.
  private static final int ROW_BITS = 26;
  private static final int ROW_MASK = (1 << ROW_BITS) - 1;

  /** A slot whose row was taken out, with more behind it. Like no hash, and no row. */
  private static final int GONE = 1 << 31;

  /** What a row was put in with. */
  public interface RowHash {
    int of(int row);
  }

  private final RowHash hashes;
  private final int[][] shards = new int[1 << SHARD_BITS][];

  /** Slots that are not free, and of these those with a row. */
  private final int[] used = new int[1 << SHARD_BITS];

  private final int[] held = new int[1 << SHARD_BITS];

  public RowIndex(RowHash hashes) {
    this.hashes = hashes;
    clear();
  }

  /** Where rows with this hash are; its length is a power of two. */
  public int[] shard(int hash) {
    return shards[number(hash)];
  }

  /** False for a slot that is not of this hash; the few others are to be compared. */
  public static boolean mayBe(int slot, int hash) {
    return (slot ^ (hash >>> 1)) >>> ROW_BITS == 0;
  }

  /** The row of a slot that {@link #mayBe} one. */
  public static int row(int slot) {
    return (slot & ROW_MASK) - 1;
  }

  /** What is at the first slot of a hash: to have it near before it is needed. */
  public int first(int hash) {
    int[] shard = shard(hash);
    return shard[hash & (shard.length - 1)];
  }

  /** Adds a row that is not there. */
  public void add(int hash, int row) {
    if (row >= MOST_ROWS) {
      throw new IllegalStateException("row " + row + " of at most " + MOST_ROWS);
    }
    int number = number(hash);
    int[] shard = shards[number];
    // Five eighths: one and a half slots are looked at for what is there, four for what is not.
    if (used[number] + 1 > (shard.length >>> 3) * 5) {
      shard = rehash(number);
    }
    int mask = shard.length - 1;
    int slot = hash & mask;
    while (shard[slot] > 0) {
      slot = (slot + 1) & mask;
    }
    if (shard[slot] == 0) {
      used[number]++;
    }
    held[number]++;
    shard[slot] = entry(hash, row);
  }

  /** Takes out a row that is there. */
  public void remove(int hash, int row) {
    int number = number(hash);
    int[] shard = shards[number];
    int mask = shard.length - 1;
    int wanted = entry(hash, row);
    int slot = hash & mask;
    while (shard[slot] != wanted) {
      slot = (slot + 1) & mask;
    }
    held[number]--;
    if (shard[(slot + 1) & mask] != 0) {
      shard[slot] = GONE;
    } else {
      free(number, shard, slot);
    }
    if (held[number] < shard.length >>> 4 && shard.length > SMALLEST) {
      rehash(number);
    }
  }

  /** Bytes that are held. */
  public long bytes() {
    long bytes = 0;
    for (int[] shard : shards) {
      bytes += (long) Integer.BYTES * shard.length;
    }
    return bytes;
  }

  /** Forgets all rows, and the room for them. */
  public void clear() {
    for (int i = 0; i < shards.length; i++) {
      shards[i] = new int[SMALLEST];
    }
    Arrays.fill(used, 0);
    Arrays.fill(held, 0);
  }

  /** The slot is the last one of its chain, and those before it that hold nothing are, too. */
  private void free(int number, int[] shard, int last) {
    int mask = shard.length - 1;
    int slot = last;
    do {
      shard[slot] = 0;
      used[number]--;
      slot = (slot - 1) & mask;
    } while (shard[slot] == GONE);
  }

  /** Makes a shard as large as its rows and some more need, and leaves out what is gone. */
  private int[] rehash(int number) {
    int size = SMALLEST;
    while (size >>> 1 <= held[number]) {
      size <<= 1;
    }
    int[] old = shards[number];
    int[] fresh = new int[size];
    int mask = size - 1;
    for (int entry : old) {
      if (entry > 0) {
        int slot = hashes.of(row(entry)) & mask;
        while (fresh[slot] != 0) {
          slot = (slot + 1) & mask;
        }
        fresh[slot] = entry;
      }
    }
    shards[number] = fresh;
    used[number] = held[number];
    return fresh;
  }

  private static int entry(int hash, int row) {
    return ((hash >>> 1) & ~ROW_MASK) | (row + 1);
  }

  // The slot comes from the lower bits: what is alike in the upper ones is spread all the same.
  private static int number(int hash) {
    return (hash * SPREAD) >>> (32 - SHARD_BITS);
  }
}

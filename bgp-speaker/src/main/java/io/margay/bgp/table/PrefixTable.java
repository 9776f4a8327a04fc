package io.margay.bgp.table;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.function.LongSupplier;

/**
 * The prefixes of one family, each with an int, its row, that it keeps while it is there. A prefix
 * is given as {@code (high, low, length)}: the address's bits from the left, IPv4 in the upper half
 * of {@code high}; bits behind the length are 0.
 */
public final class PrefixTable {
  /** No row. */
  public static final int NONE = -1;

  /** Length of a row that is no prefix's. */
  private static final int FREE = -1;

  // Odd numbers: fractions of the golden ratio and of the roots of three and five, or secrets.
  private long mixHigh = 0x9e3779b97f4a7c15L;
  private long mixLow = 0xbb67ae8584caa73bL;
  private long mixBoth = 0x3c6ef372fe94f82bL;

  private final Family family;

  /** Addresses of an IPv4 table. */
  private final IntPages bits = new IntPages();

  // Addresses of an IPv6 table.
  private final LongPages high = new LongPages();
  private final LongPages low = new LongPages();
  private final BytePages length = new BytePages();
  private final RowIndex index;
  private final Places places = new Places(0);
  private int size;
  private long changes;

  public PrefixTable(Family family) {
    this.family = family;
    this.index = new RowIndex(row -> hash(high(row), low(row), length(row)));
  }

  public Family family() {
    return family;
  }

  /**
   * Numbers that nobody outside knows, for a table that is empty: by others a peer could announce
   * any number of prefixes of one hash.
   */
  public void keys(LongSupplier secret) {
    if (size > 0) {
      throw new IllegalStateException(size + " prefixes are hashed already");
    }
    mixHigh = secret.getAsLong() | 1;
    mixLow = secret.getAsLong() | 1;
    mixBoth = secret.getAsLong() | 1;
  }

  /** Prefixes that are there. */
  public int size() {
    return size;
  }

  /** How often a prefix came or went. */
  public long changes() {
    return changes;
  }

  /** True for a row that is a prefix's. */
  public boolean isUsed(int row) {
    return row < places.end() && length.get(row) != FREE;
  }

  /** Above all rows that there are; between them rows may be free. */
  public int rows() {
    return places.end();
  }

  /** Row of a prefix, or {@link #NONE}. */
  public int find(long high, long low, int length) {
    return find(hash(high, low, length), high, low, length);
  }

  /** The same. */
  public int find(Prefix prefix) {
    return switch (prefix.address()) {
      case Ip4(int bits) -> find((long) bits << 32, 0, prefix.length());
      case Ip6(long upper, long lower) -> find(upper, lower, prefix.length());
    };
  }

  /** What a later {@link #find} or {@link #add} of the prefix looks at first, brought near. */
  public int approach(long high, long low, int length) {
    return index.first(hash(high, low, length));
  }

  /** Row of a prefix, which is added if it is not there. */
  public int add(long high, long low, int length) {
    int hash = hash(high, low, length);
    int known = find(hash, high, low, length);
    if (known != NONE) {
      return known;
    }
    int row = places.take();
    int rows = places.end();
    this.length.ensure(rows);
    this.length.set(row, length);
    if (family == Family.IPV4) {
      this.bits.ensure(rows);
      this.bits.set(row, (int) (high >>> 32));
    } else {
      this.high.ensure(rows);
      this.high.set(row, high);
      this.low.ensure(rows);
      this.low.set(row, low);
    }
    index.add(hash, row);
    size++;
    changes++;
    return row;
  }

  /** The same. */
  public int add(Prefix prefix) {
    return switch (prefix.address()) {
      case Ip4(int bits) -> add((long) bits << 32, 0, prefix.length());
      case Ip6(long upper, long lower) -> add(upper, lower, prefix.length());
    };
  }

  /** Takes out a prefix; its row may name another one from now on. */
  public void remove(int row) {
    index.remove(hash(high(row), low(row), length(row)), row);
    size--;
    changes++;
    if (size == 0) {
      clear();
    } else {
      length.set(row, FREE);
      if (places.give(row)) {
        bits.trim(rows());
        high.trim(rows());
        low.trim(rows());
        length.trim(rows());
      }
    }
  }

  /** Takes out all prefixes, and gives back the room for them. */
  public void clear() {
    changes++;
    size = 0;
    bits.clear();
    high.clear();
    low.clear();
    length.clear();
    index.clear();
    places.clear();
  }

  public long high(int row) {
    return family == Family.IPV4 ? (long) bits.get(row) << 32 : high.get(row);
  }

  public long low(int row) {
    return family == Family.IPV6 ? low.get(row) : 0;
  }

  public int length(int row) {
    return length.get(row) & 0xff;
  }

  public Prefix prefix(int row) {
    return switch (family) {
      case IPV4 -> new Prefix(new Ip4((int) (high(row) >>> 32)), length(row));
      case IPV6 -> new Prefix(new Ip6(high(row), low(row)), length(row));
    };
  }

  /** Order of two rows: by address, then length. */
  int compare(int a, int b) {
    return compare(a, high(b), low(b), length(b));
  }

  /** Order of a row and a prefix of the same family. */
  int compare(int row, Prefix prefix) {
    return switch (prefix.address()) {
      case Ip4(int bits) -> compare(row, (long) bits << 32, 0, prefix.length());
      case Ip6(long upper, long lower) -> compare(row, upper, lower, prefix.length());
    };
  }

  private int compare(int row, long otherHigh, long otherLow, int otherLength) {
    int order = Long.compareUnsigned(high(row), otherHigh);
    if (order == 0) {
      order = Long.compareUnsigned(low(row), otherLow);
    }
    return order != 0 ? order : Integer.compare(length(row), otherLength);
  }

  /** Bytes that are held. */
  public long bytes() {
    return bits.bytes()
        + high.bytes()
        + low.bytes()
        + length.bytes()
        + index.bytes()
        + places.bytes();
  }

  private int find(int hash, long high, long low, int length) {
    int[] shard = index.shard(hash);
    int mask = shard.length - 1;
    for (int slot = hash & mask; shard[slot] != 0; slot = (slot + 1) & mask) {
      if (RowIndex.mayBe(shard[slot], hash)) {
        int row = RowIndex.row(shard[slot]);
        if (high(row) == high && length(row) == length && low(row) == low) {
          return row;
        }
      }
    }
    return NONE;
  }

  private int hash(long high, long low, int length) {
    long mixed = (high ^ low * mixLow ^ length) * mixHigh;
    mixed ^= mixed >>> 29;
    mixed *= mixBoth;
    return (int) (mixed >>> 32);
  }
}

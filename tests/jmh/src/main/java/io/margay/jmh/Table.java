package io.margay.jmh;

import io.margay.foundation.addr.Family;

/**
 * Prefixes like the default-free zone's, in sets that have their attributes in common: the lengths,
 * the scattering in small runs and the sizes of sets are those of {@code bgpload} (tests/bench),
 * where the peers of the daemons' benches have theirs from.
 */
final class Table {
  /** The length of so many of 100,000 prefixes; the last length has the rest. */
  private record Share(int length, int of) {}

  private static final int SHARES = 100_000;
  private static final int RUN_BITS = 2;

  private static final Share[] IP4 = {
    new Share(8, 2), new Share(9, 1), new Share(10, 4), new Share(11, 10),
    new Share(12, 30), new Share(13, 60), new Share(14, 120), new Share(15, 210),
    new Share(16, 1350), new Share(17, 820), new Share(18, 1380), new Share(19, 2470),
    new Share(20, 4330), new Share(21, 5030), new Share(22, 11250), new Share(23, 10120),
    new Share(24, SHARES)
  };
  private static final Share[] IP6 = {
    new Share(29, 3000), new Share(30, 600), new Share(31, 300), new Share(32, 12500),
    new Share(33, 1700), new Share(34, 1500), new Share(35, 900), new Share(36, 4700),
    new Share(37, 500), new Share(38, 900), new Share(39, 700), new Share(40, 7200),
    new Share(41, 400), new Share(42, 2400), new Share(43, 400), new Share(44, 10300),
    new Share(45, 1000), new Share(46, 3300), new Share(47, 3100), new Share(48, SHARES)
  };

  // What all prefixes begin with: 128.0.0.0/2, 2000::/4.
  private static final long START_IP4 = 1L << 63;
  private static final long START_IP6 = 1L << 61;
  private static final int START_BITS_IP4 = 2;
  private static final int START_BITS_IP6 = 4;

  private static final long FACTOR_A = 0x9e3779b97f4a7c15L;
  private static final long FACTOR_B = 0xbf58476d1ce4e5b9L;
  private static final long FACTOR_C = 0x94d049bb133111ebL;

  private final Family family;
  private final long[] high;
  private final byte[] lengths;

  /** Where each set begins, and behind the last one the end. */
  private final int[] firsts;

  private final int sets;

  /** So many different prefixes, as they are said. */
  Table(Family family, int count) {
    this.family = family;
    this.high = new long[count];
    this.lengths = new byte[count];
    this.firsts = new int[count + 1];
    scatter(family == Family.IPV4 ? IP4 : IP6);
    this.sets = cut();
  }

  Family family() {
    return family;
  }

  int size() {
    return high.length;
  }

  /** Upper half of the address; lower halves are all 0. */
  long high(int prefix) {
    return high[prefix];
  }

  int length(int prefix) {
    return lengths[prefix];
  }

  int sets() {
    return sets;
  }

  /** The first prefix of a set. */
  int first(int set) {
    return firsts[set];
  }

  /** The one behind its last prefix. */
  int end(int set) {
    return firsts[set + 1];
  }

  /** Bits that have nothing to do with those of the next seed. */
  static long scrambled(long seed) {
    long bits = seed + FACTOR_A;
    bits = (bits ^ bits >>> 30) * FACTOR_B;
    bits = (bits ^ bits >>> 27) * FACTOR_C;
    return bits ^ bits >>> 31;
  }

  private void scatter(Share[] shares) {
    int[] left = new int[shares.length];
    int all = 0;
    for (int i = 0; i < shares.length; i++) {
      long share = (long) size() * shares[i].of() / SHARES;
      left[i] = (int) Math.min(share, size() - all);
      all += left[i];
    }
    int[] said = new int[shares.length];
    for (int at = 0; at < size(); at++) {
      long pick = Long.remainderUnsigned(scrambled(~(long) at), size() - at);
      int share = 0;
      while (pick >= left[share]) {
        pick -= left[share++];
      }
      left[share]--;
      lengths[at] = (byte) shares[share].length();
      high[at] = address(shares[share].length(), said[share]++);
    }
  }

  /** The address of one of the prefixes of a length: another one for each number. */
  private long address(int length, int number) {
    int free = length - (family == Family.IPV4 ? START_BITS_IP4 : START_BITS_IP6);
    long within = number & ((1 << RUN_BITS) - 1);
    long slot = mixed(number >>> RUN_BITS, free - RUN_BITS) << RUN_BITS | within;
    long start = family == Family.IPV4 ? START_IP4 : START_IP6;
    return start | slot << (Long.SIZE - length);
  }

  /** A permutation of the numbers of so many bits. */
  private static long mixed(long number, int bits) {
    long mask = (1L << bits) - 1;
    int half = (bits + 1) / 2;
    long x = number ^ number >>> half;
    x = x * FACTOR_A & mask;
    x ^= x >>> half;
    x = x * FACTOR_B & mask;
    return x ^ x >>> half;
  }

  private int cut() {
    int set = 0;
    for (int at = 0; at < size(); set++) {
      at = Math.min(size(), at + setSize(scrambled(1 + set)));
      firsts[set + 1] = at;
    }
    return set;
  }

  /** How many prefixes a set has: mostly few, seldom many. */
  private static int setSize(long random) {
    long ofThousand = Long.remainderUnsigned(random, 1000);
    int more = (int) (random >>> 32) & 0xffff;
    if (ofThousand < 395) {
      return 1;
    }
    if (ofThousand < 645) {
      return 2 + more % 2;
    }
    if (ofThousand < 845) {
      return 4 + more % 5;
    }
    return ofThousand < 965 ? 9 + more % 16 : 25 + more % 56;
  }
}

package io.margay.route.target;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.RouteMessage;
import io.margay.route.fib.FibKey;
import java.util.Arrays;
import java.util.function.IntConsumer;

/**
 * From where a route stands to a number and a mark, without an object for each: a dump asks for
 * every route that there is. Open addressing with linear probing; a slot is four longs, so that
 * asking touches one cache line. Slots move when one is removed or added.
 */
final class RouteIndex {
  static final int NONE = -1;

  private static final int WORDS = 4;
  private static final int LEAST_SLOTS = 64;
  private static final long LOW_32 = 0xffffffffL;

  /** Of the last word: prefix length and family, which is never 0 in a slot that is taken. */
  private static final long PLACE = 0xffff;

  private static final int MARK_SHIFT = 16;
  private static final long MARK = 0xffffL << MARK_SHIFT;
  private static final int NUMBER_SHIFT = 32;
  private static final int IPV4 = 4;
  private static final int IPV6 = 6;

  private long[] words = new long[LEAST_SLOTS * WORDS];
  private int mask = LEAST_SLOTS - 1;
  private int size;

  /** What is asked for. */
  private long high;

  private long low;
  private long tableAndMetric;
  private int place;

  int size() {
    return size;
  }

  /** The slot of a key, or {@link #NONE}. */
  int find(FibKey key) {
    ask(key);
    return find();
  }

  /** The slot of where a dumped route stands, or {@link #NONE}. */
  int find(RouteMessage route) {
    high = route.high();
    low = route.low();
    tableAndMetric = (long) route.table() << 32 | (route.metric() & LOW_32);
    place = route.length() | (route.isIpv4() ? IPV4 : IPV6) << 8;
    return find();
  }

  /** Gives the key a number and a mark, 0 to 65535; gives back the number before, or NONE. */
  int put(FibKey key, int number, int mark) {
    ask(key);
    int slot = find();
    int before = NONE;
    if (slot == NONE) {
      growIfFull();
      slot = free(hash());
      size++;
      int at = slot * WORDS;
      words[at] = high;
      words[at + 1] = low;
      words[at + 2] = tableAndMetric;
    } else {
      before = number(slot);
    }
    words[slot * WORDS + 3] =
        place | ((long) mark << MARK_SHIFT & MARK) | (long) number << NUMBER_SHIFT;
    return before;
  }

  int number(int slot) {
    return (int) (words[slot * WORDS + 3] >>> NUMBER_SHIFT);
  }

  int mark(int slot) {
    return (int) ((words[slot * WORDS + 3] & MARK) >>> MARK_SHIFT);
  }

  void mark(int slot, int mark) {
    int at = slot * WORDS + 3;
    words[at] = (words[at] & ~MARK) | (long) mark << MARK_SHIFT;
  }

  /** The key of a slot. */
  FibKey key(int slot) {
    int at = slot * WORDS;
    boolean isIpv4 = (words[at + 3] >>> 8 & 0xff) == IPV4;
    Ip ip = isIpv4 ? new Ip4((int) words[at + 1]) : new Ip6(words[at], words[at + 1]);
    int length = (int) (words[at + 3] & 0xff);
    return new FibKey((int) (words[at + 2] >>> 32), new Prefix(ip, length), (int) words[at + 2]);
  }

  /** Frees a slot; those behind it close up. */
  void remove(int slot) {
    int hole = slot;
    for (int i = slot + 1 & mask; isTaken(i); i = i + 1 & mask) {
      // What stands here may move to the hole unless its own place lies between the two.
      if ((i - home(i) & mask) >= (i - hole & mask)) {
        System.arraycopy(words, i * WORDS, words, hole * WORDS, WORDS);
        hole = i;
      }
    }
    Arrays.fill(words, hole * WORDS, hole * WORDS + WORDS, 0);
    size--;
  }

  /** Each slot that is taken; none may be added or removed meanwhile. */
  void forEach(IntConsumer slots) {
    for (int i = 0; i <= mask; i++) {
      if (isTaken(i)) {
        slots.accept(i);
      }
    }
  }

  private void ask(FibKey key) {
    high = key.high();
    low = key.low();
    place = key.length() | (key.isIpv4() ? IPV4 : IPV6) << 8;
    tableAndMetric = (long) key.table() << 32 | (key.metric() & LOW_32);
  }

  private int find() {
    long[] w = words;
    for (int i = hash() & mask; ; i = i + 1 & mask) {
      int at = i * WORDS;
      if (w[at + 1] == low
          && (w[at + 3] & PLACE) == place
          && w[at + 2] == tableAndMetric
          && w[at] == high) {
        return i;
      }
      if ((w[at + 3] & PLACE) == 0) {
        return NONE;
      }
    }
  }

  private int hash() {
    return hash(high, low, tableAndMetric, place);
  }

  private int home(int slot) {
    int at = slot * WORDS;
    return hash(words[at], words[at + 1], words[at + 2], words[at + 3] & PLACE) & mask;
  }

  /**
   * Eight networks of one length side by side have eight slots side by side: the kernel dumps in
   * that order, and memory is read ahead in that order.
   */
  private static int hash(long high, long low, long tableAndMetric, long place) {
    int length = (int) place & 0xff;
    boolean isIpv4 = (int) place >>> 8 == IPV4;
    boolean inHigh = !isIpv4 && length <= Long.SIZE;
    int shift = (isIpv4 ? Integer.SIZE : inHigh ? Long.SIZE : 2 * Long.SIZE) - length;
    long number = (inHigh ? high : low) >>> shift;
    long h = ((inHigh ? low : high) * 31 + (number >>> 3)) * 31 + tableAndMetric * 31 + place;
    h = (h ^ h >>> 32) * 0x9e3779b97f4a7c15L;
    return (int) (h >>> 35) << 3 | ((int) number & 7);
  }

  private boolean isTaken(int slot) {
    return (words[slot * WORDS + 3] & PLACE) != 0;
  }

  private int free(int hash) {
    int i = hash & mask;
    while (isTaken(i)) {
      i = i + 1 & mask;
    }
    return i;
  }

  private void growIfFull() {
    // Two thirds: 100,000 routes take eight megabytes, and most are found at the first try.
    if ((size + 1) * 3L <= (mask + 1) * 2L) {
      return;
    }
    long[] before = words;
    words = new long[before.length * 2];
    mask = 2 * mask + 1;
    for (int at = 0; at < before.length; at += WORDS) {
      if ((before[at + 3] & PLACE) != 0) {
        int slot = free(hash(before[at], before[at + 1], before[at + 2], before[at + 3] & PLACE));
        System.arraycopy(before, at, words, slot * WORDS, WORDS);
      }
    }
  }
}

package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Family;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Several UPDATEs in a row as they take effect, flat: operations in order, each on a range of
 * prefixes of one family, and blocks of attributes (see {@link AttributeBlock}) in one array. Means
 * the same as the {@link DecodedUpdate}s that {@link #updates()} makes of it.
 *
 * <p>Filled by a {@link RunDecoder}, read by one thread at a time, and used again: nothing of it is
 * to be kept behind {@link #clear}. It stays as large as the longest read that it ever held.
 */
public final class UpdateRun implements BgpMessage {
  // One operation in numbers[].
  private static final int FIRST = 0;
  private static final int END = 1;
  private static final int BLOCK_FROM = 2;
  private static final int BLOCK_TO = 3;
  private static final int BLOCK_HASH = 4;
  private static final int NUMBERS = 5;

  /** What is done to prefixes. */
  public enum Kind {
    WITHDRAW,
    /** They have the attributes of the operation's block. */
    ANNOUNCE,
    /** The family's table is complete (RFC 4724, 2); no prefixes. */
    END_OF_RIB
  }

  /**
   * What was wrong with one of the UPDATEs and did not end the session.
   *
   * @param update which one, from 0
   * @param attributes as they came
   */
  public record Faulty(int update, List<Fault> faults, Octets attributes) {}

  // Prefixes: as many of each, but low and ids are empty as long as nothing needs them. What writes
  // into them calls room() before.
  long[] high = new long[512];
  long[] low = new long[0];
  byte[] lengths = new byte[512];
  int[] ids = new int[0];
  int prefixes;

  byte[] blocks = new byte[4096];
  int blocksEnd;

  private Kind[] kinds = new Kind[64];
  private Family[] families = new Family[64];
  private int[] numbers = new int[64 * NUMBERS];
  private int operations;
  private int[] firstOps = new int[64];
  private int updates;
  private int announced;
  private int withdrawn;
  private final List<Faulty> faults = new ArrayList<>(0);

  /** How many operations. */
  public int operations() {
    return operations;
  }

  public Kind kind(int operation) {
    return kinds[operation];
  }

  public Family family(int operation) {
    return families[operation];
  }

  /** Its first prefix. */
  public int first(int operation) {
    return numbers[operation * NUMBERS + FIRST];
  }

  /** The one behind its last prefix. */
  public int end(int operation) {
    return numbers[operation * NUMBERS + END];
  }

  /**
   * Where in {@link #blocks} the attributes of an announcement begin. Two with the same place have
   * the same ones.
   */
  public int blockFrom(int operation) {
    return numbers[operation * NUMBERS + BLOCK_FROM];
  }

  public int blockTo(int operation) {
    return numbers[operation * NUMBERS + BLOCK_TO];
  }

  /** The block's {@link BlockHash}. */
  public int blockHash(int operation) {
    return numbers[operation * NUMBERS + BLOCK_HASH];
  }

  /** Not to be changed. */
  public byte[] blocks() {
    return blocks;
  }

  /** Upper half of a prefix's address; an IPv4 address stands in the upper 32 bits. */
  public long high(int prefix) {
    return high[prefix];
  }

  /** Lower half of a prefix's address; 0 for IPv4. */
  public long low(int prefix) {
    return low.length == 0 ? 0 : low[prefix];
  }

  public int length(int prefix) {
    return lengths[prefix] & 0xff;
  }

  /** Path identifier (RFC 7911); 0 where there are none. */
  public int pathId(int prefix) {
    return ids.length == 0 ? 0 : ids[prefix];
  }

  /** How many UPDATEs, those without effect included. */
  public int count() {
    return updates;
  }

  /** How many prefixes are announced. */
  public int announced() {
    return announced;
  }

  /** How many prefixes are withdrawn. */
  public int withdrawn() {
    return withdrawn;
  }

  /** The UPDATEs with which something was wrong, in order. */
  public List<Faulty> faults() {
    return faults;
  }

  /** The same as objects, for what is not done often: records of sessions, tests. */
  public List<DecodedUpdate> updates() {
    return RunObjects.updates(this);
  }

  /** Forgets all. */
  public void clear() {
    prefixes = 0;
    blocksEnd = 0;
    operations = 0;
    updates = 0;
    announced = 0;
    withdrawn = 0;
    faults.clear();
  }

  /** The first operation of an UPDATE, 0 to {@link #count}. */
  int firstOperation(int update) {
    return update < updates ? firstOps[update] : operations;
  }

  /** Makes room for so many prefixes more. */
  void room(int more) {
    int needed = prefixes + more;
    if (needed > high.length) {
      int size = Math.max(needed, 2 * high.length);
      high = Arrays.copyOf(high, size);
      lengths = Arrays.copyOf(lengths, size);
      low = low.length == 0 ? low : Arrays.copyOf(low, size);
      ids = ids.length == 0 ? ids : Arrays.copyOf(ids, size);
    }
  }

  /** From here on lower halves are held; {@link #room} was called before. */
  void holdLow() {
    if (low.length == 0) {
      low = new long[high.length];
    }
  }

  /** From here on path identifiers are held; {@link #room} was called before. */
  void holdIds() {
    if (ids.length == 0) {
      ids = new int[high.length];
    }
  }

  /** Makes room for a block of so many bytes at {@link #blocksEnd}. */
  void blockRoom(int more) {
    if (blocksEnd + more > blocks.length) {
      blocks = Arrays.copyOf(blocks, Math.max(blocksEnd + more, 2 * blocks.length));
    }
  }

  /** The operations that follow are those of the next UPDATE. */
  void nextUpdate() {
    if (updates == firstOps.length) {
      firstOps = Arrays.copyOf(firstOps, 2 * updates);
    }
    firstOps[updates++] = operations;
  }

  /** Withdraws a range of prefixes, which may be empty. */
  void withdraw(Family family, int first, int end) {
    if (first < end) {
      operation(Kind.WITHDRAW, family, first, end);
      withdrawn += end - first;
    }
  }

  /** Announces a range of prefixes, which may be empty. */
  void announce(Family family, int first, int end, int blockFrom, int blockTo, int hash) {
    if (first < end) {
      int at = operation(Kind.ANNOUNCE, family, first, end);
      numbers[at + BLOCK_FROM] = blockFrom;
      numbers[at + BLOCK_TO] = blockTo;
      numbers[at + BLOCK_HASH] = hash;
      announced += end - first;
    }
  }

  void endOfRib(Family family) {
    operation(Kind.END_OF_RIB, family, prefixes, prefixes);
  }

  /** The UPDATE that was begun last has these faults. */
  void fault(List<Fault> found, Octets attributes) {
    faults.add(new Faulty(updates - 1, found, attributes));
  }

  /** Gives back where its numbers begin. */
  private int operation(Kind kind, Family family, int first, int end) {
    if (operations == kinds.length) {
      kinds = Arrays.copyOf(kinds, 2 * operations);
      families = Arrays.copyOf(families, 2 * operations);
      numbers = Arrays.copyOf(numbers, 2 * numbers.length);
    }
    kinds[operations] = kind;
    families[operations] = family;
    int at = operations++ * NUMBERS;
    numbers[at + FIRST] = first;
    numbers[at + END] = end;
    numbers[at + BLOCK_FROM] = 0;
    numbers[at + BLOCK_TO] = 0;
    numbers[at + BLOCK_HASH] = 0;
    return at;
  }
}

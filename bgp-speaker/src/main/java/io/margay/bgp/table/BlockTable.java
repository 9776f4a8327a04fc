package io.margay.bgp.table;

import java.util.Arrays;

/**
 * Runs of bytes by content, each once, named by an int and counted. The bytes lie one behind the
 * other in pages; when more of them are nobody's than somebody's, the others are moved together.
 */
public final class BlockTable {
  /** Longest run: no UPDATE holds more (RFC 8654). */
  public static final int MOST_BYTES = 1 << 16;

  private static final int PAGE_BITS = 17;
  private static final int PAGE = 1 << PAGE_BITS;

  /** Bytes that may be nobody's, whatever is somebody's. */
  private static final int DEAD = 1 << 20;

  private final RowIndex index = new RowIndex(this::hash);
  private final IntPages hashes = new IntPages();
  private final IntPages counts = new IntPages();
  private final IntPages starts = new IntPages();
  private final IntPages lengths = new IntPages();
  private final Places places = new Places(0);
  private byte[][] pages = new byte[0][];
  private int end;
  private int size;
  private long living;

  /**
   * Id of these bytes, new or known; counted once more for the caller.
   *
   * @param hash of the bytes, by a function that the owner always uses
   */
  public int intern(byte[] bytes, int from, int length, int hash) {
    int[] shard = index.shard(hash);
    int mask = shard.length - 1;
    for (int slot = hash & mask; shard[slot] != 0; slot = (slot + 1) & mask) {
      int id = RowIndex.row(shard[slot]);
      if (RowIndex.mayBe(shard[slot], hash)
          && hashes.get(id) == hash
          && holds(id, bytes, from, length)) {
        counts.add(id, 1);
        return id;
      }
    }
    return place(bytes, from, length, hash);
  }

  /** Counts the id once more. */
  public void retain(int id) {
    check(id);
    counts.add(id, 1);
  }

  /** Gives one count back; true for the last: the id may name other bytes from now on. */
  public boolean release(int id) {
    check(id);
    if (counts.add(id, -1) > 0) {
      return false;
    }
    index.remove(hashes.get(id), id);
    living -= lengths.get(id);
    size--;
    if (size == 0) {
      clear();
      return true;
    }
    if (places.give(id)) {
      trim();
    }
    if (end - living > living + DEAD) {
      compact();
    }
    return true;
  }

  /** Where the bytes of an id are: in {@link #page} from {@link #from} on, until any change. */
  public byte[] page(int id) {
    return pages[starts.get(id) >>> PAGE_BITS];
  }

  /** See {@link #page}. */
  public int from(int id) {
    return starts.get(id) & (PAGE - 1);
  }

  public int length(int id) {
    return lengths.get(id);
  }

  /** How many different runs are held. */
  public int size() {
    return size;
  }

  /** How often the id is counted; 0 for one that is nobody's. */
  public int count(int id) {
    return counts.getOrZero(id);
  }

  /** Bytes of all runs. */
  public long content() {
    return living;
  }

  /** Bytes that are held. */
  public long bytes() {
    return (long) PAGE * pages.length
        + index.bytes()
        + hashes.bytes()
        + counts.bytes()
        + starts.bytes()
        + lengths.bytes()
        + places.bytes();
  }

  /** Above all ids. */
  public int end() {
    return places.end();
  }

  private void trim() {
    hashes.trim(places.end());
    counts.trim(places.end());
    starts.trim(places.end());
    lengths.trim(places.end());
  }

  private int hash(int id) {
    return hashes.get(id);
  }

  private boolean holds(int id, byte[] bytes, int from, int length) {
    int start = from(id);
    return lengths.get(id) == length
        && Arrays.equals(page(id), start, start + length, bytes, from, from + length);
  }

  private int place(byte[] bytes, int from, int length, int hash) {
    if (length > MOST_BYTES) {
      throw new IllegalArgumentException(length + " bytes of path attributes");
    }
    int id = places.take();
    int ids = places.end();
    hashes.ensure(ids);
    counts.ensure(ids);
    starts.ensure(ids);
    lengths.ensure(ids);
    hashes.set(id, hash);
    counts.set(id, 1);
    lengths.set(id, length);
    append(id, bytes, from, length);
    living += length;
    size++;
    index.add(hash, id);
    return id;
  }

  private void append(int id, byte[] bytes, int from, int length) {
    if ((end & (PAGE - 1)) + length > PAGE || end >>> PAGE_BITS == pages.length) {
      end = (end + PAGE - 1) & -PAGE;
      if (end >>> PAGE_BITS == pages.length) {
        pages = Arrays.copyOf(pages, pages.length + 1);
        pages[pages.length - 1] = new byte[PAGE];
      }
    }
    System.arraycopy(bytes, from, pages[end >>> PAGE_BITS], end & (PAGE - 1), length);
    starts.set(id, end);
    end += length;
  }

  private void compact() {
    byte[][] old = pages;
    pages = new byte[0][];
    end = 0;
    for (int id = 0; id < places.end(); id++) {
      if (counts.get(id) > 0) {
        int start = starts.get(id);
        append(id, old[start >>> PAGE_BITS], start & (PAGE - 1), lengths.get(id));
      }
    }
  }

  private void clear() {
    index.clear();
    hashes.clear();
    counts.clear();
    starts.clear();
    lengths.clear();
    places.clear();
    pages = new byte[0][];
    end = 0;
  }

  private void check(int id) {
    if (count(id) == 0) {
      throw new IllegalStateException("id " + id + " was released");
    }
  }
}

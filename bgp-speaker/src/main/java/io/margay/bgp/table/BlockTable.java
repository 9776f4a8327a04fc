package io.margay.bgp.table;

import java.util.Arrays;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs of bytes by content, each once, named by an int and counted. When more of the room that they
 * lie in is nobody's than somebody's, they are moved together.
 */
public final class BlockTable {
  /** Longest run: no UPDATE holds more (RFC 8654). */
  public static final int MOST_BYTES = ByteArena.MOST_BYTES;

  /**
   * Slots that are looked at for one run before its hash is mistrusted: a few are, by chance never
   * so many.
   */
  private static final int MOST_SLOTS = 256;

  private final RowIndex index = new RowIndex(this::hash);
  private LongSupplier keys = () -> 0;

  /** Whose hashes are used instead of the owner's from when these were too much alike. */
  private @Nullable KeyedHash keyed;

  private final IntPages hashes = new IntPages();
  private final IntPages counts = new IntPages();
  private final IntPages starts = new IntPages();
  private final IntPages lengths = new IntPages();
  private final Places places = new Places(0);
  private ByteArena arena = new ByteArena();
  private int size;

  /** Numbers that nobody can know; asked for when somebody seems to make runs of equal hashes. */
  public void keys(LongSupplier secret) {
    keys = secret;
  }

  /**
   * Id of these bytes, new or known; counted once more for the caller.
   *
   * @param plainHash of the bytes, by a function that the owner always uses
   */
  public int intern(byte[] bytes, int from, int length, int plainHash) {
    int hash = keyed == null ? plainHash : (int) keyed.of(bytes, from, length);
    int[] shard = index.shard(hash);
    int mask = shard.length - 1;
    int looked = 0;
    for (int slot = hash & mask; shard[slot] != 0; slot = (slot + 1) & mask) {
      if (++looked > MOST_SLOTS && keyed == null) {
        mistrust();
        return intern(bytes, from, length, plainHash);
      }
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
    arena.remove(starts.get(id), lengths.get(id));
    size--;
    if (size == 0) {
      clear();
      return true;
    }
    if (places.give(id)) {
      trim();
    }
    if (arena.isSparse()) {
      compact();
    }
    return true;
  }

  /** Where the bytes of an id are: in {@link #page} from {@link #from} on, until any change. */
  public byte[] page(int id) {
    return arena.page(starts.get(id));
  }

  /** See {@link #page}. */
  public int from(int id) {
    return arena.from(starts.get(id));
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
    return arena.living();
  }

  /** Bytes that are held. */
  public long bytes() {
    return arena.bytes()
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

  /** True when hashes were too much alike to be so by chance. */
  public boolean mistrusts() {
    return keyed != null;
  }

  private void mistrust() {
    keyed = new KeyedHash(keys.getAsLong(), keys.getAsLong());
    index.clear();
    for (int id = 0; id < places.end(); id++) {
      if (counts.get(id) > 0) {
        int hash = (int) keyed.of(page(id), from(id), lengths.get(id));
        hashes.set(id, hash);
        index.add(hash, id);
      }
    }
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
    int start = arena.add(bytes, from, length);
    int id = places.take();
    int ids = places.end();
    hashes.ensure(ids);
    counts.ensure(ids);
    starts.ensure(ids);
    lengths.ensure(ids);
    hashes.set(id, hash);
    counts.set(id, 1);
    lengths.set(id, length);
    starts.set(id, start);
    size++;
    index.add(hash, id);
    return id;
  }

  private void compact() {
    var moved = new ByteArena();
    for (int id = 0; id < places.end(); id++) {
      if (counts.get(id) > 0) {
        starts.set(id, moved.add(page(id), from(id), lengths.get(id)));
      }
    }
    arena = moved;
  }

  private void clear() {
    index.clear();
    hashes.clear();
    counts.clear();
    starts.clear();
    lengths.clear();
    places.clear();
    arena = new ByteArena();
  }

  private void check(int id) {
    if (count(id) == 0) {
      throw new IllegalStateException("id " + id + " was released");
    }
  }
}

package io.margay.bgp.rib;

import io.margay.foundation.addr.Ip;
import it.unimi.dsi.fastutil.ints.IntOpenHashSet;
import it.unimi.dsi.fastutil.ints.IntSet;
import it.unimi.dsi.fastutil.objects.Object2IntOpenHashMap;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The next hops that attribute sets name, each with an int, counted, and how each is reached. 0
 * stands for none.
 */
final class NextHopTable {
  static final int NONE = 0;

  private final Object2IntOpenHashMap<Ip> ids = new Object2IntOpenHashMap<>();
  private final List<@Nullable Entry> entries = new ArrayList<>();
  private final BitSet free = new BitSet();
  private NextHops source = NextHops.ALL;

  private static final class Entry {
    final Ip address;
    NextHops.Resolution resolution;
    int count;

    Entry(Ip address, NextHops.Resolution resolution) {
      this.address = address;
      this.resolution = resolution;
    }
  }

  NextHopTable() {
    entries.add(null);
  }

  /** Id of the address, counted once more. */
  int hold(Ip address) {
    int id = ids.getInt(address);
    if (id == NONE) {
      id = place(new Entry(address, source.resolve(address)));
      ids.put(address, id);
    }
    entry(id).count++;
    return id;
  }

  /** Gives one count back. */
  void release(int id) {
    Entry entry = entry(id);
    if (--entry.count == 0) {
      ids.removeInt(entry.address);
      entries.set(id, null);
      free.set(id);
    }
  }

  Ip address(int id) {
    return entry(id).address;
  }

  NextHops.Resolution resolution(int id) {
    return entry(id).resolution;
  }

  /** True when some route leads there. */
  boolean isReached(int id) {
    return entry(id).resolution instanceof NextHops.Resolution.Reached;
  }

  /** IGP cost of a next hop that is reached. */
  long cost(int id) {
    return entry(id).resolution instanceof NextHops.Resolution.Reached reached
        ? reached.cost()
        : Long.MAX_VALUE;
  }

  /** The interface that packets leave by, where it is known. */
  Optional<String> interfaceName(int id) {
    return entry(id).resolution instanceof NextHops.Resolution.Reached(_, var name)
        ? name
        : Optional.empty();
  }

  /** How an address is reached that need not be held. */
  NextHops.Resolution resolve(Ip address) {
    int id = ids.getInt(address);
    return id == NONE ? source.resolve(address) : entry(id).resolution;
  }

  /** Asks the new source for all of them; those that are reached in another way now. */
  IntSet replace(NextHops newSource) {
    source = newSource;
    var changed = new IntOpenHashSet();
    for (int id = 1; id < entries.size(); id++) {
      Entry entry = entries.get(id);
      if (entry != null) {
        NextHops.Resolution now = newSource.resolve(entry.address);
        if (!now.equals(entry.resolution)) {
          entry.resolution = now;
          changed.add(id);
        }
      }
    }
    return changed;
  }

  private int place(Entry entry) {
    int id = free.nextSetBit(0);
    if (id < 0) {
      entries.add(entry);
      return entries.size() - 1;
    }
    free.clear(id);
    entries.set(id, entry);
    return id;
  }

  private Entry entry(int id) {
    Entry entry = entries.get(id);
    if (entry == null) {
      throw new IllegalStateException("next hop " + id + " was released");
    }
    return entry;
  }
}

package io.margay.bgp.export;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.intern.InternTable;
import it.unimi.dsi.fastutil.ints.Int2IntMap;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * What one peer was told of prefixes of which it gets several paths (RFC 7911): attributes by path
 * identifier. Owned by one thread.
 */
final class PathsOut {
  static final int NONE = -1;

  private final InternTable<Attributes> attributes;
  private final Map<Prefix, Int2IntOpenHashMap> sent = new HashMap<>();
  private int size;

  PathsOut(InternTable<Attributes> attributes) {
    this.attributes = attributes;
  }

  int size() {
    return size;
  }

  Set<Prefix> prefixes() {
    return sent.keySet();
  }

  /** What the peer knows of a prefix, by path identifier. */
  Map<Integer, Attributes> told(Prefix prefix) {
    Int2IntOpenHashMap known = sent.get(prefix);
    var told = new TreeMap<Integer, Attributes>(Integer::compareUnsigned);
    if (known != null) {
      known
          .int2IntEntrySet()
          .forEach(e -> told.put(e.getIntKey(), attributes.value(e.getIntValue())));
    }
    return told;
  }

  /** Id of what is to be sent; NONE when the peer knows it. */
  int remember(Prefix prefix, int path, Attributes content, boolean anyway) {
    Int2IntOpenHashMap paths =
        sent.computeIfAbsent(
            prefix,
            _ -> {
              var fresh = new Int2IntOpenHashMap(2);
              fresh.defaultReturnValue(NONE);
              return fresh;
            });
    int id = attributes.intern(content);
    int before = paths.put(path, id);
    if (before != NONE) {
      attributes.release(before);
    } else {
      size++;
    }
    return before == id && !anyway ? NONE : id;
  }

  /** Forgets all paths of a prefix but these; gives back those that the peer knew. */
  IntArrayList keepOnly(Prefix prefix, IntSet paths) {
    var gone = new IntArrayList();
    Int2IntOpenHashMap known = sent.get(prefix);
    if (known == null) {
      return gone;
    }
    var next = known.int2IntEntrySet().fastIterator();
    while (next.hasNext()) {
      Int2IntMap.Entry entry = next.next();
      if (!paths.contains(entry.getIntKey())) {
        gone.add(entry.getIntKey());
        attributes.release(entry.getIntValue());
        size--;
        next.remove();
      }
    }
    if (known.isEmpty()) {
      sent.remove(prefix);
    }
    return gone;
  }

  void clear() {
    sent.values().forEach(paths -> paths.values().forEach(attributes::release));
    sent.clear();
    size = 0;
  }
}

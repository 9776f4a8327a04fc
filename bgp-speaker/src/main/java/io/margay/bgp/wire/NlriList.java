package io.margay.bgp.wire;

import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import it.unimi.dsi.fastutil.ints.IntList;
import it.unimi.dsi.fastutil.ints.IntLists;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Prefixes with their path identifiers (RFC 7911, 3). No identifiers are held until one is other
 * than 0, which stands for none. Used by one thread.
 */
public final class NlriList {
  private final List<Prefix> prefixes = new ArrayList<>();
  private final IntArrayList ids = new IntArrayList(0);

  /** A list of these; {@code ids} has as many, or none. */
  static NlriList of(List<Prefix> prefixes, IntList ids) {
    var list = new NlriList();
    for (int i = 0; i < prefixes.size(); i++) {
      list.add(prefixes.get(i), idAt(ids, i));
    }
    return list;
  }

  /** The identifier at an index of a list that may have none. */
  public static int idAt(IntList ids, int index) {
    return ids.isEmpty() ? 0 : ids.getInt(index);
  }

  public void add(Prefix prefix, int id) {
    if (id != 0 && ids.isEmpty()) {
      ids.size(prefixes.size());
    }
    prefixes.add(prefix);
    if (id != 0 || !ids.isEmpty()) {
      ids.add(id);
    }
  }

  void addAll(NlriList other) {
    for (int i = 0; i < other.size(); i++) {
      add(other.prefixes.get(i), other.id(i));
    }
  }

  int size() {
    return prefixes.size();
  }

  public boolean isEmpty() {
    return prefixes.isEmpty();
  }

  Prefix prefix(int index) {
    return prefixes.get(index);
  }

  int id(int index) {
    return idAt(ids, index);
  }

  public List<Prefix> prefixes() {
    return Collections.unmodifiableList(prefixes);
  }

  /** As many as prefixes, or none. */
  public IntList ids() {
    return IntLists.unmodifiable(ids);
  }
}

package io.margay.bgp.rib;

import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * The prefixes of a table in order, for walks that stop and go on: sorted pages in a small tree.
 * Beside a hash table, since a tree of all prefixes makes each look-up four times as long
 * (docs/decisions/0180). Owned by one thread.
 */
final class PrefixOrder {
  private static final int PAGE = 512;

  /**
   * By a prefix that all of the page are at or behind. The first page is always there, begins with
   * the first prefix of all, and is the only one that may be empty.
   */
  private final TreeMap<Prefix, ArrayList<Prefix>> pages = new TreeMap<>();

  PrefixOrder() {
    pages.put(Prefix.ALL_IPV4, new ArrayList<>());
  }

  /** Adds a prefix that is not there yet. */
  void add(Prefix prefix) {
    ArrayList<Prefix> page = pages.floorEntry(prefix).getValue();
    int place = Collections.binarySearch(page, prefix);
    if (place >= 0) {
      throw new IllegalStateException(prefix + " twice");
    }
    page.add(-place - 1, prefix);
    if (page.size() > PAGE) {
      List<Prefix> upper = page.subList(PAGE / 2, page.size());
      pages.put(upper.getFirst(), new ArrayList<>(upper));
      upper.clear();
    }
  }

  /** Takes out a prefix that is there. */
  void remove(Prefix prefix) {
    Map.Entry<Prefix, ArrayList<Prefix>> at = pages.floorEntry(prefix);
    ArrayList<Prefix> page = at.getValue();
    int place = Collections.binarySearch(page, prefix);
    if (place < 0) {
      throw new IllegalStateException(prefix + " is not there");
    }
    page.remove(place);
    if (page.isEmpty() && !at.getKey().equals(Prefix.ALL_IPV4)) {
      pages.remove(at.getKey());
    }
  }

  /** Up to {@code limit} prefixes from this one on, which need not be there itself. */
  List<Prefix> from(Prefix first, int limit) {
    var out = new ArrayList<Prefix>(limit);
    for (List<Prefix> page : pages.tailMap(pages.floorKey(first), true).values()) {
      int place = Collections.binarySearch(page, first);
      int begin = place >= 0 ? place : -place - 1;
      int end = Math.min(page.size(), begin + limit - out.size());
      out.addAll(page.subList(begin, end));
      if (out.size() == limit) {
        break;
      }
    }
    return out;
  }
}

package io.margay.bgp.rib;

import io.margay.bgp.table.BytePages;
import io.margay.bgp.table.IntPages;
import io.margay.bgp.table.Places;

/**
 * The paths of all prefixes, each with an int from 1 on and the next one to the same prefix behind
 * it. Owned by the RIB's thread.
 */
final class PathTable {
  /** Behind the last path to a prefix. */
  static final int NONE = 0;

  private final IntPages offers = new IntPages();
  private final IntPages nexts = new IntPages();

  /** When a peer said it: see {@link Errand}. */
  private final BytePages stamps = new BytePages();

  /** Path identifiers of peers (RFC 7911): room only up to the last path that has one. */
  private final IntPages ids = new IntPages();

  private final Places places = new Places(1);
  private int size;

  /** A path that leads on to another one. */
  int add(int offer, int id, int next, int stamp) {
    int path = places.take();
    int end = places.end();
    offers.ensure(end);
    nexts.ensure(end);
    stamps.ensure(end);
    offers.set(path, offer);
    nexts.set(path, next);
    stamps.set(path, stamp);
    if (id != 0) {
      ids.ensure(path + 1);
    }
    if (path < ids.capacity()) {
      ids.set(path, id);
    }
    size++;
    return path;
  }

  /** Takes a path out of its row; what it offers is the caller's. */
  void unlink(RouteRows rows, int row, int path) {
    int next = next(path);
    int before = rows.firstPath(row);
    if (before == path) {
      rows.firstPath(row, next);
    } else {
      while (next(before) != path) {
        before = next(before);
      }
      next(before, next);
    }
    remove(path);
  }

  private void remove(int path) {
    size--;
    if (size == 0) {
      clear();
    } else {
      if (places.give(path)) {
        offers.trim(places.end());
        nexts.trim(places.end());
        stamps.trim(places.end());
        ids.trim(places.end());
      }
    }
  }

  int offer(int path) {
    return offers.get(path);
  }

  void offer(int path, int offer) {
    offers.set(path, offer);
  }

  int next(int path) {
    return nexts.get(path);
  }

  void next(int path, int next) {
    nexts.set(path, next);
  }

  /** The peer's path identifier; 0 where it sends none. */
  int id(int path) {
    return ids.getOrZero(path);
  }

  int stamp(int path) {
    return stamps.get(path) & 0xff;
  }

  void stamp(int path, int stamp) {
    stamps.set(path, stamp);
  }

  /** Bytes that the paths need that are there, without room that is free. */
  long needed() {
    return (ids.capacity() == 0 ? 9L : 13L) * size;
  }

  /** Bytes that are held. */
  long bytes() {
    return offers.bytes() + nexts.bytes() + stamps.bytes() + ids.bytes() + places.bytes();
  }

  private void clear() {
    offers.clear();
    nexts.clear();
    stamps.clear();
    ids.clear();
    places.clear();
  }
}

package io.margay.bgp.export;

import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.table.IntPages;
import io.margay.bgp.table.Places;

/** Told to a group that gets several paths to a prefix: 16 bytes a path that was told. */
final class ToldPaths implements Told {
  private final OfferTable offers;

  /** By row, place + 1, so that 0 is nothing. */
  private final IntPages firsts = new IntPages();

  // By place.
  private final IntPages told = new IntPages();
  private final IntPages ids = new IntPages();
  private final IntPages nexts = new IntPages();

  private final Places places = new Places(0);
  private int size;
  private int end;

  ToldPaths(OfferTable offers) {
    this.offers = offers;
  }

  @Override
  public int first(int row) {
    return firsts.getOrZero(row) - 1;
  }

  @Override
  public int next(int place) {
    return nexts.get(place);
  }

  @Override
  public int offer(int place) {
    return told.get(place);
  }

  @Override
  public int id(int place) {
    return ids.get(place);
  }

  @Override
  public int find(int row, int id) {
    int place = placeOf(row, id);
    return place == NONE ? OfferTable.NONE : offer(place);
  }

  @Override
  public void set(int row, int id, int offer) {
    int place = placeOf(row, id);
    if (place == NONE) {
      if (offer != OfferTable.NONE) {
        add(row, id, offer);
      }
      return;
    }
    int before = offer(place);
    if (offer == OfferTable.NONE) {
      remove(row, place);
    } else {
      told.set(place, offer);
    }
    offers.release(before);
  }

  @Override
  public int size() {
    return size;
  }

  @Override
  public int end() {
    return end;
  }

  @Override
  public void trim(int rows) {
    if (end > rows) {
      end = rows;
      firsts.trim(rows);
    }
  }

  @Override
  public long needed() {
    return 16L * size;
  }

  @Override
  public long bytes() {
    return firsts.bytes() + told.bytes() + ids.bytes() + nexts.bytes() + places.bytes();
  }

  @Override
  public void clear() {
    for (int row = 0; row < end; row++) {
      for (int place = first(row); place != NONE; place = next(place)) {
        offers.release(offer(place));
      }
    }
    firsts.clear();
    told.clear();
    ids.clear();
    nexts.clear();
    places.clear();
    size = 0;
    end = 0;
  }

  private int placeOf(int row, int id) {
    int place = first(row);
    while (place != NONE && id(place) != id) {
      place = next(place);
    }
    return place;
  }

  private void add(int row, int id, int offer) {
    int place = places.take();
    told.ensure(places.end());
    ids.ensure(places.end());
    nexts.ensure(places.end());
    firsts.ensure(row + 1);
    told.set(place, offer);
    ids.set(place, id);
    nexts.set(place, first(row));
    firsts.set(row, place + 1);
    end = Math.max(end, row + 1);
    size++;
  }

  private void remove(int row, int place) {
    int before = first(row);
    if (before == place) {
      firsts.set(row, next(place) + 1);
    } else {
      while (next(before) != place) {
        before = next(before);
      }
      nexts.set(before, next(place));
    }
    size--;
    if (size == 0) {
      clear();
    } else if (places.give(place)) {
      told.trim(places.end());
      ids.trim(places.end());
      nexts.trim(places.end());
    }
  }
}

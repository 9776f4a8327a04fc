package io.margay.bgp.export;

import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.table.IntPages;

/** Told to a group that gets the chosen path of a prefix only: 4 bytes a row. */
final class ToldTable implements Told {
  private final OfferTable offers;

  /** Offer + 1, so that 0 is nothing; each is counted once. */
  private final IntPages told = new IntPages();

  private int size;
  private int end;

  ToldTable(OfferTable offers) {
    this.offers = offers;
  }

  private int get(int row) {
    return told.getOrZero(row) - 1;
  }

  @Override
  public int first(int row) {
    return get(row) == OfferTable.NONE ? NONE : row;
  }

  @Override
  public int next(int place) {
    return NONE;
  }

  @Override
  public int offer(int place) {
    return get(place);
  }

  @Override
  public int id(int place) {
    return 0;
  }

  @Override
  public int find(int row, int id) {
    return get(row);
  }

  @Override
  public void set(int row, int id, int offer) {
    int before = get(row);
    told.ensure(row + 1);
    told.set(row, offer + 1);
    end = Math.max(end, row + 1);
    size += (offer == OfferTable.NONE ? 0 : 1) - (before == OfferTable.NONE ? 0 : 1);
    if (before != OfferTable.NONE) {
      offers.release(before);
    }
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
      told.trim(rows);
    }
  }

  @Override
  public long needed() {
    return 4L * size;
  }

  @Override
  public long bytes() {
    return told.bytes();
  }

  @Override
  public void clear() {
    for (int row = 0; row < end; row++) {
      if (get(row) != OfferTable.NONE) {
        set(row, 0, OfferTable.NONE);
      }
    }
    told.clear();
    end = 0;
  }
}

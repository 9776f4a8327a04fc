package io.margay.bgp.export;

import io.margay.bgp.rib.OfferTable;
import io.margay.bgp.table.IntPages;

/** What a group was told of each row of a family: an offer, as it is behind the export policy. */
final class ToldTable {
  private final OfferTable offers;

  /** Offer + 1, so that 0 is nothing; each is counted once. */
  private final IntPages told = new IntPages();

  private int size;
  private int end;

  ToldTable(OfferTable offers) {
    this.offers = offers;
  }

  /** What was told, or {@link OfferTable#NONE}. */
  int get(int row) {
    return told.getOrZero(row) - 1;
  }

  /** Tells another thing; the caller's count of the offer goes over to the table. */
  void set(int row, int offer) {
    int before = get(row);
    told.ensure(row + 1);
    told.set(row, offer + 1);
    end = Math.max(end, row + 1);
    size += (offer == OfferTable.NONE ? 0 : 1) - (before == OfferTable.NONE ? 0 : 1);
    if (before != OfferTable.NONE) {
      offers.release(before);
    }
  }

  /** Rows of which something was told. */
  int size() {
    return size;
  }

  /** Above all rows of which something was told. */
  int end() {
    return end;
  }

  /** Everything that another table tells. */
  void copy(ToldTable other) {
    for (int row = 0; row < other.end; row++) {
      int offer = other.get(row);
      if (offer != OfferTable.NONE) {
        offers.retain(offer);
        set(row, offer);
      }
    }
  }

  void clear() {
    for (int row = 0; row < end; row++) {
      if (get(row) != OfferTable.NONE) {
        set(row, OfferTable.NONE);
      }
    }
    told.clear();
    end = 0;
  }
}

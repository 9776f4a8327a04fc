package io.margay.bgp.export;

import io.margay.bgp.rib.OfferTable;

/**
 * What a group was told of each row of a family: offers, as they are behind the export policy, each
 * counted once. The offers of a row are at places that hang together; a change of the row ends what
 * is known of them.
 */
sealed interface Told permits ToldTable, ToldPaths {
  /** Behind the last place of a row. */
  int NONE = -1;

  /** Place of an offer that was told of the row, or {@link #NONE}. */
  int first(int row);

  /** Place of another one of the same row, or {@link #NONE}. */
  int next(int place);

  int offer(int place);

  /** Path identifier at the place; 0 where one path is told only. */
  int id(int place);

  /** The offer that was told with a path identifier, or {@link OfferTable#NONE}. */
  int find(int row, int id);

  /**
   * Tells another thing with a path identifier; the caller's count of the offer goes over.
   *
   * @param offer {@link OfferTable#NONE} tells nothing
   */
  void set(int row, int id, int offer);

  /** Offers that were told. */
  int size();

  /** Above all rows of which something was told. */
  int end();

  /** Rows from this one on are nobody's any more, and nothing is told of them. */
  void trim(int rows);

  /** Bytes that what was told needs, without room that is free. */
  long needed();

  /** Bytes that are held. */
  long bytes();

  /** Nothing is told any more. */
  void clear();

  /** True when something was told of the row. */
  default boolean has(int row) {
    return first(row) != NONE;
  }
}

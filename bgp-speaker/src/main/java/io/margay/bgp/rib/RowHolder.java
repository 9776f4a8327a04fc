package io.margay.bgp.rib;

/** Needs rows for what it has yet to do with them. */
public interface RowHolder {
  /** Needs none. */
  RowHolder NOBODY =
      new RowHolder() {
        @Override
        public boolean holds(RouteRows rows, int row) {
          return false;
        }

        @Override
        public boolean holdsAny(RouteRows rows) {
          return false;
        }
      };

  /** True while the row must keep its prefix, though no path leads there any more. */
  boolean holds(RouteRows rows, int row);

  /** True while that may be so for some row. */
  boolean holdsAny(RouteRows rows);
}

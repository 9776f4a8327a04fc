package io.margay.bgp.rib;

import it.unimi.dsi.fastutil.ints.IntArrayList;

/**
 * The paths of a row that could be chosen, for peers that get several of them (RFC 7911, 2). A path
 * is named by its number: no other path to the prefix has it while it is there. Owned by the RIB's
 * thread.
 */
public final class PathOffers {
  /** Behind the last path. */
  public static final int NONE = PathTable.NONE;

  private final PathTable paths;
  private final Chooser chooser;
  private final Explainer explainer;
  private final IntArrayList left = new IntArrayList();
  private boolean ordered;

  PathOffers(PathTable paths, Chooser chooser, Explainer explainer) {
    this.paths = paths;
    this.chooser = chooser;
    this.explainer = explainer;
  }

  /**
   * Looks at a row: {@link #next} is about it from now on, until anything changes.
   *
   * @param inOrder where there are more paths than these, the best of those left comes next
   */
  public void look(RouteRows rows, int row, int inOrder) {
    left.clear();
    for (int path = rows.firstPath(row); path != PathTable.NONE; path = paths.next(path)) {
      if (chooser.isUsable(paths.offer(path))) {
        left.add(path);
      }
    }
    ordered = left.size() > inOrder;
  }

  /** Number of another path, or {@link #NONE}. */
  public int next() {
    if (left.isEmpty()) {
      return NONE;
    }
    if (!ordered) {
      return left.popInt();
    }
    // The decision tells the best one only: the next one is the best of what is left.
    int best = chooser.best(left);
    left.rem(best);
    return best;
  }

  /** What the path offers, in {@link OfferTable}. */
  public int offer(int path) {
    return paths.offer(path);
  }

  /** The path as a route, as if it were the only one. */
  public BestRoute route(RouteRows rows, int row, int path) {
    return explainer.route(rows, row, path);
  }
}

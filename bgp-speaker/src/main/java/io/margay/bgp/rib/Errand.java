package io.margay.bgp.rib;

/**
 * What is yet to be done to all paths of one peer and family, while a {@link PathWalk} is under way
 * for it; and which of the paths are stale. Each path has the stamp of when it was said: it is
 * stale when the peer's stamp is another by now. So all become stale at once, and what is said
 * while a walk is under way is told from what the walk is for. Owned by the RIB's thread.
 */
final class Errand {
  private static final int NONE = -1;
  private static final int STAMPS = 1 << Byte.SIZE;

  private int stamp;

  /** No path has an older stamp. */
  private int oldest;

  // What is to be done to a path: it goes if it is older than a stamp, it becomes the last choice
  // if it is older than another one, it is judged anew.
  private int purgeBefore = NONE;
  private int depreferBefore = NONE;
  private boolean rejudges;

  // The round over the rows: from where, whether the end was passed, and how many paths are left.
  private int start;
  private boolean passedEnd;
  private int left;

  /** Paths came or went beside the walk: those left cannot be counted. */
  private boolean disturbed;

  /** Stamp of what the peer says now. */
  int stamp() {
    return stamp;
  }

  boolean isStale(int pathStamp) {
    return pathStamp != stamp;
  }

  /** True when another stamp could not be told from the oldest one that is in use. */
  boolean isWornOut() {
    return age(oldest) == STAMPS - 1;
  }

  /** All that the peer said is stale from now on. */
  void age() {
    stamp = (stamp + 1) % STAMPS;
  }

  /** All that is stale is so since the same moment from now on: this is its stamp. */
  int squeeze() {
    oldest = (stamp + STAMPS - 1) % STAMPS;
    return oldest;
  }

  /** What is stale now is to go. */
  void purge() {
    purgeBefore = stamp;
  }

  /** What is stale now is to become the last choice. */
  void deprefer() {
    depreferBefore = stamp;
  }

  /** All is to be judged anew. */
  void rejudge() {
    rejudges = true;
  }

  boolean isPending() {
    return purgeBefore != NONE || depreferBefore != NONE || rejudges;
  }

  boolean purges(int pathStamp) {
    return purgeBefore != NONE && age(pathStamp) > age(purgeBefore);
  }

  boolean deprefers(int pathStamp) {
    return depreferBefore != NONE && age(pathStamp) > age(depreferBefore);
  }

  boolean rejudges() {
    return rejudges;
  }

  /** A round begins at a row; so many paths are to be met. */
  void begin(int row, int paths) {
    start = row;
    passedEnd = false;
    left = paths;
    disturbed = false;
  }

  /** The walk goes on with the first row. */
  void passEnd() {
    // The second time, there are fewer rows by now than where it began.
    start = passedEnd ? 0 : start;
    passedEnd = true;
  }

  /** Where a walk has to stop that is at one row and would go on to another one. */
  int stop(int row, int to) {
    return passedEnd && start >= row ? Math.min(to, start) : to;
  }

  /** The walk met one of the paths. */
  void meet() {
    left--;
  }

  void disturb() {
    disturbed = true;
  }

  /** True when nothing is left to do, the walk being at this row. */
  boolean isOver(int row) {
    return (passedEnd && row >= start) || (left == 0 && !disturbed);
  }

  /** All is done. */
  void finish() {
    if (purgeBefore != NONE) {
      oldest = purgeBefore;
    }
    purgeBefore = NONE;
    depreferBefore = NONE;
    rejudges = false;
  }

  private int age(int other) {
    return (stamp - other + STAMPS) % STAMPS;
  }
}

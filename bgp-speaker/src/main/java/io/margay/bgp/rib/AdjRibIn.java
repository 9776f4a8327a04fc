package io.margay.bgp.rib;

import io.margay.bgp.filter.ImportPolicy;
import io.margay.foundation.addr.Family;

/**
 * One peer's side of the RIB: who it is and what is taken from it. Its paths hang at their prefixes
 * in {@link LocRib}, as received and as imported. Owned by the RIB's thread.
 */
public final class AdjRibIn {
  private Neighbour neighbour;
  private ImportPolicy policy;

  /** Number of the {@link Teller} that it is now. */
  private int teller;

  private final Errand errand4 = new Errand();
  private final Errand errand6 = new Errand();
  private int received4;
  private int received6;
  private int accepted;

  AdjRibIn(Neighbour neighbour, ImportPolicy policy) {
    this.neighbour = neighbour;
    this.policy = policy;
  }

  public Neighbour neighbour() {
    return neighbour;
  }

  ImportPolicy policy() {
    return policy;
  }

  int teller() {
    return teller;
  }

  void teller(int number) {
    teller = number;
  }

  /** What is yet to be done to its paths of a family, and which of them are stale. */
  Errand errand(Family family) {
    return family == Family.IPV4 ? errand4 : errand6;
  }

  /** True while paths of the family have yet to go, or to be judged anew. */
  public boolean isChanging(Family family) {
    return errand(family).isPending();
  }

  void become(Neighbour newNeighbour, ImportPolicy newPolicy) {
    neighbour = newNeighbour;
    policy = newPolicy;
  }

  /** Routes that the peer has announced. */
  public int received() {
    return received4 + received6;
  }

  /** Routes of a family that the peer has announced. */
  public int received(Family family) {
    return family == Family.IPV4 ? received4 : received6;
  }

  /** Of these, what was imported. */
  public int accepted() {
    return accepted;
  }

  /** There is one route more. */
  void came(Family family, boolean isAccepted) {
    count(family, 1);
    accepted += isAccepted ? 1 : 0;
  }

  /** There is one route less. */
  void went(Family family, boolean wasAccepted) {
    count(family, -1);
    accepted -= wasAccepted ? 1 : 0;
  }

  /** A route was judged anew. */
  void judged(boolean before, boolean after) {
    accepted += (after ? 1 : 0) - (before ? 1 : 0);
  }

  private void count(Family family, int change) {
    if (family == Family.IPV4) {
      received4 += change;
    } else {
      received6 += change;
    }
  }
}

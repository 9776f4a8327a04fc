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
  private int received4;
  private int received6;
  private int received;
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

  void become(Neighbour newNeighbour, ImportPolicy newPolicy) {
    neighbour = newNeighbour;
    policy = newPolicy;
  }

  /** Routes that the peer has announced. */
  public int received() {
    return received;
  }

  /** Routes of a family that the peer has announced. */
  public int received(Family family) {
    return family == Family.IPV4 ? received4 : received6;
  }

  /** Of these, what was imported. */
  public int accepted() {
    return accepted;
  }

  /** A route of the family came or went. */
  void count(Family family, int change) {
    if (family == Family.IPV4) {
      received4 += change;
    } else {
      received6 += change;
    }
  }

  void count(int receivedChange, int acceptedChange) {
    received += receivedChange;
    accepted += acceptedChange;
  }
}

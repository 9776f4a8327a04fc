package io.margay.ipam.store;

import io.margay.foundation.addr.Prefix;

/** Calico's BlockAffinity: an owner's word that a block is his, or is going to be, or was. */
public record Affinity(Key key, State state, boolean deleted) implements Deletable<Affinity> {
  /** One owner and one block. */
  public record Key(Owner owner, Prefix cidr) {}

  /** How far the claim or its release is. */
  public enum State {
    PENDING("pending"),
    CONFIRMED("confirmed"),
    PENDING_DELETION("pendingDeletion");

    private final String text;

    State(String text) {
      this.text = text;
    }

    /** The word in {@code spec.state}. The empty text is read as confirmed. */
    public String text() {
      return text;
    }
  }

  /** An affinity that lives. */
  public static Affinity of(Owner owner, Prefix cidr, State state) {
    return new Affinity(new Key(owner, cidr), state, false);
  }

  public Affinity in(State next) {
    return new Affinity(key, next, deleted);
  }

  @Override
  public Affinity markedDeleted() {
    return new Affinity(key, state, true);
  }
}

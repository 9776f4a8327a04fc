package io.margay.ipam.store;

/** What became of a delete. */
public enum DeleteOutcome {
  /** The object is gone. */
  DELETED,
  /** The delete named a revision that is not the newest, or another object of the same name. */
  CONFLICT,
  /** It was gone before. */
  NOT_FOUND
}

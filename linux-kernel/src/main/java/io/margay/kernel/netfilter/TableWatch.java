package io.margay.kernel.netfilter;

/** Tells whether tables may have changed. Used by one thread at a time. */
public interface TableWatch extends AutoCloseable {
  /** Whether anything that is watched may be otherwise than at the last call; does not wait. */
  boolean changed();

  @Override
  void close();
}

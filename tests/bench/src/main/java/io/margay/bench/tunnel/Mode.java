package io.margay.bench.tunnel;

import io.margay.bench.host.Tenant;
import java.util.List;
import java.util.Optional;

/** A way for packets between the pods of two nodes. */
interface Mode {
  /** A word, which names of measures have. */
  String name();

  /** Programs that it needs besides those of every mode. */
  default List<String> programs() {
    return List.of();
  }

  /** Makes what all runs share. */
  Layer open();

  /** What lays the way on fresh nodes, run after run. */
  @FunctionalInterface
  interface Layer extends AutoCloseable {
    /**
     * One node's half of the way, its route included; packets pass when both are there.
     *
     * @return the process that moves them, where the kernel does not
     */
    Optional<Tenant> lay(Node here, Node there) throws InterruptedException;

    @Override
    default void close() {}
  }
}

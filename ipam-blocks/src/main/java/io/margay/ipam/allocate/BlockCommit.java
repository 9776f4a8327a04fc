package io.margay.ipam.allocate;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.block.BlockFaults;
import io.margay.ipam.block.Occupancy;
import io.margay.ipam.block.Reserved;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * One block, and all who want to change it: edits that arrive while a write is under way share the
 * next compare-and-swap. Whoever gets the lock first writes for all that wait; the lock is one that
 * virtual threads wait for without holding their carrier.
 *
 * <p>Between writes the newest version is remembered; a stale one costs a conflict, never a wrong
 * answer: an answer stands only when a write, or a fresh read, has shown that its block was
 * current.
 */
final class BlockCommit {
  /** A change of a block; a function of the block, for it may run more than once. */
  @FunctionalInterface
  interface Edit<R> {
    Edited<R> on(Block block);
  }

  /** The block as it should be, or the same when nothing is to change, and what to tell. */
  record Edited<R>(Block block, R result) {}

  sealed interface Outcome<R> {
    record Done<R>(R result) implements Outcome<R> {}

    /** There is no such block. */
    record Missing<R>() implements Outcome<R> {}

    /** Others were faster, each time. */
    record Contended<R>() implements Outcome<R> {}
  }

  /** The newest version as far as known, and how many of its addresses are spoken for. */
  private record Known(Optional<Stored<Block>> block, int promised) {
    boolean hasRoom(Owner owner, Reserved reserved) {
      return block
          .map(Stored::value)
          .filter(b -> b.affinity().filter(owner::equals).isPresent())
          .filter(b -> Occupancy.free(b, reserved) > promised)
          .isPresent();
    }
  }

  /** An edit that waits. Its fields change under the lock only. */
  private static final class Pending<R> {
    final Edit<R> edit;
    final boolean promised;
    @Nullable R result;
    @Nullable Outcome<R> outcome;
    @Nullable RuntimeException failure;

    Pending(Edit<R> edit, boolean promised) {
      this.edit = edit;
      this.promised = promised;
    }

    Block apply(Block block) {
      Edited<R> edited = edit.on(block);
      result = edited.result();
      return edited.block();
    }

    void done() {
      if (result == null) {
        throw new IllegalStateException("an edit without a result");
      }
      outcome = new Outcome.Done<>(result);
    }
  }

  private final Prefix cidr;
  private final TwoPhase<Prefix, Block> blocks;
  private final AllocatorStats.Counters counters;
  private final ConcurrentLinkedQueue<Pending<?>> queue = new ConcurrentLinkedQueue<>();
  private final ReentrantLock writing = new ReentrantLock();
  private final AtomicReference<Known> known =
      new AtomicReference<>(new Known(Optional.empty(), 0));

  BlockCommit(Prefix cidr, TwoPhase<Prefix, Block> blocks, AllocatorStats.Counters counters) {
    this.cidr = cidr;
    this.blocks = blocks;
    this.counters = counters;
  }

  Prefix cidr() {
    return cidr;
  }

  /** What a read of somebody else has shown. */
  void learned(Stored<Block> block) {
    known.updateAndGet(k -> new Known(Optional.of(block), k.promised()));
  }

  /**
   * Sets one address aside for the caller, who then commits with {@code promised}, or takes it
   * back. False when the block is not known as the owner's with room for one more.
   */
  boolean promise(Owner owner, Reserved reserved) {
    while (true) {
      Known now = known.get();
      if (!now.hasRoom(owner, reserved)) {
        return false;
      }
      if (known.compareAndSet(now, new Known(now.block(), now.promised() + 1))) {
        return true;
      }
    }
  }

  void takeBackPromise() {
    known.updateAndGet(k -> new Known(k.block(), k.promised() - 1));
  }

  /**
   * Waits until the edit is written, with all that wait with it.
   *
   * @param promised the caller holds a promise, which is used up whatever the outcome
   */
  <R> Outcome<R> commit(Edit<R> edit, boolean promised) {
    var mine = new Pending<>(edit, promised);
    queue.add(mine);
    writing.lock();
    try {
      if (mine.outcome == null && mine.failure == null) {
        writeAll();
      }
    } finally {
      writing.unlock();
    }
    if (mine.failure != null) {
      throw mine.failure;
    }
    if (mine.outcome == null) {
      throw new IllegalStateException("block " + cidr + ": an edit was left behind");
    }
    return mine.outcome;
  }

  private void writeAll() {
    var batch = new ArrayList<Pending<?>>();
    for (Pending<?> next = queue.poll(); next != null; next = queue.poll()) {
      batch.add(next);
    }
    Optional<Stored<Block>> after = Optional.empty();
    try {
      after = write(batch);
    } catch (RuntimeException e) {
      // Whether the block was written is not known; all who waited hear of it: decision 0110.
      batch.forEach(p -> p.failure = e);
    } finally {
      int used = (int) batch.stream().filter(p -> p.promised).count();
      Optional<Stored<Block>> newest = after;
      known.updateAndGet(k -> new Known(newest, k.promised() - used));
    }
  }

  /** Writes until it works; gives the block as it is then, empty when there is none. */
  private Optional<Stored<Block>> write(List<Pending<?>> batch) {
    Optional<Stored<Block>> base = known.get().block();
    boolean fresh = base.isEmpty();
    if (fresh) {
      base = blocks.get(cidr);
    }
    for (int i = 0; i < Tries.MOST; i++) {
      if (base.isEmpty()) {
        batch.forEach(p -> p.outcome = new Outcome.Missing<>());
        return base;
      }
      Block before = base.get().value();
      Block block = before;
      for (Pending<?> pending : batch) {
        block = pending.apply(block);
      }
      Optional<Optional<Stored<Block>>> written =
          block.equals(before) ? unchanged(base, fresh) : swap(base.get(), block);
      if (written.isPresent()) {
        batch.forEach(Pending::done);
        return written.get();
      }
      base = blocks.get(cidr);
      fresh = true;
    }
    batch.forEach(p -> p.outcome = new Outcome.Contended<>());
    return Optional.empty();
  }

  private static Optional<Optional<Stored<Block>>> unchanged(
      Optional<Stored<Block>> base, boolean fresh) {
    return fresh ? Optional.of(base) : Optional.empty();
  }

  /** One compare-and-swap: the block as it is afterwards, or nothing when it failed. */
  private Optional<Optional<Stored<Block>>> swap(Stored<Block> base, Block block) {
    assert BlockFaults.of(block).isEmpty() || !BlockFaults.of(base.value()).isEmpty()
        : cidr + ": " + BlockFaults.of(block);
    counters.writes.increment();
    boolean swapped;
    Optional<Stored<Block>> after = Optional.empty();
    if (block.affinity().isEmpty() && Occupancy.isEmpty(block)) {
      // Nobody's and empty: the block itself goes.
      swapped = blocks.delete(base) != DeleteOutcome.CONFLICT;
    } else {
      WriteOutcome<Block> outcome = blocks.update(block.withNextSequenceNumber(), base.revision());
      swapped = outcome instanceof WriteOutcome.Written<Block>;
      if (outcome instanceof WriteOutcome.Written<Block>(var stored)) {
        after = Optional.of(stored);
      }
    }
    if (!swapped) {
      counters.conflicts.increment();
    }
    return swapped ? Optional.of(after) : Optional.empty();
  }
}

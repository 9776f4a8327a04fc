package io.margay.ipam.store;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Semaphore;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks one request at a time in an order that a seed decides: each task stops before each of
 * its requests until it is its turn. Tasks must not wait for each other by other means.
 */
public final class Interleaving implements InMemoryBlockStore.Fault {
  /** Ends a task as a kill of its process would. */
  public static final class Crash extends Error {
    private Crash() {
      super("crash", null, false, false);
    }
  }

  private static final class Task {
    final Runnable work;
    final Semaphore turn = new Semaphore(0);
    boolean dead;
    boolean done;

    Task(Runnable work) {
      this.work = work;
    }
  }

  private final RandomGenerator random;
  private final double crashes;
  private final Semaphore stopped = new Semaphore(0);
  private final List<Throwable> failures = new ArrayList<>();
  private static final ThreadLocal<@Nullable Task> CURRENT = new ThreadLocal<>();
  private Runnable afterEachStep = () -> {};

  /**
   * @param crashes how likely a task dies at a request, before or after it
   */
  public Interleaving(RandomGenerator random, double crashes) {
    this.random = random;
    this.crashes = crashes;
  }

  /** Looked at between any two requests. */
  public Interleaving check(Runnable invariant) {
    this.afterEachStep = invariant;
    return this;
  }

  /** Runs all of them to their end; throws the first failure that is no crash. */
  public void run(List<Runnable> works) {
    var waiting = new ArrayList<Task>();
    for (Runnable work : works) {
      var task = new Task(work);
      waiting.add(task);
      Thread.ofPlatform().daemon().start(() -> body(task));
    }
    while (!waiting.isEmpty()) {
      Task next = waiting.get(random.nextInt(waiting.size()));
      next.turn.release();
      stopped.acquireUninterruptibly();
      if (next.done) {
        waiting.remove(next);
      }
      if (failures.isEmpty()) {
        afterEachStep.run();
      }
    }
    if (!failures.isEmpty()) {
      throw new AssertionError(failures.getFirst());
    }
  }

  private void body(Task task) {
    CURRENT.set(task);
    task.turn.acquireUninterruptibly();
    try {
      task.work.run();
    } catch (Crash e) {
      // The process is gone; what it wrote stays.
    } catch (RuntimeException | Error e) {
      failures.add(e);
    } finally {
      task.done = true;
      stopped.release();
    }
  }

  @Override
  public void before(InMemoryBlockStore.Request request) {
    Task task = CURRENT.get();
    if (task != null) {
      stopped.release();
      task.turn.acquireUninterruptibly();
      maybeCrash(task);
    }
  }

  @Override
  public void after(InMemoryBlockStore.Request request) {
    Task task = CURRENT.get();
    if (task != null) {
      maybeCrash(task);
    }
  }

  private void maybeCrash(Task task) {
    if (task.dead || random.nextDouble() < crashes) {
      task.dead = true;
      throw new Crash();
    }
  }
}

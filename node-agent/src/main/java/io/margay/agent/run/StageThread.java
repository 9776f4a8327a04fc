package io.margay.agent.run;

import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Planner;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The thread {@code stage}: takes in what changed, plans once for all that has gathered, and hands
 * the plan on. Nothing is planned before {@link #open}: what arrives until then is kept.
 */
final class StageThread {
  private static final EventLog LOG = EventLog.of(StageThread.class);

  /** So often the thread shows that it lives. */
  private static final long IDLE_SECONDS = 5;

  /** A plan that failed is made again by then. */
  private static final long RETRY_SECONDS = 1;

  private final Planner planner;
  private final BiConsumer<Planner, Plan> receiver;
  private final Consumer<Duration> planTime;
  private final Clock clock;
  private final LinkedBlockingQueue<Job> mailbox = new LinkedBlockingQueue<>();
  private final Thread thread = Thread.ofPlatform().name("stage").daemon().unstarted(this::work);

  private volatile long lastTurn;
  private volatile Optional<String> broken = Optional.empty();
  private volatile boolean stopped;
  private boolean open;

  /** When a plan is due though nothing was told. */
  private OptionalLong next = OptionalLong.empty();

  /** Something was told that no plan has taken up yet. */
  private boolean due;

  /**
   * @param receiver is handed each plan, on this thread
   * @param planTime hears how long each plan took to make
   */
  StageThread(
      Planner planner,
      BiConsumer<Planner, Plan> receiver,
      Consumer<Duration> planTime,
      Clock clock) {
    this.planner = planner;
    this.receiver = receiver;
    this.planTime = planTime;
    this.clock = clock;
    this.lastTurn = clock.nanos();
  }

  /**
   * Something to do on the thread.
   *
   * @param replan whether a plan follows
   * @param planned called with that plan
   */
  private record Job(Consumer<Planner> work, boolean replan, Consumer<Plan> planned) {}

  void start() {
    thread.start();
  }

  /** Plans from now on. */
  void open() {
    mailbox.add(new Job(_ -> open = true, true, _ -> {}));
  }

  /** Tells the planner something; a plan follows. */
  void tell(Consumer<Planner> change) {
    mailbox.add(new Job(change, true, _ -> {}));
  }

  /**
   * Tells the planner something; the answer is looked up when the plan that follows was handed on,
   * with that plan's version. It fails when the change does, or the looking up.
   */
  <T> CompletableFuture<T> planned(
      Consumer<Planner> change, Function<Planner, Function<Plan, T>> answer) {
    var future = new CompletableFuture<T>();
    mailbox.add(
        new Job(
            p -> {
              try {
                change.accept(p);
              } catch (RuntimeException e) {
                future.completeExceptionally(e);
                throw e;
              }
            },
            true,
            plan -> complete(future, () -> answer.apply(planner).apply(plan))));
    return future;
  }

  /** Runs something behind the next plan, on this thread. */
  void tellPlanned(Runnable after) {
    mailbox.add(new Job(_ -> {}, true, _ -> after.run()));
  }

  /** Asks the planner; no plan follows. */
  <T> CompletableFuture<T> ask(Function<Planner, T> question) {
    var future = new CompletableFuture<T>();
    mailbox.add(new Job(p -> complete(future, () -> question.apply(p)), false, _ -> {}));
    return future;
  }

  private static <T> void complete(CompletableFuture<T> future, Supplier<T> answer) {
    try {
      future.complete(answer.get());
    } catch (RuntimeException e) {
      future.completeExceptionally(e);
    }
  }

  /** When the thread last came by, in the clock's nanoseconds. */
  long lastTurn() {
    return lastTurn;
  }

  /** Why the last turn broke off; empty when it did not. */
  Optional<String> broken() {
    return broken;
  }

  void stop() {
    stopped = true;
    thread.interrupt();
  }

  private void work() {
    var waiting = new ArrayList<Job>();
    while (!stopped) {
      try {
        boolean again = open && due;
        Job first = mailbox.poll(again ? RETRY_SECONDS : IDLE_SECONDS, TimeUnit.SECONDS);
        lastTurn = clock.nanos();
        due |= next.isPresent() && lastTurn - next.getAsLong() >= 0;
        if (first != null || again || due) {
          turn(first, waiting);
          broken = Optional.empty();
        }
      } catch (InterruptedException e) {
        return;
      } catch (RuntimeException e) {
        failed(e);
      }
    }
  }

  /** Told once while it stays the same; it is tried again with the next change, or soon. */
  private void failed(RuntimeException e) {
    Optional<String> why = Optional.of(e.toString());
    if (!why.equals(broken)) {
      LOG.error("stage.failed", e);
    }
    broken = why;
  }

  private void turn(@Nullable Job first, List<Job> waiting) {
    for (Job job = first; job != null; job = mailbox.poll()) {
      if (job.replan()) {
        due = true;
        waiting.add(job);
      }
      job.work().accept(planner);
    }
    if (!open || !due) {
      return;
    }
    long begun = clock.nanos();
    Plan plan = planner.plan(begun);
    planTime.accept(Duration.ofNanos(clock.nanos() - begun));
    receiver.accept(planner, plan);
    planner.taken();
    due = false;
    next = plan.ends().again();
    List<Job> told = List.copyOf(waiting);
    waiting.clear();
    told.forEach(job -> tell(job, plan));
  }

  /** One that fails keeps no other from hearing of the plan. */
  private static void tell(Job job, Plan plan) {
    try {
      job.planned().accept(plan);
    } catch (RuntimeException e) {
      LOG.error("stage.answer.failed", e, "version", plan.version());
    }
  }
}

package io.margay.agent.run;

import io.margay.agent.start.Phase;
import io.margay.agent.start.StartMachine;
import io.margay.agent.start.StartMachine.Action;
import io.margay.agent.start.StartMachine.Event;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;

/**
 * Runs what the start machine says, on a thread of its own: an action may wait. One that throws
 * keeps the others from nothing; it is tried again.
 */
final class StartRunner {
  private static final EventLog LOG = EventLog.of(StartRunner.class);

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Map<Action, Retries.Work> actions = new EnumMap<>(Action.class);
  private final Retries retries;
  private final Clock clock;
  private final long begun;
  private volatile Phase phase = StartMachine.begin();

  StartRunner(Retries retries, Clock clock) {
    this.retries = retries;
    this.clock = clock;
    this.begun = clock.nanos();
  }

  /** What an action does; all are given before {@link #start}. */
  StartRunner on(Action action, Retries.Work work) {
    actions.put(action, work);
    return this;
  }

  void start() {
    for (Action action : Action.values()) {
      if (!actions.containsKey(action)) {
        throw new IllegalStateException("nothing does " + action);
      }
    }
    Thread.ofPlatform().name("start").daemon().start(this::work);
  }

  /** Something happened; any thread may say so, and as often as it likes. */
  void happened(Event event) {
    events.add(event);
  }

  Phase phase() {
    return phase;
  }

  private void work() {
    try {
      while (!(phase instanceof Phase.Ready)) {
        step(events.take());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void step(Event event) throws InterruptedException {
    StartMachine.Step step = StartMachine.step(phase, event);
    if (!step.next().equals(phase)) {
      LOG.info(
          "start.phase",
          "now",
          step.next().getClass().getSimpleName(),
          "does",
          step.next().waitsFor(),
          "after",
          (clock.nanos() - begun) / 1_000_000 + "ms");
    }
    phase = step.next();
    for (Action action : step.actions()) {
      retries.runNow(action.name(), actions.getOrDefault(action, () -> {}));
    }
  }
}

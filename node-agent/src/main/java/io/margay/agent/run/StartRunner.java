package io.margay.agent.run;

import io.margay.agent.start.Phase;
import io.margay.agent.start.StartMachine;
import io.margay.agent.start.StartMachine.Action;
import io.margay.agent.start.StartMachine.Event;
import io.margay.foundation.log.EventLog;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.LinkedBlockingQueue;

/** Runs what the start machine says, on a thread of its own: an action may wait. */
final class StartRunner {
  private static final EventLog LOG = EventLog.of(StartRunner.class);

  private final LinkedBlockingQueue<Event> events = new LinkedBlockingQueue<>();
  private final Map<Action, Runnable> actions = new EnumMap<>(Action.class);
  private final long begun = System.nanoTime();
  private volatile Phase phase = StartMachine.begin();

  /** What an action does; all are given before {@link #start}. */
  StartRunner on(Action action, Runnable work) {
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
      LOG.debug("start.stopped");
    }
  }

  private void step(Event event) {
    StartMachine.Step step = StartMachine.step(phase, event);
    if (!step.next().equals(phase)) {
      LOG.info(
          "start.phase",
          "now",
          step.next().getClass().getSimpleName(),
          "does",
          step.next().waitsFor(),
          "after",
          (System.nanoTime() - begun) / 1_000_000 + "ms");
    }
    phase = step.next();
    for (Action action : step.actions()) {
      try {
        actions.getOrDefault(action, () -> {}).run();
      } catch (RuntimeException e) {
        LOG.error("start.action.failed", e, "action", action);
      }
    }
  }
}

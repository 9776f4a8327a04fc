package io.margay.bgp.speaker;

import io.margay.bgp.fsm.SessionTimer;
import io.margay.foundation.time.Scheduler;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.Consumer;

/** The armed timers of one session. Owned by bgp-core. */
final class SessionTimers {
  private final Map<SessionTimer, Scheduler.Task> armed = new EnumMap<>(SessionTimer.class);
  private final Scheduler scheduler;
  private final Consumer<SessionTimer> fired;

  SessionTimers(Scheduler scheduler, Consumer<SessionTimer> fired) {
    this.scheduler = scheduler;
    this.fired = fired;
  }

  void arm(SessionTimer timer, Duration after) {
    cancel(timer);
    armed.put(
        timer,
        scheduler.after(
            after,
            () -> {
              armed.remove(timer);
              fired.accept(timer);
            }));
  }

  void cancel(SessionTimer timer) {
    Scheduler.Task task = armed.remove(timer);
    if (task != null) {
      task.cancel();
    }
  }

  boolean isArmed(SessionTimer timer) {
    return armed.containsKey(timer);
  }
}

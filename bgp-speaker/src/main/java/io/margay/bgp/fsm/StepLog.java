package io.margay.bgp.fsm;

import java.util.ArrayDeque;
import java.util.List;

/** The last steps of a machine, for people. Owned by one thread. */
public final class StepLog {
  /** How many are kept. */
  public static final int KEPT = 32;

  private final ArrayDeque<Entry> entries = new ArrayDeque<>(KEPT);

  /**
   * A step.
   *
   * @param when by the owner's clock
   */
  public record Entry(long when, SessionPhase from, String event, SessionPhase to) {}

  /** Notes a step. A timer that changes nothing and traffic in Established are not worth it. */
  public void add(long when, SessionState before, SessionEvent event, SessionState after) {
    boolean routine =
        before.phase() == after.phase()
            && (event instanceof SessionEvent.KeepaliveReceived
                || event instanceof SessionEvent.KeepaliveDue
                || event instanceof SessionEvent.UpdateReceived);
    if (routine) {
      return;
    }
    if (entries.size() == KEPT) {
      entries.removeFirst();
    }
    entries.addLast(new Entry(when, before.phase(), name(event), after.phase()));
  }

  /** Oldest first. */
  public List<Entry> entries() {
    return List.copyOf(entries);
  }

  private static String name(SessionEvent event) {
    return switch (event) {
      case SessionEvent.NotificationReceived(_, var n) -> "NotificationReceived " + n.text();
      case SessionEvent.MalformedReceived(_, var n) -> "MalformedReceived " + n.text();
      case SessionEvent.ConnectFailed(var detail) -> "ConnectFailed " + detail;
      case SessionEvent.ConnectionLost(_, var detail) -> "ConnectionLost " + detail;
      case SessionEvent.Stop(var cause, _) -> "Stop " + cause;
      default -> event.getClass().getSimpleName();
    };
  }
}

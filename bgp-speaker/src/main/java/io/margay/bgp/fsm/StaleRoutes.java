package io.margay.bgp.fsm;

import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;

/**
 * Graceful restart of a peer, as the receiving speaker (RFC 4724, 4.2): which of its routes are
 * kept as stale, until when. A value; each event gives the next one and what is to be done.
 *
 * @param families of which stale routes may be held
 * @param back the peer has a new session, in which it sends them again
 */
public record StaleRoutes(Set<Family> families, boolean back) {
  /** Nothing is stale. */
  public static final StaleRoutes NONE = new StaleRoutes(Set.of(), false);

  public StaleRoutes {
    families = Set.copyOf(families);
  }

  /** What is to be done, in order. */
  public sealed interface Action {
    /** All routes of the family become stale. */
    record MarkStale(Family family) implements Action {}

    /** Those that are still stale go. */
    record PurgeStale(Family family) implements Action {}

    /** All routes of the family go. */
    record Purge(Family family) implements Action {}

    /** After this time {@link #expired} is due. */
    record Arm(Duration after) implements Action {}

    /** No time is waited for any more. */
    record Cancel() implements Action {}
  }

  /** The next value and what is to be done. */
  public record Result(StaleRoutes next, List<Action> actions) {
    public Result {
      actions = List.copyOf(actions);
    }
  }

  /** The session ended; {@code keep}: in a way that the peer's routes outlive. */
  public Result down(Agreed agreed, boolean keep) {
    var actions = new ArrayList<Action>();
    var kept = EnumSet.noneOf(Family.class);
    for (Family family : agreed.families()) {
      if (keep && agreed.survives(family)) {
        // RFC 4724, 4.2: what was stale before this loss is not kept a second time.
        actions.add(new Action.PurgeStale(family));
        actions.add(new Action.MarkStale(family));
        kept.add(family);
      } else {
        actions.add(new Action.Purge(family));
      }
    }
    actions.add(
        kept.isEmpty()
            ? new Action.Cancel()
            : new Action.Arm(Duration.ofSeconds(agreed.restart().orElseThrow().seconds())));
    return new Result(new StaleRoutes(kept, false), actions);
  }

  /** The peer has a new session. What it did not keep in use is gone at once. */
  public Result up(Agreed agreed) {
    if (families.isEmpty()) {
      return new Result(NONE, List.of());
    }
    var actions = new ArrayList<Action>();
    var kept = EnumSet.noneOf(Family.class);
    for (Family family : families) {
      if (agreed.kept(family)) {
        kept.add(family);
      } else {
        actions.add(new Action.PurgeStale(family));
      }
    }
    // The same time once more for the peer to send its routes, as BIRD has it.
    actions.add(
        kept.isEmpty()
            ? new Action.Cancel()
            : new Action.Arm(Duration.ofSeconds(agreed.restart().orElseThrow().seconds())));
    return new Result(new StaleRoutes(kept, true), actions);
  }

  /** The peer sent all that it has of a family. */
  public Result endOfRib(Family family) {
    if (!back || !families.contains(family)) {
      return new Result(this, List.of());
    }
    var left = EnumSet.copyOf(families);
    left.remove(family);
    return left.isEmpty()
        ? new Result(NONE, List.of(new Action.PurgeStale(family), new Action.Cancel()))
        : new Result(new StaleRoutes(left, true), List.of(new Action.PurgeStale(family)));
  }

  /** Time is over. */
  public Result expired() {
    List<Action> purges =
        families.stream().sorted().map(f -> (Action) new Action.PurgeStale(f)).toList();
    return new Result(NONE, purges);
  }
}

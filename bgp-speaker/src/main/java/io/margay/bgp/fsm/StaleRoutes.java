package io.margay.bgp.fsm;

import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Graceful restart of a peer, as the receiving speaker (RFC 4724, 4.2; RFC 9494, 4.2): which of its
 * routes are kept as stale, until when. A value; each event gives the next one and what is to be
 * done.
 *
 * @param kept families of which stale routes may be held, or whose time is over
 * @param back the peer has a new session, in which it sends them again
 */
public record StaleRoutes(Map<Family, Kept> kept, boolean back) {
  /** Nothing is stale. */
  public static final StaleRoutes NONE = new StaleRoutes(Map.of(), false);

  public StaleRoutes {
    kept = Map.copyOf(kept);
  }

  /**
   * One family.
   *
   * @param longLived how long its routes are kept behind the restart time; zero for not at all
   */
  public record Kept(Phase phase, Duration longLived) {}

  /** How far a family is. */
  public enum Phase {
    /** Within the peer's restart time: its routes are as good as before. */
    RESTARTING,
    /** Behind it: they are the last choice. */
    LONG_LIVED,
    /** The long time was over while the peer sent its routes again; a loss now is final. */
    SPENT
  }

  /** What is to be done, in order. */
  public sealed interface Action {
    /** All routes of the family become stale. */
    record MarkStale(Family family) implements Action {}

    /** Those that are stale become the last choice, or go where they must not be kept. */
    record DepreferStale(Family family) implements Action {}

    /** Those that are still stale go. */
    record PurgeStale(Family family) implements Action {}

    /** All routes of the family go. */
    record Purge(Family family) implements Action {}

    /** After this time {@link #expired} is due. */
    record Arm(Duration after) implements Action {}

    /** No restart time is waited for any more. */
    record Cancel() implements Action {}

    /** After this time {@link #longLivedExpired} is due. */
    record ArmLongLived(Family family, Duration after) implements Action {}

    record CancelLongLived(Family family) implements Action {}
  }

  /** The next value and what is to be done. */
  public record Result(StaleRoutes next, List<Action> actions) {
    public Result {
      actions = List.copyOf(actions);
    }
  }

  /** Families of which stale routes may be held. */
  public Set<Family> families() {
    return in(Phase.RESTARTING, Phase.LONG_LIVED);
  }

  /** Of these, the ones whose peer has been away for long. */
  public Set<Family> longLived() {
    return in(Phase.LONG_LIVED);
  }

  /** The session ended; {@code keep}: in a way that the peer's routes outlive. */
  public Result down(Agreed agreed, boolean keep) {
    var next = new EnumMap<Family, Kept>(Family.class);
    var actions = new ArrayList<Action>();
    for (Family family : agreed.families()) {
      if (keep && agreed.survives(family) && !isIn(family, Phase.SPENT)) {
        next.put(family, lost(family, agreed, actions));
      } else {
        actions.add(new Action.Purge(family));
        cancelLongLived(family, actions);
      }
    }
    boolean restarting = next.values().stream().anyMatch(k -> k.phase() == Phase.RESTARTING);
    actions.add(
        restarting
            ? new Action.Arm(Duration.ofSeconds(agreed.restart().orElseThrow().seconds()))
            : new Action.Cancel());
    return new Result(new StaleRoutes(next, false), actions);
  }

  private Kept lost(Family family, Agreed agreed, List<Action> actions) {
    Kept before = kept.get(family);
    if (before != null && before.phase() == Phase.LONG_LIVED) {
      // RFC 9494, 4.2: the long time runs on, for what is lost now as well.
      actions.add(new Action.MarkStale(family));
      actions.add(new Action.DepreferStale(family));
      return before;
    }
    Duration longLived = agreed.longLivedTime(family);
    if (longLived.isZero()) {
      // RFC 4724, 4.2: what was stale before this loss is not kept a second time.
      actions.add(new Action.PurgeStale(family));
    }
    actions.add(new Action.MarkStale(family));
    if (!agreed.restartTime(family).isZero()) {
      return new Kept(Phase.RESTARTING, longLived);
    }
    return depreferred(family, longLived, actions);
  }

  private static Kept depreferred(Family family, Duration longLived, List<Action> actions) {
    actions.add(new Action.DepreferStale(family));
    actions.add(new Action.ArmLongLived(family, longLived));
    return new Kept(Phase.LONG_LIVED, longLived);
  }

  /** The peer has a new session. What it did not keep in use is gone at once. */
  public Result up(Agreed agreed) {
    if (kept.isEmpty()) {
      return new Result(NONE, List.of());
    }
    var next = new EnumMap<Family, Kept>(Family.class);
    var actions = new ArrayList<Action>();
    for (Family family : families()) {
      boolean longLived = isIn(family, Phase.LONG_LIVED);
      if (longLived ? agreed.keptLongLived(family) : agreed.kept(family)) {
        next.put(family, held(family));
      } else {
        actions.add(new Action.PurgeStale(family));
        cancelLongLived(family, actions);
      }
    }
    // The same time once more for the peer to send its routes, as BIRD has it. RFC 9494, 4.2: a
    // long time neither ends nor changes by the session.
    boolean restarting = next.values().stream().anyMatch(k -> k.phase() == Phase.RESTARTING);
    actions.add(
        restarting
            ? new Action.Arm(Duration.ofSeconds(agreed.restart().orElseThrow().seconds()))
            : new Action.Cancel());
    return new Result(new StaleRoutes(next, true), actions);
  }

  /** The peer sent all that it has of a family. */
  public Result endOfRib(Family family) {
    if (!back || !kept.containsKey(family)) {
      return new Result(this, List.of());
    }
    var actions = new ArrayList<Action>();
    actions.add(new Action.PurgeStale(family));
    cancelLongLived(family, actions);
    StaleRoutes next = without(family);
    if (isIn(family, Phase.RESTARTING) && next.in(Phase.RESTARTING).isEmpty()) {
      actions.add(new Action.Cancel());
    }
    return new Result(next, actions);
  }

  /** The restart time is over. */
  public Result expired() {
    var next = new EnumMap<Family, Kept>(Family.class);
    next.putAll(kept);
    var actions = new ArrayList<Action>();
    for (Family family : in(Phase.RESTARTING)) {
      Duration longLived = held(family).longLived();
      // A peer that is back and does not come to an end of its table is not away for long.
      if (back || longLived.isZero()) {
        actions.add(new Action.PurgeStale(family));
        next.remove(family);
      } else {
        next.put(family, depreferred(family, longLived, actions));
      }
    }
    return new Result(new StaleRoutes(next, back), actions);
  }

  /** The long time of a family is over, whether the peer is back or not. */
  public Result longLivedExpired(Family family) {
    if (!isIn(family, Phase.LONG_LIVED)) {
      return new Result(this, List.of());
    }
    var next = new EnumMap<Family, Kept>(kept);
    if (back) {
      next.put(family, new Kept(Phase.SPENT, Duration.ZERO));
    } else {
      next.remove(family);
    }
    return new Result(new StaleRoutes(next, back), List.of(new Action.PurgeStale(family)));
  }

  private StaleRoutes without(Family family) {
    var left = new EnumMap<Family, Kept>(kept);
    left.remove(family);
    return left.isEmpty() ? NONE : new StaleRoutes(left, back);
  }

  private void cancelLongLived(Family family, List<Action> actions) {
    if (isIn(family, Phase.LONG_LIVED)) {
      actions.add(new Action.CancelLongLived(family));
    }
  }

  private Kept held(Family family) {
    return Objects.requireNonNull(kept.get(family));
  }

  private boolean isIn(Family family, Phase phase) {
    Kept of = kept.get(family);
    return of != null && of.phase() == phase;
  }

  private Set<Family> in(Phase... phases) {
    List<Phase> wanted = List.of(phases);
    return kept.entrySet().stream()
        .filter(e -> wanted.contains(e.getValue().phase()))
        .map(Map.Entry::getKey)
        .collect(Collectors.toCollection(TreeSet::new));
  }
}

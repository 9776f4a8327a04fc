package io.margay.kube.lease;

import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;

/**
 * The election. Whoever holds the lease renews it; whoever does not looks whether the holder still
 * does. Time is each agent's own monotonic clock: a lease is over when the same version was seen
 * for its whole duration, whatever the holder's clock wrote into it, so that wrong clocks elect
 * nobody twice. The holder stops by itself before any other may begin.
 */
public final class LeaseMachine {
  /** A holder's clock may be wrong: its time only says whether to look more often. */
  private static final Duration LOOKS_OLD = Duration.ofSeconds(3);

  private LeaseMachine() {}

  /**
   * One agent's part.
   *
   * @param identity nobody else's, not even an earlier process's on this node
   * @param duration of the lease
   * @param deadline after so long without a renewal the holder stops; well under {@code duration}
   * @param retry between two renewals, and between two looks at a lease that looks old
   */
  public record Settings(String identity, Duration duration, Duration deadline, Duration retry) {
    public Settings {
      if (deadline.compareTo(duration) >= 0 || retry.multipliedBy(2).compareTo(deadline) > 0) {
        throw new IllegalArgumentException(
            "retry " + retry + ", deadline " + deadline + ", duration " + duration);
      }
    }
  }

  /** What an agent is. */
  public sealed interface State {
    /** It has not seen the lease. */
    record Unknown() implements State {}

    /**
     * Somebody else has it.
     *
     * @param since when this version was first seen, in nanoseconds
     */
    record Following(LeaseRecord seen, long since) implements State {}

    /**
     * It has it.
     *
     * @param renewed when the last write that succeeded was begun, in nanoseconds
     */
    record Leading(LeaseRecord held, long renewed) implements State {}
  }

  /** What to do about the lease now. */
  public sealed interface Wish {
    /** Nothing. */
    record Wait() implements Wish {}

    /** Store this one; there is none. */
    record Create(LeaseRecord lease) implements Wish {}

    /** Store this one in the place of the version that it names. */
    record Replace(LeaseRecord lease) implements Wish {}
  }

  /** Where a look leads. */
  public record Step(State next, Wish wish) {}

  /** The lease was looked at. */
  public static Step looked(
      State state, Optional<LeaseRecord> found, Settings settings, long now, Instant wall) {
    if (found.isEmpty()) {
      return new Step(state, new Wish.Create(mine(settings, wall, 0, "")));
    }
    LeaseRecord lease = found.get();
    if (lease.holder().equals(settings.identity())) {
      return new Step(state, new Wish.Replace(renewed(lease, settings, wall)));
    }
    long since =
        state instanceof State.Following(LeaseRecord seen, long first)
                && seen.version().equals(lease.version())
            ? first
            : now;
    boolean over = lease.holder().isEmpty() || now - since >= lease.duration().toNanos();
    return new Step(
        new State.Following(lease, since),
        over
            ? new Wish.Replace(mine(settings, wall, lease.transitions() + 1, lease.version()))
            : new Wish.Wait());
  }

  /**
   * What a holder may write without a look: the version that it stored last, which nobody else has
   * replaced if the write succeeds. Empty for those who look first.
   */
  public static Optional<LeaseRecord> renewal(State state, Settings settings, Instant wall) {
    return state instanceof State.Leading(LeaseRecord held, long _)
        ? Optional.of(renewed(held, settings, wall))
        : Optional.empty();
  }

  /**
   * A write succeeded.
   *
   * @param begun when it was sent: later it may have been renewed at any time
   */
  public static State written(LeaseRecord stored, long begun) {
    return new State.Leading(stored, begun);
  }

  /** A look or a write failed, or was overtaken: what the holder knows gets older. */
  public static State failed(State state, Settings settings, long now) {
    return state instanceof State.Leading leading && !holds(leading, settings, now)
        ? new State.Unknown()
        : state;
  }

  /** Whether one who leads may still act. */
  public static boolean holds(State state, Settings settings, long now) {
    return state instanceof State.Leading(LeaseRecord _, long renewed)
        && now - renewed < settings.deadline().toNanos();
  }

  /**
   * How long to wait before the next look: a thousand agents must not all ask every two seconds.
   *
   * @param nodes of the cluster
   */
  public static Duration pause(State state, Settings settings, int nodes, Instant wall) {
    return switch (state) {
      case State.Leading _, State.Unknown _ -> settings.retry();
      case State.Following(LeaseRecord seen, long _) -> {
        boolean old = Duration.between(seen.renewed(), wall).compareTo(LOOKS_OLD) > 0;
        Duration share = Duration.ofMillis(40L * nodes);
        yield old || share.compareTo(settings.retry()) < 0 ? settings.retry() : capped(share);
      }
    };
  }

  private static Duration capped(Duration share) {
    Duration longest = Duration.ofMinutes(1);
    return share.compareTo(longest) < 0 ? share : longest;
  }

  private static LeaseRecord mine(
      Settings settings, Instant wall, int transitions, String version) {
    return new LeaseRecord(
        settings.identity(),
        settings.duration(),
        wall.truncatedTo(ChronoUnit.MICROS),
        transitions,
        version);
  }

  private static LeaseRecord renewed(LeaseRecord lease, Settings settings, Instant wall) {
    return mine(settings, wall, lease.transitions(), lease.version());
  }
}

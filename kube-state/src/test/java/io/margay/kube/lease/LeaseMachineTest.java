package io.margay.kube.lease;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.kube.lease.LeaseMachine.Settings;
import io.margay.kube.lease.LeaseMachine.State;
import io.margay.kube.lease.LeaseMachine.Step;
import io.margay.kube.lease.LeaseMachine.Wish;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class LeaseMachineTest {
  private static final Duration DURATION = Duration.ofSeconds(8);
  private static final Instant WALL = Instant.parse("2026-01-02T03:04:05Z");
  private static final Settings A = settings("a");
  private static final Settings B = settings("b");

  private static Settings settings(String identity) {
    return new Settings(identity, DURATION, Duration.ofSeconds(6), Duration.ofSeconds(2));
  }

  private static long at(long seconds) {
    return Duration.ofSeconds(seconds).toNanos();
  }

  private static LeaseRecord held(String holder, String version) {
    return new LeaseRecord(holder, DURATION, WALL, 3, version);
  }

  @Test
  void firstMakesIt() {
    Step step = LeaseMachine.looked(new State.Unknown(), Optional.empty(), A, at(0), WALL);
    assertThat(step.wish()).isEqualTo(new Wish.Create(new LeaseRecord("a", DURATION, WALL, 0, "")));
  }

  @Test
  void anothersIsTakenOnlyAfterOneVersionWasSeenForItsWholeDuration() {
    Step first =
        LeaseMachine.looked(new State.Unknown(), Optional.of(held("a", "7")), B, at(100), WALL);
    assertThat(first.wish()).isEqualTo(new Wish.Wait());
    Step later = LeaseMachine.looked(first.next(), Optional.of(held("a", "7")), B, at(107), WALL);
    assertThat(later.wish()).isEqualTo(new Wish.Wait());
    Step over = LeaseMachine.looked(later.next(), Optional.of(held("a", "7")), B, at(108), WALL);
    assertThat(over.wish())
        .isEqualTo(new Wish.Replace(new LeaseRecord("b", DURATION, WALL, 4, "7")));
  }

  @Test
  void renewalBeginsTheWaitAnew() {
    Step first =
        LeaseMachine.looked(new State.Unknown(), Optional.of(held("a", "7")), B, at(0), WALL);
    Step renewed = LeaseMachine.looked(first.next(), Optional.of(held("a", "8")), B, at(7), WALL);
    assertThat(renewed.next()).isEqualTo(new State.Following(held("a", "8"), at(7)));
    assertThat(LeaseMachine.looked(renewed.next(), Optional.of(held("a", "8")), B, at(14), WALL))
        .extracting(Step::wish)
        .isEqualTo(new Wish.Wait());
  }

  @Test
  void oneThatWasGivenBackIsTakenAtOnce() {
    Step step =
        LeaseMachine.looked(new State.Unknown(), Optional.of(held("", "7")), B, at(0), WALL);
    assertThat(step.wish()).isInstanceOf(Wish.Replace.class);
  }

  @Test
  void holderStopsByItselfBeforeOthersMayBegin() {
    State leading = LeaseMachine.written(held("a", "7"), at(10));
    assertThat(LeaseMachine.holds(leading, A, at(15))).isTrue();
    assertThat(LeaseMachine.failed(leading, A, at(15))).isEqualTo(leading);
    assertThat(LeaseMachine.holds(leading, A, at(16))).isFalse();
    assertThat(LeaseMachine.failed(leading, A, at(16))).isEqualTo(new State.Unknown());
  }

  @Test
  void manyLookRarelyUnlessItLooksOld() {
    State following = new State.Following(held("a", "7"), 0);
    assertThat(LeaseMachine.pause(following, B, 4, WALL)).isEqualTo(Duration.ofSeconds(2));
    assertThat(LeaseMachine.pause(following, B, 200, WALL)).isEqualTo(Duration.ofSeconds(8));
    assertThat(LeaseMachine.pause(following, B, 100_000, WALL)).isEqualTo(Duration.ofMinutes(1));
    assertThat(LeaseMachine.pause(following, B, 200, WALL.plusSeconds(4)))
        .isEqualTo(Duration.ofSeconds(2));
  }

  @Test
  void timesThatCannotKeepTwoApartAreRefused() {
    assertThatThrownBy(() ->
            new Settings("a", Duration.ofSeconds(6), Duration.ofSeconds(6), Duration.ofSeconds(2)))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** An agent with a wrong clock, a slow way to the server, and a life that may end. */
  private static final class Candidate {
    final Settings settings;
    final Duration wrong;
    State state = new State.Unknown();
    long wakes;
    long pausedUntil;

    Candidate(String name, Duration wrong) {
      this.settings = settings(name);
      this.wrong = wrong;
    }
  }

  /**
   * One server, many agents, seconds of half a second each; writes may be lost or answered late.
   */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void neverTwoLeadAndSomebodySoonDoes(long seed) {
    RandomGenerator random = new SplittableRandom(seed);
    var agents = new ArrayList<Candidate>();
    for (int i = 0; i < 5; i++) {
      agents.add(new Candidate("n" + i, Duration.ofSeconds(random.nextInt(-100, 100))));
    }
    Optional<LeaseRecord> stored = Optional.empty();
    int version = 0;
    long leaderless = 0;
    for (long tick = 0; tick < 20_000; tick++) {
      long now = Duration.ofMillis(500 * tick).toNanos();
      for (Candidate agent : agents) {
        if (now < agent.wakes || now < agent.pausedUntil) {
          continue;
        }
        if (random.nextInt(200) == 0) {
          agent.pausedUntil = now + at(random.nextInt(30)); // stopped, or cut off
          continue;
        }
        Instant wall = WALL.plusNanos(now).plus(agent.wrong);
        Optional<LeaseRecord> renewal = LeaseMachine.renewal(agent.state, agent.settings, wall);
        if (renewal.isPresent() && random.nextBoolean() && isCurrent(renewal.get(), stored)) {
          stored = Optional.of(renewal.get().storedAs("" + ++version));
          agent.state = LeaseMachine.written(stored.get(), now);
          agent.wakes = now + agent.settings.retry().toNanos();
          continue;
        }
        Step step = LeaseMachine.looked(agent.state, stored, agent.settings, now, wall);
        agent.state = step.next();
        boolean answered = random.nextInt(10) > 0;
        Optional<LeaseRecord> wanted =
            switch (step.wish()) {
              case Wish.Wait _ -> Optional.empty();
              case Wish.Create(LeaseRecord lease) -> Optional.of(lease);
              case Wish.Replace(LeaseRecord lease) -> Optional.of(lease);
            };
        if (wanted.isPresent() && random.nextInt(10) > 0) {
          stored = Optional.of(wanted.get().storedAs("" + ++version));
          agent.state =
              answered
                  ? LeaseMachine.written(stored.get(), now)
                  : LeaseMachine.failed(agent.state, agent.settings, now);
        } else if (wanted.isPresent()) {
          agent.state = LeaseMachine.failed(agent.state, agent.settings, now);
        }
        agent.wakes =
            now + LeaseMachine.pause(agent.state, agent.settings, agents.size(), wall).toNanos();
      }
      List<Candidate> leaders =
          agents.stream().filter(a -> LeaseMachine.holds(a.state, a.settings, now)).toList();
      assertThat(leaders).as("seed %d, tick %d", seed, tick).hasSizeLessThanOrEqualTo(1);
      leaderless = leaders.isEmpty() ? leaderless + 1 : 0;
      assertThat(leaderless).as("seed %d, tick %d", seed, tick).isLessThan(2 * 60);
    }
  }

  private static boolean isCurrent(LeaseRecord written, Optional<LeaseRecord> stored) {
    return stored.map(LeaseRecord::version).equals(Optional.of(written.version()));
  }

  @Test
  void holderWritesWithoutALook() {
    State leading = LeaseMachine.written(held("a", "7"), at(10));
    assertThat(LeaseMachine.renewal(leading, A, WALL.plusSeconds(2)))
        .contains(new LeaseRecord("a", DURATION, WALL.plusSeconds(2), 3, "7"));
    assertThat(LeaseMachine.renewal(new State.Following(held("a", "7"), 0), B, WALL)).isEmpty();
    assertThat(LeaseMachine.renewal(new State.Unknown(), B, WALL)).isEmpty();
  }
}

package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.health.Part;
import io.margay.agent.start.Phase;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kube.types.Kind;
import io.margay.kube.watch.SyncState;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgentHealthTest {
  record Start(Phase phase, String trouble, Part.State expected) {}

  static Stream<Start> starts() {
    return Stream.of(
        new Start(
            new Phase.Syncing(false),
            "",
            Part.State.waiting("waits for the objects of the API server; set-up: no address")),
        new Start(
            new Phase.Syncing(false),
            "set-up fails: 3 times, x",
            Part.State.waiting(
                "waits for the objects of the API server; set-up: no address; set-up fails: 3"
                    + " times, x")),
        new Start(
            new Phase.Programming(Set.of(Phase.Part.POLICY), true),
            "",
            Part.State.waiting("waits until policy is in the kernel")),
        new Start(
            new Phase.Recovering(true, false),
            "",
            Part.State.ready("waits until BGP peers have told all their routes")),
        new Start(new Phase.Ready(), "", Part.State.ready("ready")),
        new Start(
            new Phase.Ready(),
            "RELEASE_POLICY fails: 2 times, x",
            Part.State.waiting("ready; RELEASE_POLICY fails: 2 times, x")));
  }

  @ParameterizedTest
  @MethodSource("starts")
  void theStartIsReadyWhenPodsAreServedAndNothingFails(Start row) {
    Optional<String> trouble = Optional.of(row.trouble()).filter(text -> !text.isEmpty());
    assertThat(AgentHealth.start(row.phase(), "no address", trouble)).isEqualTo(row.expected());
  }

  @Test
  void anApiServerThatWentAwayLeavesTheAgentReady() {
    var all = EnumSet.copyOf(Kind.watched());
    assertThat(AgentHealth.api(state(all, Optional.empty()), "https://api"))
        .isEqualTo(Part.State.ready("in sync, stale: [POD]"));
    assertThat(AgentHealth.api(state(Set.of(), Optional.of(Instant.EPOCH)), "https://api"))
        .isEqualTo(
            Part.State.ready(
                "not in sync yet, serves the cluster as it was at 1970-01-01T00:00:00Z, stale:"
                    + " [POD], server https://api"));
    assertThat(AgentHealth.api(SyncState.NONE, "https://api"))
        .isEqualTo(Part.State.waiting("not in sync yet, server https://api"));
  }

  private static SyncState state(Set<Kind> synced, Optional<Instant> remembered) {
    return new SyncState(synced, Set.of(Kind.POD), Set.of(), remembered);
  }

  @Test
  void aThreadThatIsSilentForTooLongIsDead() {
    long limit = Duration.ofSeconds(90).toNanos();
    assertThat(AgentHealth.thread(Optional.empty(), limit, "plans"))
        .isEqualTo(Part.State.ready("plans"));
    assertThat(AgentHealth.thread(Optional.empty(), limit + 1, "plans"))
        .isEqualTo(Part.State.dead("has not come by for 90 s"));
    assertThat(AgentHealth.thread(Optional.of("no memory"), 0, "plans"))
        .isEqualTo(Part.State.waiting("broken: no memory"));
  }

  @Test
  void aLoopSaysHowItStands() {
    var status =
        new ReconcileStatus<>(
            10,
            8,
            2,
            3,
            Set.of("start"),
            List.of(new ReconcileStatus.Failing<>("a", "no such device", 1, 0)),
            1,
            0,
            8,
            4);
    assertThat(AgentHealth.loop(Optional.of(status), Optional.empty(), 0))
        .isEqualTo(Part.State.ready("10 wanted, 2 wait, 1 fail, 3 held"));
    assertThat(AgentHealth.loop(Optional.empty(), Optional.empty(), 0))
        .isEqualTo(Part.State.waiting("has not begun"));
  }
}

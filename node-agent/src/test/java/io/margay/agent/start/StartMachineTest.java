package io.margay.agent.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.start.StartMachine.Action;
import io.margay.agent.start.StartMachine.Event;
import io.margay.agent.start.StartMachine.Step;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StartMachineTest {
  private static final List<Event> ALL =
      List.of(
          new Event.Synced(),
          new Event.Live(),
          new Event.InForce(Phase.Part.POLICY),
          new Event.InForce(Phase.Part.TUNNELS),
          new Event.InForce(Phase.Part.ROUTES),
          new Event.Recovered());

  private final List<Action> done = new ArrayList<>();
  private Phase phase = StartMachine.begin();

  private void happens(Event event) {
    Step step = StartMachine.step(phase, event);
    phase = step.next();
    done.addAll(step.actions());
  }

  @Test
  void theOrderIsImageKernelServeRecover() {
    happens(new Event.Live());
    happens(new Event.Synced());
    assertThat(done).containsExactly(Action.PROGRAM_KERNEL);
    happens(new Event.InForce(Phase.Part.TUNNELS));
    happens(new Event.InForce(Phase.Part.POLICY));
    assertThat(phase).isEqualTo(new Phase.Programming(Set.of(Phase.Part.ROUTES), true));
    assertThat(done).hasSize(1);
    happens(new Event.InForce(Phase.Part.ROUTES));
    assertThat(done.subList(1, 4))
        .containsExactly(Action.RELEASE_POLICY, Action.SERVE_CNI, Action.START_BGP);
    happens(new Event.Recovered());
    assertThat(done.subList(4, 6)).containsExactly(Action.RELEASE_ROUTES, Action.REPORT_READY);
    assertThat(phase).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void whatCountsOnlyLaterIsNoStep() {
    happens(new Event.Recovered());
    happens(new Event.InForce(Phase.Part.POLICY));
    assertThat(phase).isInstanceOf(Phase.Syncing.class);
    assertThat(done).isEmpty();
  }

  @Test
  void imageFromTheDiskIsServedAndNothingDeletedByIt() {
    happens(new Event.Synced());
    for (Phase.Part part : Phase.Part.values()) {
      happens(new Event.InForce(part));
    }
    assertThat(done).containsExactly(Action.PROGRAM_KERNEL, Action.SERVE_CNI, Action.START_BGP);
    happens(new Event.Recovered());
    assertThat(phase).isEqualTo(new Phase.Recovering(false, true));
    assertThat(phase.waitsFor()).contains("as it was last seen");
    assertThat(done).hasSize(3);
    happens(new Event.Live());
    assertThat(done.subList(3, 6))
        .containsExactly(Action.RELEASE_POLICY, Action.RELEASE_ROUTES, Action.REPORT_READY);
    assertThat(phase).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void routesOfBeforeWaitForThePeersAlsoWhenTheServerComesBackFirst() {
    happens(new Event.Synced());
    for (Phase.Part part : Phase.Part.values()) {
      happens(new Event.InForce(part));
    }
    happens(new Event.Live());
    assertThat(done).last().isEqualTo(Action.RELEASE_POLICY);
    assertThat(phase).isEqualTo(new Phase.Recovering(true, false));
    happens(new Event.Recovered());
    assertThat(done).last().isEqualTo(Action.REPORT_READY);
  }

  @Test
  void eachActionIsDoneOnceAndNoHoldIsReleasedTooEarlyWhateverComesHowOften() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      phase = StartMachine.begin();
      done.clear();
      boolean live = false;
      for (int i = 0; i < 200; i++) {
        Event event = ALL.get(random.nextInt(ALL.size()));
        live |= event instanceof Event.Live;
        happens(event);
        assertThat(live || !done.contains(Action.RELEASE_POLICY)).as("seed %d", seed).isTrue();
      }
      assertThat(done).as("seed %d", seed).containsExactlyInAnyOrder(Action.values());
      assertThat(done).first().isEqualTo(Action.PROGRAM_KERNEL);
      assertThat(done)
          .containsSubsequence(Action.RELEASE_POLICY, Action.RELEASE_ROUTES, Action.REPORT_READY)
          .containsSubsequence(Action.SERVE_CNI, Action.START_BGP, Action.RELEASE_ROUTES);
    }
  }

  @Test
  void whatIsWaitedForIsSaid() {
    assertThat(new Phase.Programming(Set.of(Phase.Part.ROUTES, Phase.Part.POLICY), true).waitsFor())
        .isEqualTo("waits until policy, local routes is in the kernel");
  }
}

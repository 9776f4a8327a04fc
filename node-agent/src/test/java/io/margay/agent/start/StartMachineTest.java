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
    happens(new Event.Synced());
    assertThat(done).containsExactly(Action.PROGRAM_KERNEL);
    happens(new Event.InForce(Phase.Part.TUNNELS));
    happens(new Event.InForce(Phase.Part.POLICY));
    assertThat(phase).isEqualTo(new Phase.Programming(Set.of(Phase.Part.ROUTES)));
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
  void eachActionIsDoneOnceAndInOrderWhateverComesHowOften() {
    for (long seed = 0; seed < 200; seed++) {
      var random = new Random(seed);
      phase = StartMachine.begin();
      done.clear();
      for (int i = 0; i < 200; i++) {
        happens(ALL.get(random.nextInt(ALL.size())));
      }
      assertThat(done).as("seed %d", seed).containsExactly(Action.values());
    }
  }

  @Test
  void whatIsWaitedForIsSaid() {
    assertThat(new Phase.Programming(Set.of(Phase.Part.ROUTES, Phase.Part.POLICY)).waitsFor())
        .isEqualTo("waits until policy, local routes is in the kernel");
  }
}

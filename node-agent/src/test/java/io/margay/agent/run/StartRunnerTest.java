package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.agent.start.Phase;
import io.margay.agent.start.StartMachine.Action;
import io.margay.agent.start.StartMachine.Event;
import io.margay.foundation.time.VirtualTime;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class StartRunnerTest {
  private final LinkedBlockingQueue<Action> done = new LinkedBlockingQueue<>();
  private final Semaphore mayRetry = new Semaphore(0);
  private final Retries retries = new Retries(_ -> mayRetry.acquire());
  private final StartRunner runner = new StartRunner(retries, new VirtualTime());

  private StartRunner noting() {
    for (Action action : Action.values()) {
      runner.on(action, () -> done.add(action));
    }
    return runner;
  }

  private Action next() throws InterruptedException {
    return done.poll(10, TimeUnit.SECONDS);
  }

  private void everythingHappens() {
    runner.happened(new Event.Live());
    runner.happened(new Event.Synced());
    for (Phase.Part part : Phase.Part.values()) {
      runner.happened(new Event.InForce(part));
    }
    runner.happened(new Event.Recovered());
  }

  @Test
  void allActionsAreDoneInOrder() throws InterruptedException {
    noting().start();
    everythingHappens();
    for (Action action : Action.values()) {
      assertThat(next()).isEqualTo(action);
    }
    assertThat(runner.phase()).isInstanceOf(Phase.Ready.class);
  }

  @Test
  void anActionThatThrowsStopsNoOtherAndIsDoneLater() throws InterruptedException {
    var broken = new Semaphore(1);
    noting()
        .on(
            Action.RELEASE_POLICY,
            () -> {
              if (broken.tryAcquire()) {
                throw new IllegalStateException("no iptables");
              }
              done.add(Action.RELEASE_POLICY);
            })
        .start();
    everythingHappens();
    for (Action action :
        List.of(
            Action.PROGRAM_KERNEL,
            Action.SERVE_CNI,
            Action.START_BGP,
            Action.RELEASE_ROUTES,
            Action.REPORT_READY)) {
      assertThat(next()).isEqualTo(action);
    }
    assertThat(retries.trouble()).hasValueSatisfying(t -> assertThat(t).contains("no iptables"));
    mayRetry.release();
    assertThat(next()).isEqualTo(Action.RELEASE_POLICY);
  }

  @Test
  void aRunnerThatLacksAnActionDoesNotBegin() {
    assertThatThrownBy(runner::start)
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("PROGRAM_KERNEL");
  }
}

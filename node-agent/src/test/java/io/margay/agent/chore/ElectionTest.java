package io.margay.agent.chore;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.lease.LeaseMachine.Settings;
import io.margay.kube.store.LeaseStore;
import io.margay.kube.types.ObjectKey;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Elections over HTTP; who may lead when is shown by the machine's own test. */
@Timeout(60)
class ElectionTest {
  private static final String PATH =
      "/apis/coordination.k8s.io/v1/namespaces/kube-system/leases/margay-chores";
  private static final int FORBIDDEN = 403;

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final Map<String, Thread> working = new ConcurrentHashMap<>();
  private final List<Election> elections = new ArrayList<>();
  private final AtomicInteger faults = new AtomicInteger();
  private volatile Optional<String> reason = Optional.empty();

  @AfterEach
  void end() {
    elections.forEach(Election::stop);
    api.close();
    server.close();
  }

  /** A chore that lasts for its term, and says who does it. */
  private Chore chore(String name, CountDownLatch begun) {
    return new Chore() {
      @Override
      public String name() {
        return name;
      }

      @Override
      public Duration rest() {
        return Duration.ofDays(1);
      }

      @Override
      public void run(Term term) throws InterruptedException {
        working.put(name, Thread.currentThread());
        begun.countDown();
        try {
          Thread.sleep(rest());
        } finally {
          working.remove(name);
        }
      }
    };
  }

  private Election election(String name, CountDownLatch begun) {
    var election =
        new Election(
            new LeaseStore(api, new ObjectKey("kube-system", "margay-chores")),
            new Election.Candidate(name, this::standsBack, () -> 2),
            List.of(chore(name, begun)),
            System::nanoTime,
            InstantSource.system(),
            new Settings(
                name, Duration.ofSeconds(1), Duration.ofMillis(800), Duration.ofMillis(50)));
    elections.add(election);
    election.start();
    return election;
  }

  private Optional<String> standsBack() {
    if (faults.getAndDecrement() > 0) {
      throw new IllegalStateException("an image that nobody understands");
    }
    return reason;
  }

  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      // The test's time limit interrupts.
      assertThat(Thread.currentThread().isInterrupted()).isFalse();
      Thread.onSpinWait();
    }
  }

  private Object holder() {
    Map<?, ?> spec = (Map<?, ?>) server.at(PATH).orElseThrow().get("spec");
    return String.valueOf(spec.get("holderIdentity"));
  }

  @Test
  void oneDoesTheChoresAndAnotherAfterIt() throws InterruptedException {
    var firstBegun = new CountDownLatch(1);
    Election first = election("first", firstBegun);
    firstBegun.await();
    assertThat(holder()).isEqualTo("first");
    var secondBegun = new CountDownLatch(1);
    Election second = election("second", secondBegun);
    first.stop();
    secondBegun.await();
    until(() -> !working.containsKey("first"));
    assertThat(first.isElected()).isFalse();
    until(second::isElected);
    until(() -> second.doing().equals("done by this agent"));
  }

  @Test
  void holderAsksOnceARenewal() throws InterruptedException {
    var begun = new CountDownLatch(1);
    election("a", begun);
    begun.await();
    until(() -> asked("PUT") >= 5);
    assertThat(asked("GET")).as("those that looked first").isLessThan(asked("PUT"));
  }

  private long asked(String method) {
    return server.requests().stream().filter(r -> r.method().equals(method)).count();
  }

  @Test
  void whereSomebodyElseDoesThemNobodyIsElected() throws InterruptedException {
    reason = Optional.of("pod kube-system/calico-kube-controllers-1 does them");
    var begun = new CountDownLatch(1);
    Election election = election("a", begun);
    reason = Optional.empty();
    begun.await();
    reason = Optional.of("they are back");
    until(() -> working.isEmpty() && !election.isElected());
    until(() -> holder().equals(""));
    assertThat(election.doing()).isEqualTo("they are back");
  }

  @Test
  void anElectionThatNeverBeganEndsAtOnceAndOneThatBeganTwiceIsOne() throws InterruptedException {
    var never =
        new Election(
            new LeaseStore(api, new ObjectKey("kube-system", "margay-chores")),
            new Election.Candidate("never", () -> reason, () -> 2),
            List.of(),
            System::nanoTime,
            InstantSource.system());
    never.stop();
    assertThat(server.requests()).isEmpty();
    var begun = new CountDownLatch(1);
    Election twice = election("twice", begun);
    twice.start();
    begun.await();
    assertThat(holder()).isEqualTo("twice");
  }

  @Test
  void aFaultOfOursIsSurvived() throws InterruptedException {
    faults.set(1);
    var begun = new CountDownLatch(1);
    election("a", begun);
    begun.await();
    assertThat(faults).hasValueLessThan(1);
  }

  @Test
  void agentThatMayNotGoesOnWithout() {
    server.answerNext(FORBIDDEN, "leases.coordination.k8s.io is forbidden");
    Election election = election("a", new CountDownLatch(1));
    until(() -> server.requests().size() == 2);
    assertThat(election.isElected()).isFalse();
    assertThat(server.at(PATH)).isEmpty();
    until(() -> election.doing().contains("allow get, create and update of"));
    assertThat(election.doing()).contains("403").contains("leases.coordination.k8s.io");
  }
}

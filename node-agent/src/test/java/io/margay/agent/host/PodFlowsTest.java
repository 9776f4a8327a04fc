package io.margay.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Plans;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netfilter.Conntrack;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PodFlowsTest {
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Ip POD = Ip.of("10.65.0.2");
  private static final FibKey ROUTE = FibKey.main(POD.asPrefix(), 1024);

  /** What happened, in its order. */
  private final LinkedBlockingQueue<String> steps = new LinkedBlockingQueue<>();

  /** A permit for each time that connections may be ended. */
  private final Semaphore mayEnd = new Semaphore(0);

  private Map<Ip, String> last = Map.of();

  private final AtomicInteger broken = new AtomicInteger();
  private final PodFlows flows = new PodFlows(new Routes(), this::end, System::nanoTime);

  @AfterEach
  void stop() throws InterruptedException {
    flows.stop();
  }

  @Test
  void theRouteGoesFirstAndThenTheConnections() throws InterruptedException {
    flows.start();
    mayEnd.release();
    planned(1, Map.of(POD, "cali1"));
    planned(2, Map.of());
    next(
        "change 1 +[10.65.0.2 cali1] -[]",
        "change 2 +[] -[10.65.0.2]",
        "await 2 [10.65.0.2]",
        "end [10.65.0.2]");
  }

  @Test
  void aPodWithTheSameAddressWaitsUntilTheyHaveEnded() throws InterruptedException {
    flows.start();
    planned(1, Map.of(POD, "cali1"));
    planned(2, Map.of());
    next(
        "change 1 +[10.65.0.2 cali1] -[]",
        "change 2 +[] -[10.65.0.2]",
        "await 2 [10.65.0.2]",
        "end [10.65.0.2]");
    planned(3, Map.of(POD, "cali1", Ip.of("10.65.0.3"), "cali2"));
    next("change 3 +[10.65.0.3 cali2] -[10.65.0.2]");
    mayEnd.release();
    next("change 3 +[10.65.0.2 cali1] -[]");
    flows.awaitFree(Set.of(ROUTE), LONG);
    assertThat(steps).isEmpty();
  }

  @Test
  void anAddressThatMovesToAnotherInterfaceWaitsToo() throws InterruptedException {
    flows.start();
    mayEnd.release();
    planned(1, Map.of(POD, "cali1"));
    planned(2, Map.of(POD, "cali2"));
    next(
        "change 1 +[10.65.0.2 cali1] -[]",
        "change 2 +[] -[10.65.0.2]",
        "await 2 [10.65.0.2]",
        "end [10.65.0.2]",
        "change 2 +[10.65.0.2 cali2] -[]");
  }

  @Test
  void anAddressThatLeavesTwiceWaitsForTheSecondTime() throws InterruptedException {
    planned(1, Map.of(POD, "cali1"));
    planned(2, Map.of());
    planned(3, Map.of(POD, "cali1"));
    planned(4, Map.of());
    planned(5, Map.of(POD, "cali1"));
    next(
        "change 1 +[10.65.0.2 cali1] -[]",
        "change 2 +[] -[10.65.0.2]",
        "change 3 +[] -[10.65.0.2]",
        "change 4 +[] -[10.65.0.2]",
        "change 5 +[] -[10.65.0.2]");
    mayEnd.release();
    flows.start();
    next("await 4 [10.65.0.2]", "end [10.65.0.2]", "change 5 +[10.65.0.2 cali1] -[]");
  }

  @Test
  void whatTheKernelCannotDoKeepsNobodyWaiting() throws InterruptedException {
    broken.set(3);
    mayEnd.release(3);
    flows.start();
    planned(1, Map.of(POD, "cali1"));
    planned(2, Map.of(POD, "cali2"));
    next("change 1 +[10.65.0.2 cali1] -[]", "change 2 +[] -[10.65.0.2]", "await 2 [10.65.0.2]");
    next(
        "end [10.65.0.2]", "end [10.65.0.2]", "end [10.65.0.2]", "change 2 +[10.65.0.2 cali2] -[]");
  }

  @Test
  void whoWaitsForOtherAddressesIsNotKept() throws InterruptedException {
    planned(1, Map.of(POD, "cali1"));
    planned(2, Map.of());
    flows.awaitFree(Set.of(FibKey.main(Ip.of("10.65.0.3").asPrefix(), 1024)), LONG);
    flows.awaitFree(Set.of(ROUTE), Duration.ZERO);
  }

  @Test
  void routesOfBeforeThatBelongToNoPodLeaveAsWell() throws InterruptedException {
    Ip stale = Ip.of("10.65.0.9");
    planned(1, Map.of(POD, "cali1"));
    flows.found(Map.of(POD, ROUTE, stale, FibKey.main(stale.asPrefix(), 0)));
    mayEnd.release();
    flows.start();
    next("change 1 +[10.65.0.2 cali1] -[]", "await 1 [10.65.0.9]", "end [10.65.0.9]");
  }

  private void planned(long version, Map<Ip, String> pods) {
    flows.planned(Plans.ofPods(version, last, pods));
    last = pods;
  }

  private void next(String... expected) throws InterruptedException {
    for (String step : expected) {
      assertThat(steps.poll(20, TimeUnit.SECONDS)).isEqualTo(step);
    }
  }

  private Conntrack.Deletion end(Set<Ip> addresses) {
    steps.add("end " + addresses);
    mayEnd.acquireUninterruptibly();
    if (broken.getAndDecrement() > 0) {
      throw new KernelException("conntrack show IPV4", 22);
    }
    return new Conntrack.Deletion(addresses.size(), List.of());
  }

  /** Writes down what the flows ask for. */
  private final class Routes implements PodFlows.Routes {
    @Override
    public void change(long version, Map<FibKey, FibRoute> put, Set<FibKey> remove) {
      steps.add("change " + version + " +" + text(put) + " -" + addresses(remove));
    }

    @Override
    public void await(long version, Set<FibKey> keys, Duration limit) {
      steps.add("await " + version + " " + addresses(keys));
    }

    private static List<String> text(Map<FibKey, FibRoute> routes) {
      return routes.entrySet().stream()
          .map(e -> address(e.getKey()) + " " + e.getValue().nextHops().getFirst().interfaceName())
          .toList();
    }
  }

  private static List<Ip> addresses(Set<FibKey> keys) {
    return keys.stream().map(PodFlowsTest::address).toList();
  }

  private static Ip address(FibKey key) {
    return key.destination().address();
  }
}

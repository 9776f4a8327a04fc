package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.host.AddressNews;
import io.margay.agent.host.PodFlows;
import io.margay.agent.stage.Plan;
import io.margay.agent.stage.Plans;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Conntrack;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.view.KernelView;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;

/** What is said of routes while the loop that makes them is at work, and who builds on it. */
class FibRoutesTest {
  private static final Duration LONG = Duration.ofSeconds(20);
  private static final Ip POD = Ip.of("172.30.1.200");
  private static final FibKey KEY = FibKey.main(POD.asPrefix(), 1024);

  private final Map<FibKey, FibRoute> kernel = new ConcurrentHashMap<>();
  private final Set<FibKey> refused = ConcurrentHashMap.newKeySet();
  private final ReconcileLoop<FibKey, FibRoute> loop =
      new ReconcileLoop<>(
          "test",
          new Reconciler<>(
              new Kernel(),
              ReconcilerSettings.DEFAULT,
              new Hold(Set.of()),
              new Random(1),
              System.nanoTime()),
          System::nanoTime);
  private final FibRoutes routes = new FibRoutes(loop);

  @BeforeEach
  void start() {
    loop.start();
  }

  @AfterEach
  void stop() throws InterruptedException {
    loop.stop();
  }

  private static FibRoute to(String device) {
    return FibRoute.unicast(3, FibNextHop.device(device));
  }

  private Set<FibKey> there(long version, String device) throws InterruptedException {
    return routes.there(version, Map.of(KEY, to(device)));
  }

  private Reached<FibKey> reached(long version) throws InterruptedException {
    return loop.await(version, Set.of(KEY), LONG);
  }

  @Test
  void aRouteThatNobodyWantedIsNotThere() throws InterruptedException {
    loop.tell(r -> r.change(1, Map.of(), Set.of()));
    assertThat(reached(1)).as("nothing of it waits").isInstanceOf(Reached.Yes.class);
    assertThat(there(1, "cali1")).isEmpty();
  }

  @Test
  void aRouteIsThereWithItsValueAndItsVersion() throws InterruptedException {
    routes.change(2, Map.of(KEY, to("cali1")), Set.of());
    assertThat(reached(2)).isInstanceOf(Reached.Yes.class);
    assertThat(there(2, "cali1")).containsExactly(KEY);
    assertThat(there(2, "cali2")).isEmpty();
    assertThat(there(3, "cali1")).as("told of no such plan yet").isEmpty();
  }

  @Test
  void aRouteThatIsRefusedIsNotThere() throws InterruptedException {
    refused.add(KEY);
    routes.change(1, Map.of(KEY, to("cali1")), Set.of());
    assertThat(there(1, "cali1")).isEmpty();
  }

  @Test
  void aRouteThatIsToGoIsNotThereThoughTheKernelStillHasIt() throws InterruptedException {
    routes.change(1, Map.of(KEY, to("cali1")), Set.of());
    assertThat(reached(1)).isInstanceOf(Reached.Yes.class);
    refused.add(KEY);
    routes.change(2, Map.of(), Set.of(KEY));
    for (int i = 0; i < 10; i++) {
      assertThat(there(2, "cali1")).isEmpty();
    }
    assertThat(kernel).containsKey(KEY);
  }

  /** As CNI ADD has it: the pod is planned, then its interface comes up. */
  @Test
  void anAddressIsAnnouncedOnceItsRouteIsInTheKernel() throws InterruptedException {
    var sent = new LinkedBlockingQueue<Boolean>();
    var flows = new PodFlows(routes, _ -> new Conntrack.Deletion(0, List.of()), System::nanoTime);
    var news =
        new AddressNews(
            routes,
            (_, _) -> sent.add(kernel.containsKey(KEY)),
            FibRoutesTest::view,
            _ -> true,
            System::nanoTime);
    news.start();
    for (Plan plan : List.of(Plans.ofPods(1, Map.of()), Plans.ofDownPods(2, Map.of(POD, "c1")))) {
      flows.planned(plan);
      news.planned(plan);
    }
    assertThat(reached(2)).isInstanceOf(Reached.Yes.class);
    assertThat(sent.poll(200, TimeUnit.MILLISECONDS)).isNull();

    Plan up = Plans.ofPods(3, Map.of(POD, "c1"));
    flows.planned(up);
    news.planned(up);
    assertThat(sent.poll(LONG.toSeconds(), TimeUnit.SECONDS)).isEqualTo(true);
    news.stop();
  }

  private static KernelView view() {
    var eth0 =
        new LinkEntry(
            2,
            "eth0",
            LinkEntry.UP | LinkEntry.LOWER_UP,
            1500,
            Optional.of(new Mac(2)),
            "",
            0,
            0,
            LinkEntry.OPER_UP);
    return new KernelView(
        HashTreePMap.empty(),
        HashTreePMap.singleton(2, eth0),
        OrderedPSet.singleton(
            new AddressEntry(2, InterfaceAddress.of("172.30.1.9/24"), Optional.empty(), 0, 0)));
  }

  private final class Kernel implements Target<FibKey, FibRoute> {
    @Override
    public Map<FibKey, FibRoute> dump() {
      return Map.copyOf(kernel);
    }

    @Override
    public List<ItemResult<FibKey>> apply(Diff<FibKey, FibRoute> diff) {
      var results = new ArrayList<ItemResult<FibKey>>();
      diff.put()
          .forEach((key, route) ->
              results.add(result(key, "no such device", () -> kernel.put(key, route))));
      diff.remove().forEach(key -> results.add(result(key, "busy", () -> kernel.remove(key))));
      return results;
    }

    private ItemResult<FibKey> result(FibKey key, String why, Runnable change) {
      if (refused.contains(key)) {
        return new ItemResult.Failed<>(key, why);
      }
      change.run();
      return new ItemResult.Done<>(key);
    }
  }
}

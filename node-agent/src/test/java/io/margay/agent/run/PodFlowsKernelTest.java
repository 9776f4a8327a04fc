package io.margay.agent.run;

import static java.util.stream.Collectors.toSet;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.host.PodFlows;
import io.margay.agent.stage.Plans;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.target.RouteTarget;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes and connections of a real kernel; ip(8) and conntrack(8) are the judges. */
class PodFlowsKernelTest {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final Ip POD = Ip.of("10.65.0.2");
  private static final Ip POD6 = Ip.of("fd00:65::2");
  private static final Ip OTHER = Ip.of("10.65.0.3");

  private final TestNetns node = TestNetns.create();
  private RouteTarget target;
  private ReconcileLoop<FibKey, FibRoute> fib;
  private PodFlows flows;
  private Map<Ip, String> last = Map.of();

  @BeforeEach
  void begin() {
    node.device("cali1");
    node.device("cali2");
    target = new RouteTarget(Rtnl.in(node.netns()), Ownership.CALICO);
    fib =
        new ReconcileLoop<>(
            "fib",
            new Reconciler<>(
                target,
                ReconcilerSettings.DEFAULT,
                new Hold(Set.of()),
                new Random(1),
                System.nanoTime()),
            System::nanoTime);
    flows =
        new PodFlows(
            new FibRoutes(fib),
            addresses -> node.netns().call(() -> PodFlows.endInKernel(addresses)),
            System::nanoTime);
    fib.start();
    flows.start();
  }

  @AfterEach
  void end() throws InterruptedException {
    flows.stop();
    fib.stop();
    target.close();
    node.close();
  }

  @Test
  void connectionsEndWithTheirPodAndBeforeTheNextOneIsReached() throws InterruptedException {
    planned(1, Map.of(POD, "cali1", POD6, "cali1", OTHER, "cali2"));
    insert("-s 10.65.0.2 -d 192.0.2.1 -p tcp --sport 1 --dport 80 --state ESTABLISHED");
    insert("-s 192.0.2.1 -d 10.96.0.1 --dst-nat 10.65.0.2 -p udp --sport 5 --dport 53");
    insert("-s fd00:65::2 -d 2001:db8::1 -p udp --sport 5 --dport 53");
    insert("-s 10.65.0.3 -d 192.0.2.1 -p tcp --sport 1 --dport 80 --state ESTABLISHED");

    // The pod moves to another interface; its neighbour stays where it is.
    planned(2, Map.of(POD, "cali2", POD6, "cali2", OTHER, "cali2"));

    assertThat(node.ip("route show 10.65.0.2")).contains("dev cali2");
    assertThat(node.ip("-6 route show fd00:65::2")).contains("dev cali2");
    assertThat(listed()).hasSize(1).allMatch(line -> line.contains("10.65.0.3"));

    insert("-s 10.65.0.2 -d 192.0.2.1 -p tcp --sport 1 --dport 80 --state ESTABLISHED");
    planned(3, Map.of(POD, "cali2", POD6, "cali2", OTHER, "cali2"));
    assertThat(listed()).as("nothing moved").hasSize(2);
  }

  private void planned(long version, Map<Ip, String> pods) throws InterruptedException {
    flows.planned(Plans.ofPods(version, last, pods));
    last = pods;
    Set<FibKey> keys =
        pods.keySet().stream().map(ip -> FibKey.main(ip.asPrefix(), 1024)).collect(toSet());
    flows.awaitFree(keys, LIMIT);
    assertThat(fib.await(version, keys, LIMIT)).isInstanceOf(Reached.Yes.class);
  }

  private void insert(String flow) {
    conntrack("-I -t 300 " + flow);
  }

  private List<String> listed() {
    var lines = new ArrayList<String>();
    for (String family : List.of("ipv4", "ipv6")) {
      conntrack("-L -f " + family).lines().filter(l -> l.contains("src=")).forEach(lines::add);
    }
    return lines;
  }

  private String conntrack(String arguments) {
    var argv = new ArrayList<>(List.of("ip", "netns", "exec", node.name(), "conntrack"));
    argv.addAll(List.of(arguments.split(" ")));
    return Program.run(argv, Optional.empty(), LIMIT).orThrow().out();
  }
}

package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Hold;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.foundation.reconcile.ReconcilerSettings;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.process.Child;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.policy.apply.PolicyTarget;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.model.AddressPool;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.Profile;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import io.margay.route.target.KernelWatch;
import io.margay.route.target.RouteTarget;
import io.margay.route.view.KernelView;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The agent's loops beside what a stopped Calico and Flannel left: what is right stays untouched,
 * what is stale goes when the holds end, what is Flannel's stays whatever happens.
 */
class TakeOverTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** A route that only the test makes: what the kernel told before it has been heard behind it. */
  private static final Prefix MARK = Prefix.of("203.0.113.1/32");

  private final BlockingQueue<RtnlEvent> events = new LinkedBlockingQueue<>();

  @Test
  void whatIsRightStaysAndWhatIsStaleGoesBehindTheHolds(@TempDir Path directory)
      throws InterruptedException, IOException {
    Path log = Files.createFile(directory.resolve("ping.log"));
    try (var node = new TakenOverNode();
        KernelWatch _ =
            KernelWatch.start(
                node.netns().netns(), 0, _ -> true, new Listener(), System::nanoTime);
        var routes = new RouteTarget(Rtnl.in(node.netns().netns()), Ownership.CALICO);
        var policy = new PolicyTarget(Backend.LEGACY, List.of(Family.IPV4), node.launcher())) {
      Child ping = node.ping(log);
      ReconcileLoop<FibKey, FibRoute> fib = loop("fib", routes, ReconcilerSettings.DEFAULT);
      ReconcileLoop<RenderKey, Rendered> chains = loop("policy", policy, PolicyTarget.SETTINGS);
      try {
        takeOver(node, fib, chains);
        int sofar = TakenOverNode.answered(log).size();
        while (TakenOverNode.answered(log).size() <= sofar && ping.isAlive()) {
          toldUntilMark(node); // takes a while, in which the last of them is answered
        }
        assertThat(ping.isAlive()).as("it pinged all the time").isTrue();
      } finally {
        fib.stop();
        chains.stop();
        ping.kill();
      }
    }
    List<Integer> answered = TakenOverNode.answered(log);
    assertThat(answered)
        .as("no ping is without its answer")
        .isNotEmpty()
        .isEqualTo(IntStream.rangeClosed(1, answered.size()).boxed().toList());
  }

  private void takeOver(
      TakenOverNode node,
      ReconcileLoop<FibKey, FibRoute> fib,
      ReconcileLoop<RenderKey, Rendered> chains)
      throws InterruptedException {
    toldUntilMark(node);
    String routesBefore = node.routes();
    String linksBefore = node.links();
    String foreignBefore = node.foreignRules();
    fib.tell(r -> r.want(1, wantedRoutes()));
    chains.tell(r -> r.want(1, wantedPolicy()));
    fib.start();
    chains.start();
    assertReached(fib);
    assertReached(chains);

    assertThat(toldUntilMark(node)).as("changes of routes").isEmpty();
    assertThat(node.routes()).isEqualTo(routesBefore);
    assertThat(node.links()).isEqualTo(linksBefore);
    assertThat(node.foreignRules()).isEqualTo(foreignBefore);
    assertThat(node.save()).as("held").contains(":cali-pri-stale");
    assertThat(node.sets()).as("held").contains("cali40s:stale");

    fib.tell(r -> r.release(Dataplane.HOLD));
    chains.tell(r -> r.release(Dataplane.HOLD));
    assertReached(fib);
    assertReached(chains);

    assertThat(toldUntilMark(node).stream().map(TakeOverTest::destination))
        .containsExactlyInAnyOrder("10.65.0.3/32", "10.65.9.0/26");
    assertThat(node.routes()).isEqualTo(without(routesBefore, "10.65.0.3 ", "10.65.9.0/26 "));
    assertThat(node.links()).isEqualTo(linksBefore);
    assertThat(node.foreignRules()).isEqualTo(foreignBefore);
    assertThat(node.save()).doesNotContain("cali-pri-stale");
    assertThat(node.sets()).doesNotContain("stale");
  }

  private static <K, V> ReconcileLoop<K, V> loop(
      String name, Target<K, V> target, ReconcilerSettings settings) {
    return new ReconcileLoop<>(
        name,
        new Reconciler<>(
            target, settings, new Hold(Set.of(Dataplane.HOLD)), new Random(1), System.nanoTime()),
        System::nanoTime);
  }

  private static void assertReached(ReconcileLoop<?, ?> loop) throws InterruptedException {
    assertThat(loop.await(1, Set.of(), LIMIT)).isInstanceOf(Reached.Yes.class);
  }

  private static Map<FibKey, FibRoute> wantedRoutes() {
    return Map.of(
        FibKey.main(Prefix.of("10.65.0.2/32"), 1024),
        FibRoute.unicast(Ownership.DEVICE_PROTOCOL, FibNextHop.device("cali1")),
        FibKey.main(Prefix.of("10.65.0.0/26")),
        FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, Ownership.BIRD_PROTOCOL),
        FibKey.main(Prefix.of("10.65.1.0/26"), 1024),
        FibRoute.unicast(Ownership.BIRD_PROTOCOL, FibNextHop.via(Ip.of("192.0.2.9"), "eth0")),
        FibKey.main(Prefix.of("10.65.2.0/26")),
        FibRoute.unicast(
            Ownership.CLUSTER_PROTOCOL, FibNextHop.onlink(Ip.of("10.65.2.1"), "vxlan.calico")));
  }

  private static Map<RenderKey, Rendered> wantedPolicy() {
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    engine.apply(
        PolicyDelta.builder()
            .put(
                new Profile(
                    "kns.shop",
                    Map.of(),
                    List.of(PolicyRule.ALLOW_ALL),
                    List.of(PolicyRule.ALLOW_ALL)))
            .put(
                new Workload(
                    new WorkloadKey("shop", "web"),
                    Map.of(),
                    List.of("kns.shop"),
                    List.of(Ip.of(TakenOverNode.POD)),
                    List.of(),
                    Optional.of("cali1")))
            .pools(Set.of(new AddressPool(Prefix.of("10.65.0.0/16"), true)))
            .hosts(Set.of(Ip.of("192.0.2.1"), Ip.of("192.0.2.9")))
            .build());
    return engine.desired();
  }

  /** Changes of routes that were told since the last time; IPv6's come and go by themselves. */
  private List<RtnlEvent> toldUntilMark(TakenOverNode node) throws InterruptedException {
    var told = new ArrayList<RtnlEvent>();
    node.netns().ip("route add blackhole " + MARK);
    node.netns().ip("route del blackhole " + MARK);
    while (true) {
      RtnlEvent event = events.poll(LIMIT.toSeconds(), TimeUnit.SECONDS);
      assertThat(event).as("the kernel tells of the mark").isNotNull();
      if (event instanceof RtnlEvent.RouteGone(var route, _) && route.destination().equals(MARK)) {
        return told;
      }
      if (isOfIpv4(event) && !destination(event).equals(MARK.toString())) {
        told.add(event);
      }
    }
  }

  private static boolean isOfIpv4(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.RouteChanged(var route, _) -> route.destination().family() == Family.IPV4;
      case RtnlEvent.RouteGone(var route, _) -> route.destination().family() == Family.IPV4;
      default -> false;
    };
  }

  private static String destination(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.RouteChanged(var route, _) -> route.destination().toString();
      case RtnlEvent.RouteGone(var route, _) -> route.destination().toString();
      default -> "";
    };
  }

  private static String without(String routes, String... beginnings) {
    var text = new StringBuilder();
    routes
        .lines()
        .filter(line -> List.of(beginnings).stream().noneMatch(line::startsWith))
        .forEach(line -> text.append(line).append('\n'));
    return text.toString();
  }

  private final class Listener implements KernelWatch.Listener {
    @Override
    public void changed(List<RtnlEvent> told) {
      events.addAll(told);
    }

    @Override
    public void view(KernelView view) {}
  }
}

package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.Change;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NetworkPolicy;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.PolicyKey;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import io.margay.tunnel.plan.IpipSupport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PlannerTest {
  private static final NodeName SELF = new NodeName("n1");
  private static final Prefix BLOCK = Prefix.of("10.244.1.0/26");

  private static Planner planner() {
    var planner =
        Planners.of(SELF, Backend.BIRD, new RouterId.NodeAddress(), IpipSupport.FORWARDER);
    planner.kernel(
        new KernelFacts(
            List.of(), Set.of("eth0", "caliweb0", "caliweb1"), Map.of("eth0", 1500), List.of()));
    return planner;
  }

  private static Node node() {
    return new Node(
        SELF,
        Map.of(),
        new Node.Bgp(
            Optional.of(InterfaceAddress.of("172.30.1.9/24")),
            Optional.empty(),
            Optional.empty(),
            Optional.empty()),
        Node.Tunnels.NONE,
        List.of(),
        List.of(),
        List.of());
  }

  private static Pod pod(int number, String node, Map<String, String> labels) {
    return new Pod(
        new PodKey("shop", "web" + number),
        "uid" + number,
        labels,
        Optional.of(new NodeName(node)),
        false,
        List.of(Ip.of("10.244.1." + (number + 1))),
        Pod.Phase.RUNNING,
        false,
        List.of(),
        "default",
        Map.of(),
        Optional.empty());
  }

  private static ClusterDelta delta(ClusterImage image, Map<PodKey, Optional<Pod>> pods) {
    var changes = new HashMap<PodKey, Change<Pod>>();
    pods.forEach((key, after) ->
        Change.between(Optional.ofNullable(image.pods().get(key)), after)
            .ifPresent(change -> changes.put(key, change)));
    ClusterDelta none = ClusterDelta.NONE;
    return new ClusterDelta(
        none.nodes(),
        none.namespaces(),
        changes,
        none.serviceAccounts(),
        none.networkPolicies(),
        none.ipPools(),
        none.ipamBlocks(),
        none.blockAffinities(),
        none.bgpConfigurations(),
        none.bgpPeers(),
        none.bgpFilters(),
        none.clusterInformations(),
        none.felixConfigurations());
  }

  /** A node, a namespace, a block and a policy that is about pods with the label app=web. */
  private static ClusterImage world() {
    var affinity = Affinity.of(Owner.host("n1"), BLOCK, Affinity.State.CONFIRMED);
    ClusterDelta none = ClusterDelta.NONE;
    var spec =
        Map.<String, Object>of(
            "podSelector", Map.of("matchLabels", Map.of("app", "web")),
            "policyTypes", List.of("Ingress"));
    var policy = new NetworkPolicy(new PolicyKey("shop", "closed"), "u", spec);
    return ClusterImage.EMPTY.apply(
        new ClusterDelta(
            Map.of(SELF, new Change.Put<>(Optional.empty(), node())),
            Map.of(
                "shop",
                new Change.Put<>(Optional.empty(), new Namespace("shop", Map.of(), Map.of()))),
            none.pods(),
            none.serviceAccounts(),
            Map.of(policy.key(), new Change.Put<>(Optional.empty(), policy)),
            none.ipPools(),
            none.ipamBlocks(),
            Map.of("n1-block", new Change.Put<>(Optional.empty(), affinity)),
            none.bgpConfigurations(),
            none.bgpPeers(),
            none.bgpFilters(),
            none.clusterInformations(),
            none.felixConfigurations()));
  }

  private record End(Set<FibKey> routes, Set<Prefix> originated, Map<RenderKey, Rendered> policy) {
    static End of(Planner planner) {
      Plan plan = planner.plan(0);
      return new End(
          planner.routes().wanted().keySet(),
          plan.originated().keySet(),
          Map.copyOf(planner.policy().desired()));
    }
  }

  @Test
  void onlyThisNodesPodsAreLocal() {
    Planner planner = planner();
    ClusterImage image =
        Images.of(
            node(), Images.pod("web", "n1", "10.244.1.1"), Images.pod("far", "n2", "10.244.2.1"));
    planner.image(image, ClusterDelta.from(image));
    assertThat(planner.localPods()).containsOnlyKeys(new PodKey("shop", "web"));
  }

  @Test
  void everyWayToTheSameFactsEndsInTheSamePlan() {
    for (long seed = 0; seed < 50; seed++) {
      var random = new Random(seed);
      var steps = new ArrayList<Map<PodKey, Optional<Pod>>>();
      for (int i = 0; i < 30; i++) {
        int number = random.nextInt(6);
        var labels = Map.of("app", random.nextBoolean() ? "web" : "db");
        Optional<Pod> after =
            random.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(pod(number, random.nextBoolean() ? "n1" : "n2", labels));
        steps.add(Map.of(new PodKey("shop", "web" + number), after));
      }
      End single = run(steps, false, false);
      assertThat(run(steps, true, false)).as("seed %d, squashed", seed).isEqualTo(single);
      assertThat(run(steps, false, true)).as("seed %d, doubled", seed).isEqualTo(single);
    }
  }

  private static End run(
      List<Map<PodKey, Optional<Pod>>> steps, boolean squashed, boolean doubled) {
    Planner planner = planner();
    ClusterImage image = world();
    ClusterDelta all = ClusterDelta.from(image);
    if (!squashed) {
      planner.image(image, all);
    }
    for (Map<PodKey, Optional<Pod>> step : steps) {
      for (int i = 0; i < (doubled ? 2 : 1); i++) {
        ClusterDelta delta = delta(image, step);
        image = image.apply(delta);
        if (squashed) {
          all = all.then(delta);
        } else {
          planner.image(image, delta);
          planner.plan(0);
        }
      }
    }
    if (squashed) {
      planner.image(image, all);
    }
    return End.of(planner);
  }

  @Test
  void aPodThatCniWiredIsPlannedBeforeItsWatchEventAndGoneAfterItsDel() {
    Planner planner = planner();
    planner.image(world(), ClusterDelta.from(world()));
    Pod early = pod(0, "n1", Map.of("app", "web"));
    planner.early(early);
    planner.wired(
        early.key(),
        new LocalPods.Wired("c1", "eth0", "caliweb0", List.of(Ip.of("10.244.1.9")), false));
    planner.plan(0);
    FibKey route = FibKey.main(Prefix.of("10.244.1.9/32"), 1024);
    assertThat(planner.routes().wanted()).containsKey(route);
    assertThat(planner.policy().keysOf(new WorkloadKey("shop", "web0"))).isNotEmpty();

    planner.forget("another");
    planner.plan(0);
    assertThat(planner.routes().wanted()).containsKey(route);
    planner.forget("c1");
    planner.plan(0);
    assertThat(planner.routes().wanted()).doesNotContainKey(route);
  }
}

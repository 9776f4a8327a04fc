package io.margay.policy.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Diff;
import io.margay.policy.convert.KubernetesLabels;
import io.margay.policy.model.Action;
import io.margay.policy.model.AddressPool;
import io.margay.policy.model.Direction;
import io.margay.policy.model.NamedPort;
import io.margay.policy.model.Peer;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.Tier;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import io.margay.policy.render.ServiceLoop;
import io.margay.policy.render.SetName;
import io.margay.policy.selector.Selector;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PolicyEngineTest {
  private static final RenderSettings DUAL =
      new RenderSettings(
          List.of("cali"),
          RenderSettings.HookMode.INSERT,
          RenderSettings.HostAction.ACCEPT,
          RenderSettings.DenyAction.DROP,
          0xffff0000L,
          true,
          new RenderSettings.Tunnels(
              Optional.of("tunl0"),
              Optional.of("udp.margay"),
              Optional.of("vxlan.calico"),
              Optional.of("vxlan-v6.calico")),
          4789,
          false,
          false,
          true,
          1 << 20,
          List.of(),
          ServiceLoop.ALLOWED);

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4, 5})
  void endsWhereARebuildEndsWhateverTheWay(long seed) {
    var random = new Random(seed);
    var engine = new PolicyEngine(DUAL);
    Map<RenderKey, Rendered> followed = new HashMap<>(engine.desired());
    for (int step = 0; step < 100; step++) {
      var delta = PolicyDelta.builder();
      int changes = 1 + random.nextInt(4);
      for (int i = 0; i < changes; i++) {
        change(random, delta);
      }
      PolicyDelta built = delta.build();
      follow(followed, engine.apply(built));
      Diff<RenderKey, Rendered> again = engine.apply(built);
      assertThat(again.isEmpty()).as("seed %d, step %d: done twice", seed, step).isTrue();
      assertThat(followed).as("seed %d, step %d", seed, step).isEqualTo(engine.desired());
      if (step % 10 == 0) {
        assertThat(engine.desired())
            .as("seed %d, step %d", seed, step)
            .isEqualTo(rebuilt(engine).desired());
        assertReferencesExist(engine.desired());
      }
    }
    RenderSettings other = DUAL.with(RenderSettings.Tunnels.NONE, 4790, List.of());
    follow(followed, engine.reconfigure(other));
    var fresh = new PolicyEngine(other);
    fresh.apply(all(engine));
    assertThat(followed).isEqualTo(engine.desired()).isEqualTo(fresh.desired());
  }

  @Test
  void changesElsewhereTouchSetsOnly() {
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    engine.apply(
        PolicyDelta.builder()
            .put(KubernetesLabels.namespace("n", Map.of()))
            .put(pod("n", "web", Map.of("app", "web"), "10.0.0.1", Optional.of("cali1")))
            .put(policy("n", "p", "app == 'web'", "app == 'client'"))
            .build());
    Diff<RenderKey, Rendered> diff =
        engine.apply(
            PolicyDelta.builder()
                .put(pod("n", "c", Map.of("app", "client"), "10.0.0.2", Optional.empty()))
                .build());
    assertThat(diff.put().keySet()).hasSize(1).allMatch(SetName.class::isInstance);
    assertThat(diff.remove()).isEmpty();
  }

  @Test
  void policiesOfNobodyHereAreNotInTheKernel() {
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    Diff<RenderKey, Rendered> diff =
        engine.apply(
            PolicyDelta.builder()
                .put(KubernetesLabels.namespace("n", Map.of()))
                .put(pod("n", "web", Map.of("app", "web"), "10.0.0.1", Optional.empty()))
                .put(policy("n", "p", "app == 'web'", "all()"))
                .build());
    assertThat(diff.isEmpty()).isTrue();
  }

  @Test
  void anAddressStaysWhileOneOfItsTwoPodsIsThere() {
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    engine.apply(
        PolicyDelta.builder()
            .put(KubernetesLabels.namespace("n", Map.of()))
            .put(pod("n", "web", Map.of("app", "web"), "10.0.0.1", Optional.of("cali1")))
            .put(policy("n", "p", "app == 'web'", "app == 'client'"))
            .put(pod("n", "old", Map.of("app", "client"), "10.0.0.2", Optional.empty()))
            .put(pod("n", "new", Map.of("app", "client"), "10.0.0.2", Optional.empty()))
            .build());
    assertThat(
            engine
                .apply(PolicyDelta.builder().remove(new WorkloadKey("n", "old")).build())
                .isEmpty())
        .isTrue();
    assertThat(
            engine.apply(PolicyDelta.builder().remove(new WorkloadKey("n", "new")).build()).put())
        .hasSize(1);
  }

  @Test
  void whatAPodWaitsForIsAllThatItsPacketsMeet() {
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    engine.apply(
        PolicyDelta.builder()
            .put(KubernetesLabels.namespace("n", Map.of()))
            .put(pod("n", "web", Map.of("app", "web"), "10.0.0.1", Optional.of("cali1a")))
            .put(pod("n", "db", Map.of("app", "db"), "10.0.0.2", Optional.of("cali1b")))
            .put(policy("n", "p", "app == 'web'", "app == 'client'"))
            .put(policy("n", "q", "app == 'db'", "app == 'web'"))
            .build());
    Set<String> names =
        engine.keysOf(new WorkloadKey("n", "web")).stream()
            .map(key -> key instanceof ChainKey chain ? chain.name() : key.toString())
            .collect(Collectors.toSet());
    assertThat(names)
        .contains(
            "FORWARD",
            "cali-FORWARD",
            "cali-to-wl-dispatch",
            "cali-from-wl-dispatch",
            "cali-tw-cali1a",
            "cali-fw-cali1a",
            "cali-pi-knp/n/p",
            "cali-pri-kns.n",
            "cali40network-ip-pools")
        .doesNotContain("cali-tw-cali1b", "cali-pi-knp/n/q")
        .anyMatch(name -> name.startsWith("cali40s:"));
    assertThat(engine.keysOf(new WorkloadKey("n", "none"))).isEmpty();
  }

  private static PolicyEngine rebuilt(PolicyEngine engine) {
    var fresh = new PolicyEngine(DUAL);
    fresh.apply(all(engine));
    return fresh;
  }

  private static PolicyDelta all(PolicyEngine engine) {
    var delta = PolicyDelta.builder();
    engine.world().workloads().values().forEach(delta::put);
    engine.world().profiles().values().forEach(delta::put);
    engine.world().policies().values().forEach(delta::put);
    engine.world().tiers().values().forEach(delta::put);
    return delta
        .pools(engine.world().pools())
        .hosts(engine.world().hosts())
        .vxlanHosts(engine.world().vxlanHosts())
        .build();
  }

  private static void follow(Map<RenderKey, Rendered> map, Diff<RenderKey, Rendered> diff) {
    map.putAll(diff.put());
    assertThat(map.keySet()).containsAll(diff.remove());
    map.keySet().removeAll(diff.remove());
  }

  /** A chain that jumps into nothing, or asks a set that is not there, would be refused. */
  private static void assertReferencesExist(Map<RenderKey, Rendered> desired) {
    Pattern jump = Pattern.compile("--(?:jump|goto) (cali-\\S+)");
    var names = new HashSet<>(desired.keySet());
    desired.forEach((key, value) -> {
      if (key instanceof ChainKey chain && value instanceof Chain rules) {
        assertThat(chain.name().length()).isLessThanOrEqualTo(28);
        rules.sets().forEach(set -> assertThat(names).contains(new SetName(set)));
        for (var rule : rules.rules()) {
          jump.matcher(rule.text())
              .results()
              .forEach(found ->
                  assertThat(names)
                      .contains(new ChainKey(chain.family(), chain.table(), found.group(1))));
        }
      }
    });
  }

  private static void change(Random random, PolicyDelta.Builder delta) {
    String namespace = random.nextBoolean() ? "a" : "b";
    String name = "x" + random.nextInt(6);
    switch (random.nextInt(12)) {
      case 0 -> delta.remove(new WorkloadKey(namespace, name));
      case 1 -> delta.remove(PolicyKey.kubernetes(namespace, name));
      case 2, 3 ->
          delta.put(KubernetesLabels.namespace(namespace, Map.of("team", "t" + random.nextInt(2))));
      case 4 -> delta.removeProfile(KubernetesLabels.namespaceProfile(namespace));
      case 5 ->
          delta
              .pools(Set.of(new AddressPool(Prefix.of("10.0.0.0/16"), random.nextBoolean())))
              .hosts(Set.of(Ip.of("192.168.0." + random.nextInt(3))));
      case 6 ->
          delta.put(
              new Tier(
                  "t" + random.nextInt(2),
                  Optional.of((double) random.nextInt(3)),
                  random.nextBoolean() ? Action.DENY : Action.PASS));
      case 7, 8 -> delta.put(randomPolicy(random, namespace, name));
      default ->
          delta.put(
              pod(
                  namespace,
                  name,
                  Map.of("app", "a" + random.nextInt(3)),
                  "10.0.0." + random.nextInt(8),
                  random.nextBoolean()
                      ? Optional.of("cali" + namespace + name)
                      : Optional.empty()));
    }
  }

  private static Policy randomPolicy(Random random, String namespace, String name) {
    var rules = new ArrayList<PolicyRule>();
    for (int i = random.nextInt(3); i > 0; i--) {
      Peer peer =
          Peer.selected(
              Selector.of(
                  random.nextBoolean()
                      ? "app == 'a" + random.nextInt(3) + "'"
                      : "pcns.team == 't1' && app != 'a1'"));
      PortMatch port =
          random.nextBoolean() ? new PortMatch.Named("http") : new PortMatch.Range(80, 90);
      rules.add(
          new PolicyRule(
              List.of(Action.ALLOW, Action.DENY, Action.PASS).get(random.nextInt(3)),
              Optional.of(Protocol.TCP),
              peer,
              Peer.ANY.withPorts(List.of(port))));
    }
    Set<Direction> types =
        random.nextBoolean() ? Set.of(Direction.INGRESS) : Set.of(Direction.values());
    return new Policy(
        PolicyKey.kubernetes(namespace, name),
        random.nextInt(3) == 0 ? "t" + random.nextInt(3) : "default",
        random.nextBoolean() ? Optional.of((double) random.nextInt(2)) : Optional.empty(),
        Selector.of("app == 'a" + random.nextInt(3) + "'"),
        types,
        rules,
        rules);
  }

  private static Policy policy(String namespace, String name, String selector, String from) {
    return new Policy(
        PolicyKey.kubernetes(namespace, name),
        "default",
        Optional.of(1000.0),
        Selector.of(selector),
        Set.of(Direction.INGRESS),
        List.of(
            new PolicyRule(
                Action.ALLOW, Optional.empty(), Peer.selected(Selector.of(from)), Peer.ANY)),
        List.of());
  }

  private static Workload pod(
      String namespace, String name, Map<String, String> labels, String ip, Optional<String> dev) {
    return new Workload(
        new WorkloadKey(namespace, name),
        KubernetesLabels.podLabels(namespace, "", labels),
        KubernetesLabels.podProfiles(namespace, ""),
        List.of(Ip.of(ip), Ip.of("fd00::" + ip.substring(ip.lastIndexOf('.') + 1))),
        List.of(new NamedPort("http", Protocol.TCP, 8080)),
        dev);
  }
}

package io.margay.policy.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.policy.Interpreter;
import io.margay.policy.RandomWorlds;
import io.margay.policy.World;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.Protocol;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import io.margay.policy.render.SetName;
import io.margay.policy.render.SetSpec;
import io.margay.policy.render.Table;
import io.margay.policy.trace.Flow;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** No step from one policy to the next lets a packet pass that both deny. */
class StrictnessTest {
  /** A kernel that remembers how it was after each change. */
  private static final class Kernel {
    private final Map<RenderKey, Rendered> now = new LinkedHashMap<>();
    private final List<Map<RenderKey, Rendered>> history = new ArrayList<>();

    /** Sets change command by command, so each member is a step. */
    private final class Sets implements Target<SetName, SetSpec> {
      @Override
      public Map<SetName, SetSpec> dump() {
        var sets = new HashMap<SetName, SetSpec>();
        now.forEach((key, value) -> {
          if (key instanceof SetName name && value instanceof SetSpec set) {
            sets.put(name, set);
          }
        });
        return sets;
      }

      @Override
      public List<ItemResult<SetName>> apply(Diff<SetName, SetSpec> diff) {
        diff.put()
            .forEach((name, set) -> {
              var members = new HashSet<String>();
              if (now.get(name) instanceof SetSpec before) {
                members.addAll(before.members());
              }
              for (String gone : Set.copyOf(members)) {
                if (!set.members().contains(gone)) {
                  members.remove(gone);
                  step(name, set.with(Set.copyOf(members)));
                }
              }
              for (String come : set.members()) {
                if (members.add(come)) {
                  step(name, set.with(Set.copyOf(members)));
                }
              }
              step(name, set);
            });
        diff.remove()
            .forEach(name -> {
              now.remove(name);
              history.add(Map.copyOf(now));
            });
        return done(diff);
      }
    }

    private final class Chains implements Target<ChainKey, Chain> {
      private final Predicate<ChainKey> refused;

      Chains(Predicate<ChainKey> refused) {
        this.refused = refused;
      }

      @Override
      public Map<ChainKey, Chain> dump() {
        var chains = new HashMap<ChainKey, Chain>();
        now.forEach((key, value) -> {
          if (key instanceof ChainKey name && value instanceof Chain chain) {
            chains.put(name, chain);
          }
        });
        return chains;
      }

      @Override
      public List<ItemResult<ChainKey>> apply(Diff<ChainKey, Chain> diff) {
        var results = new ArrayList<ItemResult<ChainKey>>();
        diff.put()
            .forEach((key, chain) -> {
              if (refused.test(key) && now.containsKey(key)) {
                results.add(new ItemResult.Failed<>(key, "refused"));
              } else {
                now.put(key, chain);
                results.add(new ItemResult.Done<>(key));
              }
            });
        for (ChainKey key : diff.remove()) {
          now.remove(key);
          results.add(new ItemResult.Done<>(key));
        }
        history.add(Map.copyOf(now));
        return results;
      }
    }

    private void step(SetName name, SetSpec set) {
      now.put(name, set);
      history.add(Map.copyOf(now));
    }

    private static <K, V> List<ItemResult<K>> done(Diff<K, V> diff) {
      var results = new ArrayList<ItemResult<K>>();
      diff.put().keySet().forEach(key -> results.add(new ItemResult.Done<>(key)));
      diff.remove().forEach(key -> results.add(new ItemResult.Done<>(key)));
      return results;
    }
  }

  private static final ChainKey FORWARD = new ChainKey(Family.IPV4, Table.FILTER, "FORWARD");

  private record Passage(Flow flow, List<String> way) {}

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 6})
  void noStepIsLaxerThanBothItsEnds(long seed) {
    var random = new Random(seed);
    var worlds = new RandomWorlds(random, false);
    for (int round = 0; round < 6; round++) {
      var engine = new PolicyEngine(RenderSettings.DEFAULT);
      engine.apply(worlds.world());
      var kernel = new Kernel();
      var target =
          new PolicyTarget(kernel.new Sets(), Map.of(Family.IPV4, kernel.new Chains(_ -> false)));
      target.dump();
      target.apply(new Diff<>(engine.desired(), Set.of()));
      Set<Passage> before = passages(engine.world(), engine.desired());
      kernel.history.clear();

      target.apply(engine.apply(worlds.world()));
      assertThat(kernel.now).isEqualTo(engine.desired());
      Set<Passage> allowed = new HashSet<>(before);
      allowed.addAll(passages(engine.world(), engine.desired()));
      for (Map<RenderKey, Rendered> state : Set.copyOf(kernel.history)) {
        assertThat(allowed)
            .as("seed %d, round %d", seed, round)
            .containsAll(passages(engine.world(), state));
      }
    }
  }

  /** A pod becomes a client just when clients lose a port: at no moment may it use that port. */
  @Test
  void whoComesDoesNotMeetTheRulesThatGo() {
    String world =
        """
        namespaces: {n: {}}
        pods:
          - {name: n/web, labels: {app: web}, ips: [10.0.0.1], interface: cali1}
          - {name: n/x, labels: {app: LABEL}, ips: [10.0.0.2], interface: cali2}
        policies:
          - metadata: {namespace: n, name: p}
            spec:
              podSelector: {matchLabels: {app: web}}
              ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: PORT}]}]
        """;
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    engine.apply(World.read(world.replace("LABEL", "x").replace("PORT", "81")).delta());
    var kernel = new Kernel();
    var target =
        new PolicyTarget(kernel.new Sets(), Map.of(Family.IPV4, kernel.new Chains(_ -> false)));
    target.apply(new Diff<>(engine.desired(), Set.of()));
    target.apply(
        engine.apply(World.read(world.replace("LABEL", "client").replace("PORT", "80")).delta()));
    var forbidden = new Flow(Ip.of("10.0.0.2"), Ip.of("10.0.0.1"), Protocol.TCP, 81);
    var allowed = new Flow(Ip.of("10.0.0.2"), Ip.of("10.0.0.1"), Protocol.TCP, 80);
    assertThat(kernel.history)
        .filteredOn(state -> state.containsKey(FORWARD))
        .isNotEmpty()
        .noneMatch(state -> Interpreter.forwards(state, forbidden, "cali2", "cali1"));
    assertThat(Interpreter.forwards(kernel.now, allowed, "cali2", "cali1")).isTrue();
  }

  private static Set<Passage> passages(PolicyWorld world, Map<RenderKey, Rendered> kernel) {
    var passages = new HashSet<Passage>();
    RandomWorlds.flows(
        world,
        (flow, way) -> {
          if (Interpreter.forwards(kernel, flow, way.getFirst(), way.getLast())) {
            passages.add(new Passage(flow, way));
          }
        });
    return passages;
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void setsOfARefusedChainGetNoNewMembers(long seed) {
    var worlds = new RandomWorlds(new Random(seed), false);
    var engine = new PolicyEngine(RenderSettings.DEFAULT);
    engine.apply(worlds.world());
    var kernel = new Kernel();
    var target =
        new PolicyTarget(
            kernel.new Sets(),
            Map.of(Family.IPV4, kernel.new Chains(key -> key.name().startsWith("cali-p"))));
    target.dump();
    target.apply(new Diff<>(engine.desired(), Set.of()));
    for (int i = 0; i < 20; i++) {
      Map<RenderKey, Rendered> before = Map.copyOf(kernel.now);
      List<ItemResult<RenderKey>> results = target.apply(engine.apply(worlds.world()));
      for (ItemResult<RenderKey> result : results) {
        if (result instanceof ItemResult.Failed<RenderKey>(SetName name, String reason)) {
          assertThat(reason).startsWith("waits for chain");
          assertThat(((SetSpec) before.get(name)).members())
              .containsAll(((SetSpec) kernel.now.get(name)).members());
        }
      }
    }
  }
}

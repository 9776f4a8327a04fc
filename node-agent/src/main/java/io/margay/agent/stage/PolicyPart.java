package io.margay.agent.stage;

import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.tree.Problem;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;

/**
 * Policy's part of the plans: what is otherwise since a plan was taken. Owned by the stage thread.
 */
final class PolicyPart {
  private final PolicyStage stage;
  private final PolicyEngine engine;
  private final Map<PolicyKey, List<Problem>> problems = new TreeMap<>();
  private Diff<RenderKey, Rendered> untaken = new Diff<>(Map.of(), Set.of());

  PolicyPart(NodeName self, RenderSettings settings, Function<PodKey, String> hostInterface) {
    this.stage = new PolicyStage(self, hostInterface);
    this.engine = new PolicyEngine(settings);
  }

  /** What policy depends on and makes. */
  PolicyEngine engine() {
    return engine;
  }

  /**
   * What is otherwise.
   *
   * @param touched pods about which CNI knows something new
   * @param early pods that a GET found before their watch event
   */
  record Changes(
      ClusterImage image,
      ClusterDelta delta,
      Set<PodKey> touched,
      LocalPods local,
      Map<PodKey, Pod> early) {}

  /**
   * What changed in policy since a plan was taken, with what changed now.
   *
   * @param notes told what is wrong in policies
   */
  Diff<RenderKey, Rendered> plan(
      RenderSettings settings, Changes changes, Collection<String> notes) {
    untaken = both(untaken, engine.reconfigure(settings));
    PolicyStage.Result result =
        stage.delta(
            changes.image(),
            changes.delta(),
            changes.touched(),
            changes.local(),
            key -> Optional.ofNullable(changes.early().get(key)));
    problems.putAll(result.problems());
    problems.values().removeIf(List::isEmpty);
    problems.values().forEach(all -> all.forEach(one -> notes.add(one.toString())));
    untaken = both(untaken, engine.apply(result.delta()));
    return untaken;
  }

  /** Whoever the last plan was for has it. */
  void taken() {
    untaken = new Diff<>(Map.of(), Set.of());
  }

  private static Diff<RenderKey, Rendered> both(
      Diff<RenderKey, Rendered> first, Diff<RenderKey, Rendered> later) {
    if (first.isEmpty()) {
      return later;
    }
    var put = new LinkedHashMap<>(first.put());
    var remove = new LinkedHashSet<>(first.remove());
    put.putAll(later.put());
    remove.removeAll(later.put().keySet());
    later.remove().forEach(put::remove);
    remove.addAll(later.remove());
    return new Diff<>(put, remove);
  }
}

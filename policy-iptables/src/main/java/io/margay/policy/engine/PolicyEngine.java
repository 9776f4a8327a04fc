package io.margay.policy.engine;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Diff;
import io.margay.policy.index.EndpointIndex;
import io.margay.policy.index.GovernedEndpoint;
import io.margay.policy.index.SetIndex;
import io.margay.policy.index.SetQuery;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.Profile;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.ChainRenderer;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import io.margay.policy.render.SetName;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Holds all that policy depends on and says what has to be in the kernel for it. Fed with changes
 * in any order; what is wanted after them depends on where they ended only, never on the way there.
 * Owned by one thread; the worlds and diffs that it hands out are immutable.
 */
public final class PolicyEngine {
  private static final String PARTITION = "projectcalico.org/namespace";

  private RenderSettings settings;
  private ChainRenderer renderer;
  private PolicyWorld world = PolicyWorld.EMPTY;

  private final EndpointIndex endpointIndex = new EndpointIndex(PARTITION);
  private final SetIndex setIndex = new SetIndex(PARTITION);
  private final Map<String, Set<WorkloadKey>> profileUsers = new HashMap<>();

  private SortedMap<WorkloadKey, GovernedEndpoint> endpoints = new TreeMap<>();
  private final Map<RenderKey, Rendered> desired = new LinkedHashMap<>();
  private Set<SetQuery> queries = Set.of();

  /** An engine for an empty cluster; {@link #desired} has the chains that are always there. */
  public PolicyEngine(RenderSettings settings) {
    this.settings = settings;
    this.renderer = new ChainRenderer(settings);
    render(true, true);
  }

  /** Takes in what changed in the cluster; the answer goes to {@code Reconciler.change}. */
  public Diff<RenderKey, Rendered> apply(PolicyDelta delta) {
    PolicyWorld before = world;
    world = world.with(delta);
    endpointIndex.apply(delta);
    for (WorkloadKey key : touched(before, delta)) {
      Workload workload = world.workloads().get(key);
      if (workload == null) {
        endpointIndex.remove(key);
        setIndex.remove(key);
      } else {
        Map<String, String> labels = world.labels(workload);
        endpointIndex.put(workload, labels);
        setIndex.put(workload, labels);
      }
    }
    return render(
        false,
        delta.pools().isPresent() || delta.hosts().isPresent() || delta.vxlanHosts().isPresent());
  }

  /** Other settings from now on. */
  public Diff<RenderKey, Rendered> reconfigure(RenderSettings changed) {
    if (changed.equals(settings)) {
      return new Diff<>(Map.of(), Set.of());
    }
    settings = changed;
    renderer = new ChainRenderer(changed);
    return render(true, true);
  }

  /** All that should be in the kernel. */
  public Map<RenderKey, Rendered> desired() {
    return Collections.unmodifiableMap(desired);
  }

  /** All that it depends on. */
  public PolicyWorld world() {
    return world;
  }

  /** The workloads of this node with what governs them, by key. */
  public SortedMap<WorkloadKey, GovernedEndpoint> endpoints() {
    return Collections.unmodifiableSortedMap(endpoints);
  }

  /**
   * All that has to be in the kernel before a workload of this node is judged as it should be; none
   * when there is no such workload. Whoever lets a pod go waits for these.
   */
  public Set<RenderKey> keysOf(WorkloadKey workload) {
    GovernedEndpoint endpoint = endpoints.get(workload);
    if (endpoint == null) {
      return Set.of();
    }
    Set<String> names = renderer.chainNames(endpoint);
    var keys = new LinkedHashSet<RenderKey>();
    desired.forEach((key, value) -> {
      if (key instanceof ChainKey(_, _, String name)
          && value instanceof Chain chain
          && names.contains(name)) {
        keys.add(key);
        chain.sets().forEach(set -> keys.add(new SetName(set)));
      }
    });
    return keys;
  }

  /** Workloads whose labels, addresses or place may be otherwise. */
  private Set<WorkloadKey> touched(PolicyWorld before, PolicyDelta delta) {
    var touched = new LinkedHashSet<WorkloadKey>();
    delta
        .workloads()
        .forEach((key, workload) -> {
          Optional.ofNullable(before.workloads().get(key))
              .ifPresent(old -> old.profiles().forEach(name -> forgetUser(name, key)));
          workload.ifPresent(now ->
              now.profiles()
                  .forEach(name ->
                      profileUsers.computeIfAbsent(name, _ -> new LinkedHashSet<>()).add(key)));
          touched.add(key);
        });
    delta
        .profiles()
        .forEach((name, profile) -> {
          Profile old = before.profiles().get(name);
          Map<String, String> labels = profile.map(Profile::labels).orElse(Map.of());
          if (!labels.equals(old == null ? Map.of() : old.labels())) {
            touched.addAll(profileUsers.getOrDefault(name, Set.of()));
          }
        });
    return touched;
  }

  private void forgetUser(String profile, WorkloadKey key) {
    Set<WorkloadKey> users = profileUsers.get(profile);
    if (users != null && users.remove(key) && users.isEmpty()) {
      profileUsers.remove(profile);
    }
  }

  /** Renders what an index says has changed; or all, after other settings. */
  private Diff<RenderKey, Rendered> render(boolean all, boolean fixedSets) {
    boolean local = endpointIndex.takeChanged() || all;
    var put = new LinkedHashMap<RenderKey, Rendered>();
    if (all || fixedSets) {
      put.putAll(ChainRenderer.fixedSets(world, settings));
    }
    if (local) {
      endpoints = endpointIndex.endpoints(world);
      queries = ChainRenderer.queries(world, endpoints.values());
      setIndex.want(queries);
      put.putAll(renderer.chains(world, endpoints.values()));
    }
    Set<SetQuery> changed = setIndex.takeChanged();
    for (SetQuery query : all ? queries : changed) {
      for (Family family : ChainRenderer.families(settings)) {
        Set<String> members = setIndex.members(query, family);
        put.put(SetName.of(family, query), ChainRenderer.set(query, family, members, settings));
      }
    }
    return settle(put, local ? superfluous(put.keySet()) : Set.of());
  }

  /** What stands for something that is no longer wanted, after all chains were rendered. */
  private Set<RenderKey> superfluous(Set<RenderKey> rendered) {
    var wanted = new HashSet<RenderKey>(rendered);
    wanted.addAll(ChainRenderer.fixedSets(world, settings).keySet());
    for (SetQuery query : queries) {
      ChainRenderer.families(settings).forEach(family -> wanted.add(SetName.of(family, query)));
    }
    var left = new LinkedHashSet<>(desired.keySet());
    left.removeAll(wanted);
    return left;
  }

  private Diff<RenderKey, Rendered> settle(
      Map<RenderKey, Rendered> rendered, Set<RenderKey> remove) {
    var put = new LinkedHashMap<RenderKey, Rendered>();
    rendered.forEach((key, value) -> {
      if (!value.equals(desired.put(key, value))) {
        put.put(key, value);
      }
    });
    remove.forEach(desired::remove);
    return new Diff<>(put, remove);
  }
}

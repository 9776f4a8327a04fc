package io.margay.policy.index;

import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyDelta;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * Which policies govern which workloads of this node. Owned by one thread.
 *
 * <p>Matching is kept up to date change by change; putting a node's few hundred endpoints in order
 * is done anew each time, because that is cheap and leaves nothing to forget.
 */
public final class EndpointIndex {
  private final SelectorIndex<PolicyKey, WorkloadKey> index;
  private final SortedMap<WorkloadKey, Workload> local = new TreeMap<>();
  private boolean changed = true;

  /** An empty one; {@code partition} is the label that most selectors ask about. */
  public EndpointIndex(String partition) {
    this.index =
        new SelectorIndex<>(
            partition,
            new SelectorIndex.Listener<>() {
              @Override
              public void matchStarted(PolicyKey policy, WorkloadKey workload) {
                changed = true;
              }

              @Override
              public void matchStopped(PolicyKey policy, WorkloadKey workload) {
                changed = true;
              }
            });
  }

  /** Policies, profiles and tiers as they are now. */
  public void apply(PolicyDelta delta) {
    delta
        .policies()
        .forEach((key, policy) ->
            policy
                .map(Policy::selector)
                .ifPresentOrElse(
                    selector -> index.putSelector(key, selector), () -> index.removeSelector(key)));
    changed |=
        !delta.policies().isEmpty() || !delta.profiles().isEmpty() || !delta.tiers().isEmpty();
  }

  /** A workload as it is now; one of another node is forgotten. */
  public void put(Workload workload, Map<String, String> labels) {
    if (workload.interfaceName().isEmpty()) {
      remove(workload.key());
      return;
    }
    changed |= !workload.equals(local.put(workload.key(), workload));
    index.putItem(workload.key(), labels);
  }

  /** A workload is gone. */
  public void remove(WorkloadKey key) {
    if (local.remove(key) != null) {
      index.removeItem(key);
      changed = true;
    }
  }

  /** Whether anything is otherwise than at the last call. */
  public boolean takeChanged() {
    boolean taken = changed;
    changed = false;
    return taken;
  }

  /** All local workloads, by key, with what governs them in this world. */
  public SortedMap<WorkloadKey, GovernedEndpoint> endpoints(PolicyWorld world) {
    var endpoints = new TreeMap<WorkloadKey, GovernedEndpoint>();
    local.forEach((key, workload) ->
        endpoints.put(key, GovernedEndpoint.of(world, workload, index.selectors(key))));
    return endpoints;
  }
}

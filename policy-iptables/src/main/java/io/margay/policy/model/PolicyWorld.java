package io.margay.policy.model;

import io.margay.foundation.addr.Ip;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * All that policy depends on, at one moment. Immutable; versions share what they have in common.
 *
 * @param hosts the cluster's nodes: they may send IPIP
 * @param vxlanHosts those of them that have an end of the VXLAN, and may send in it
 */
public record PolicyWorld(
    PMap<WorkloadKey, Workload> workloads,
    PMap<String, Profile> profiles,
    PMap<PolicyKey, Policy> policies,
    PMap<String, Tier> tiers,
    Set<AddressPool> pools,
    Set<Ip> hosts,
    Set<Ip> vxlanHosts) {
  /** No object at all; the default tier is there without one. */
  public static final PolicyWorld EMPTY =
      new PolicyWorld(
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.empty(),
          HashTreePMap.singleton(Tier.DEFAULT.name(), Tier.DEFAULT),
          Set.of(),
          Set.of(),
          Set.of());

  /** The world after a change. */
  public PolicyWorld with(PolicyDelta delta) {
    PMap<String, Tier> nextTiers = merged(tiers, delta.tiers());
    return new PolicyWorld(
        merged(workloads, delta.workloads()),
        merged(profiles, delta.profiles()),
        merged(policies, delta.policies()),
        nextTiers.containsKey(Tier.DEFAULT.name())
            ? nextTiers
            : nextTiers.plus(Tier.DEFAULT.name(), Tier.DEFAULT),
        delta.pools().orElse(pools),
        delta.hosts().orElse(hosts),
        delta.vxlanHosts().orElse(vxlanHosts));
  }

  private static <K, V> PMap<K, V> merged(PMap<K, V> map, Map<K, Optional<V>> changes) {
    for (var change : changes.entrySet()) {
      map =
          change.getValue().isPresent()
              ? map.plus(change.getKey(), change.getValue().get())
              : map.minus(change.getKey());
    }
    return map;
  }

  /** What selectors see of a workload: its labels, and those of its profiles that it lacks. */
  public Map<String, String> labels(Workload workload) {
    var labels = new HashMap<>(workload.labels());
    for (String name : workload.profiles()) {
      Profile profile = profiles.get(name);
      if (profile != null) {
        profile.labels().forEach(labels::putIfAbsent);
      }
    }
    return Map.copyOf(labels);
  }

  /**
   * The tier of a policy. One that names a tier which is not there is asked last and denies at its
   * end, as in Calico.
   */
  public Tier tierOf(Policy policy) {
    Tier tier = tiers.get(policy.tier());
    return tier != null ? tier : new Tier(policy.tier(), Optional.empty(), Action.DENY);
  }
}

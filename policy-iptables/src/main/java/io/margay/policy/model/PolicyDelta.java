package io.margay.policy.model;

import io.margay.foundation.addr.Ip;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What is otherwise than before; the first one, from nothing, is all there is. An empty Optional
 * under a key says that the thing is gone; an empty one beside the maps, that nothing changed.
 */
public record PolicyDelta(
    Map<WorkloadKey, Optional<Workload>> workloads,
    Map<String, Optional<Profile>> profiles,
    Map<PolicyKey, Optional<Policy>> policies,
    Map<String, Optional<Tier>> tiers,
    Optional<Set<AddressPool>> pools,
    Optional<Set<Ip>> hosts,
    Optional<Set<Ip>> vxlanHosts) {

  public static Builder builder() {
    return new Builder();
  }

  /** Collects changes; the last word on a key counts. Used by one thread. */
  public static final class Builder {
    private final Map<WorkloadKey, Optional<Workload>> workloads = new HashMap<>();
    private final Map<String, Optional<Profile>> profiles = new HashMap<>();
    private final Map<PolicyKey, Optional<Policy>> policies = new HashMap<>();
    private final Map<String, Optional<Tier>> tiers = new HashMap<>();
    private Optional<Set<AddressPool>> pools = Optional.empty();
    private Optional<Set<Ip>> hosts = Optional.empty();
    private Optional<Set<Ip>> vxlanHosts = Optional.empty();

    private Builder() {}

    public Builder put(Workload workload) {
      workloads.put(workload.key(), Optional.of(workload));
      return this;
    }

    public Builder remove(WorkloadKey key) {
      workloads.put(key, Optional.empty());
      return this;
    }

    public Builder put(Profile profile) {
      profiles.put(profile.name(), Optional.of(profile));
      return this;
    }

    public Builder removeProfile(String name) {
      profiles.put(name, Optional.empty());
      return this;
    }

    public Builder put(Policy policy) {
      policies.put(policy.key(), Optional.of(policy));
      return this;
    }

    public Builder remove(PolicyKey key) {
      policies.put(key, Optional.empty());
      return this;
    }

    public Builder put(Tier tier) {
      tiers.put(tier.name(), Optional.of(tier));
      return this;
    }

    public Builder removeTier(String name) {
      tiers.put(name, Optional.empty());
      return this;
    }

    /** All pools from now on. */
    public Builder pools(Set<AddressPool> all) {
      pools = Optional.of(Set.copyOf(all));
      return this;
    }

    /** All addresses of the cluster's nodes from now on: they may send IPIP. */
    public Builder hosts(Set<Ip> all) {
      hosts = Optional.of(Set.copyOf(all));
      return this;
    }

    /** All addresses from now on by which nodes may send VXLAN. */
    public Builder vxlanHosts(Set<Ip> all) {
      vxlanHosts = Optional.of(Set.copyOf(all));
      return this;
    }

    public PolicyDelta build() {
      return new PolicyDelta(
          Map.copyOf(workloads),
          Map.copyOf(profiles),
          Map.copyOf(policies),
          Map.copyOf(tiers),
          pools,
          hosts,
          vxlanHosts);
    }
  }
}

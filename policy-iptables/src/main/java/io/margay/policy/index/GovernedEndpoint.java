package io.margay.policy.index;

import io.margay.policy.model.Direction;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.Tier;
import io.margay.policy.model.Workload;
import io.margay.policy.model.WorkloadKey;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A local workload with all that judges its packets, in the order in which it is asked.
 *
 * @param profiles names of those that exist, asked when no tier has decided
 */
public record GovernedEndpoint(
    WorkloadKey workload,
    String interfaceName,
    List<TierPolicies> ingress,
    List<TierPolicies> egress,
    List<String> profiles) {

  /** The policies of one tier that govern a direction of a workload; never none. */
  public record TierPolicies(Tier tier, List<PolicyKey> policies) {}

  /** The tiers of one direction. */
  public List<TierPolicies> tiers(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }

  /** Puts in order what selects a workload. */
  static GovernedEndpoint of(
      PolicyWorld world, Workload workload, Collection<PolicyKey> selecting) {
    var policies = new ArrayList<Policy>();
    for (PolicyKey key : selecting) {
      Policy policy = world.policies().get(key);
      if (policy != null) {
        policies.add(policy);
      }
    }
    return new GovernedEndpoint(
        workload.key(),
        workload.interfaceName().orElseThrow(),
        tiers(world, policies, Direction.INGRESS),
        tiers(world, policies, Direction.EGRESS),
        profiles(world, workload));
  }

  /** The tiers of one direction of any workload, found without an index. */
  public static List<TierPolicies> tiers(
      PolicyWorld world, Workload workload, Direction direction) {
    Map<String, String> labels = world.labels(workload);
    List<Policy> selecting =
        world.policies().values().stream()
            .filter(policy -> policy.selector().matches(labels))
            .toList();
    return tiers(world, selecting, direction);
  }

  /** The profiles of a workload that exist, in their order. */
  public static List<String> profiles(PolicyWorld world, Workload workload) {
    return workload.profiles().stream().filter(world.profiles()::containsKey).toList();
  }

  private static List<TierPolicies> tiers(
      PolicyWorld world, List<Policy> policies, Direction direction) {
    var byTier = new TreeMap<Tier, List<PolicyKey>>(Tier.ORDER);
    policies.stream()
        .filter(policy -> policy.types().contains(direction))
        .sorted(Policy.ORDER)
        .forEach(policy ->
            byTier.computeIfAbsent(world.tierOf(policy), _ -> new ArrayList<>()).add(policy.key()));
    var tiers = new ArrayList<TierPolicies>(byTier.size());
    byTier.forEach((tier, keys) -> tiers.add(new TierPolicies(tier, List.copyOf(keys))));
    return List.copyOf(tiers);
  }
}

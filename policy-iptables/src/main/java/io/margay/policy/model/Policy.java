package io.margay.policy.model;

import io.margay.policy.selector.Selector;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Rules for the workloads that a selector names.
 *
 * @param order smaller goes first; empty: after all that have one
 * @param selector whom it is for; holds the namespace for a policy of one
 * @param types the directions that it governs; a governed direction without rules denies
 */
public record Policy(
    PolicyKey key,
    String tier,
    Optional<Double> order,
    Selector selector,
    Set<Direction> types,
    List<PolicyRule> ingress,
    List<PolicyRule> egress) {
  /** Within a tier: by order, then by key. */
  public static final Comparator<Policy> ORDER =
      Comparator.comparingDouble((Policy p) -> p.order().orElse(Double.POSITIVE_INFINITY))
          .thenComparing(Policy::key);

  public Policy {
    types = Set.copyOf(types);
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }

  /** The rules of one direction, first match decides. */
  public List<PolicyRule> rules(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }
}

package io.margay.policy.model;

import java.util.List;
import java.util.Map;

/**
 * What a workload has from its namespace or service account: labels for selectors, and the rules
 * for directions that no policy governs.
 *
 * @param name {@code kns.NAMESPACE} or {@code ksa.NAMESPACE.ACCOUNT}
 */
public record Profile(
    String name, Map<String, String> labels, List<PolicyRule> ingress, List<PolicyRule> egress) {
  public Profile {
    labels = Map.copyOf(labels);
    ingress = List.copyOf(ingress);
    egress = List.copyOf(egress);
  }

  public List<PolicyRule> rules(Direction direction) {
    return direction == Direction.INGRESS ? ingress : egress;
  }
}

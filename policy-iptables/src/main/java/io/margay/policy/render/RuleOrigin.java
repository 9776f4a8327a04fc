package io.margay.policy.render;

import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.WorkloadKey;

/** What a rule in the kernel was made for. */
public sealed interface RuleOrigin {
  /**
   * A rule of a policy.
   *
   * @param rule its number in the policy as the model has it, from 0
   */
  record OfPolicy(PolicyKey policy, Direction direction, int rule) implements RuleOrigin {}

  /** A rule of a profile, by its number from 0. */
  record OfProfile(String profile, Direction direction, int rule) implements RuleOrigin {}

  /** The way of a workload's packets through its policies. */
  record OfWorkload(WorkloadKey workload, Direction direction) implements RuleOrigin {}
}

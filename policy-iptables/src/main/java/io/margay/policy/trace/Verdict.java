package io.margay.policy.trace;

import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.WorkloadKey;
import java.util.List;

/**
 * A flow's fate with the way that led there; the last reason decided.
 *
 * @param action ALLOW or DENY
 */
public record Verdict(Action action, List<Reason> trace) {
  public Verdict {
    trace = List.copyOf(trace);
  }

  /** One step of the way. */
  public sealed interface Reason {
    /** This end of the flow is no workload: nobody judges it there. */
    record NotAWorkload(Direction direction) implements Reason {}

    /** No policy governs this direction of the workload: its profiles decide. */
    record NotSelected(WorkloadKey workload, Direction direction) implements Reason {}

    /** The policy governs the workload and none of its rules matches. */
    record NoRuleMatched(PolicyKey policy, Direction direction) implements Reason {}

    /** A rule of a policy matches, by its number from 0. */
    record RuleMatched(PolicyKey policy, Direction direction, int rule, Action action)
        implements Reason {}

    /** No policy of the tier decided. */
    record TierEnded(String tier, Direction direction, Action defaultAction) implements Reason {}

    /** A rule of a profile matches, by its number from 0. */
    record ProfileMatched(String profile, Direction direction, int rule, Action action)
        implements Reason {}

    /** No profile of the workload decided: what nobody allows is denied. */
    record NoProfileMatched(WorkloadKey workload, Direction direction) implements Reason {}
  }
}

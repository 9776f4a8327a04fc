package io.margay.policy.spec;

import java.util.List;
import java.util.SortedMap;

/**
 * A Kubernetes label selector; all of it must hold, and one without terms selects all.
 *
 * @param matchLabels labels with the value that each must have, sorted by name
 */
public record LabelSelector(SortedMap<String, String> matchLabels, List<Requirement> expressions) {
  /** What is asked of a label. */
  public enum Operator {
    IN,
    NOT_IN,
    EXISTS,
    DOES_NOT_EXIST
  }

  /** One expression; values are there for IN and NOT_IN only. */
  public record Requirement(String key, Operator operator, List<String> values) {}

  /** True for {@code {}}. */
  public boolean isEmpty() {
    return matchLabels.isEmpty() && expressions.isEmpty();
  }
}

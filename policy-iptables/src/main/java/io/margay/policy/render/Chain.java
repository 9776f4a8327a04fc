package io.margay.policy.render;

import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The rules of a chain of ours; of a kernel chain: our rules in it.
 *
 * @param inPlace in a kernel chain: ours are before, or behind, all others as they should; else
 *     true
 */
public record Chain(List<ChainRule> rules, boolean inPlace) implements Rendered {
  public Chain {
    rules = List.copyOf(rules);
  }

  /** A chain as it should be. */
  public static Chain of(List<ChainRule> rules) {
    return new Chain(rules, true);
  }

  /** Names of the sets that its rules ask. */
  public Set<String> sets() {
    var sets = new TreeSet<String>();
    rules.forEach(rule -> sets.addAll(rule.sets()));
    return sets;
  }
}

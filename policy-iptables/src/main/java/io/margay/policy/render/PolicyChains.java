package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.Profile;
import io.margay.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.IntFunction;

/**
 * The rules of a policy or profile, each as one rule that sets a mark where the packet matches, and
 * one or two that act on the mark.
 */
final class PolicyChains {
  private final Family family;
  private final Marks marks;
  private final String deny;

  PolicyChains(Family family, RenderSettings settings) {
    this.family = family;
    this.marks = settings.marks();
    this.deny = StaticChains.deny(settings);
  }

  /** The chain of one direction of a policy. */
  void render(Policy policy, Direction direction, Map<? super ChainKey, ? super Chain> out) {
    put(
        ChainNames.policy(direction, policy.key()),
        "Policy " + policy.key().kind().kind() + " " + name(policy) + " " + direction,
        rules(
            policy.rules(direction),
            direction,
            policy.selector(),
            number -> new RuleOrigin.OfPolicy(policy.key(), direction, number)),
        out);
  }

  /** The chain of one direction of a profile. */
  void render(Profile profile, Direction direction, Map<? super ChainKey, ? super Chain> out) {
    put(
        ChainNames.profile(direction, profile.name()),
        "Profile " + profile.name() + " " + direction,
        rules(
            profile.rules(direction),
            direction,
            Selector.ALL,
            number -> new RuleOrigin.OfProfile(profile.name(), direction, number)),
        out);
  }

  private static String name(Policy policy) {
    String namespace = policy.key().namespace();
    return (namespace.isEmpty() ? "" : namespace + "/") + policy.key().name();
  }

  private void put(
      String name, String comment, List<Rule> rules, Map<? super ChainKey, ? super Chain> out) {
    // A return at the end of a chain happens without being asked for.
    while (!rules.isEmpty() && rules.getLast().action().equals(Rule.RETURN)) {
      rules.removeLast();
    }
    if (!rules.isEmpty()) {
      rules.set(0, rules.getFirst().commented(comment));
    }
    out.put(new ChainKey(family, Table.FILTER, name), ChainWriter.chain(name, rules));
  }

  private List<Rule> rules(
      List<PolicyRule> policyRules,
      Direction direction,
      Selector owner,
      IntFunction<RuleOrigin> origin) {
    var rules = new ArrayList<Rule>();
    for (int i = 0; i < policyRules.size(); i++) {
      RuleOrigin why = origin.apply(i);
      PolicyRule rule = policyRules.get(i);
      RuleMatch.of(rule, direction, owner, family, marks)
          .ifPresent(match -> {
            match.preparation().forEach(step -> rules.add(step.because(why)));
            verdict(rule.action(), match.match()).forEach(step -> rules.add(step.because(why)));
          });
    }
    return rules;
  }

  private List<Rule> verdict(Action action, Match match) {
    return switch (action) {
      case ALLOW -> marked(match, marks.accept(), Rule.RETURN);
      case PASS -> marked(match, marks.pass(), Rule.RETURN);
      case DENY -> marked(match, marks.drop(), deny);
    };
  }

  private static List<Rule> marked(Match match, long bit, String action) {
    return List.of(Rule.of(match, Rule.setMark(bit)), Rule.of(Match.ALL.marked(bit), action));
  }
}

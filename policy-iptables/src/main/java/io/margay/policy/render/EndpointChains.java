package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.policy.index.GovernedEndpoint;
import io.margay.policy.index.GovernedEndpoint.TierPolicies;
import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.Protocol;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** The way of a workload's packets: tier by tier, policy by policy, then the profiles. */
final class EndpointChains {
  private static final int IPIP = 4;

  private final RenderSettings settings;
  private final Marks marks;
  private final String deny;

  EndpointChains(RenderSettings settings) {
    this.settings = settings;
    this.marks = settings.marks();
    this.deny = StaticChains.deny(settings);
  }

  /** Both chains of an endpoint. */
  void render(Family family, GovernedEndpoint endpoint, Map<? super ChainKey, ? super Chain> out) {
    for (Direction direction : Direction.values()) {
      String name = ChainNames.workload(direction, endpoint.interfaceName());
      var why = new RuleOrigin.OfWorkload(endpoint.workload(), direction);
      List<Rule> rules =
          rules(family, endpoint, direction).stream().map(rule -> rule.because(why)).toList();
      out.put(new ChainKey(family, Table.FILTER, name), ChainWriter.chain(name, rules));
    }
  }

  private List<Rule> rules(Family family, GovernedEndpoint endpoint, Direction direction) {
    var rules = new ArrayList<Rule>();
    rules.add(Rule.of(Match.ALL.connectionState("RELATED,ESTABLISHED"), Rule.ACCEPT));
    if (settings.dropInvalid()) {
      rules.add(Rule.of(Match.ALL.connectionState("INVALID"), Rule.DROP));
    }
    rules.add(Rule.of(Match.ALL, Rule.clearMark(marks.accept() | marks.pass())));
    if (direction == Direction.EGRESS) {
      addEncapsulated(family, rules);
    }
    for (TierPolicies tier : endpoint.tiers(direction)) {
      addTier(tier, direction, rules);
    }
    for (String profile : endpoint.profiles()) {
      rules.add(Rule.of(Match.ALL, Rule.jump(ChainNames.profile(direction, profile))));
      rules.add(returnIfAccepted("Return if profile accepted"));
    }
    rules.add(Rule.of(Match.ALL, deny, "Drop if no profiles matched"));
    return rules;
  }

  /** A workload that wraps packets itself could send from another's address. */
  private void addEncapsulated(Family family, List<Rule> rules) {
    if (!settings.vxlanFromWorkloads()) {
      rules.add(
          Rule.of(
              Match.ALL.protocol(Protocol.UDP).port(Match.End.DESTINATION, settings.vxlanPort()),
              deny,
              "Drop VXLAN encapped packets originating in workloads"));
    }
    if (settings.tunnels().udp(family).isPresent()) {
      // Masqueraded it would come from a node, and what is inside be believed.
      rules.add(
          Rule.of(
              Match.ALL
                  .protocol(Protocol.UDP)
                  .port(Match.End.DESTINATION, RenderSettings.Tunnels.UDP_PORT),
              deny,
              "Drop UDP encapped packets originating in workloads"));
    }
    if (!settings.ipipFromWorkloads()) {
      rules.add(
          Rule.of(
              Match.ALL.protocol(IPIP),
              deny,
              "Drop IPinIP encapped packets originating in workloads"));
    }
  }

  private void addTier(TierPolicies tier, Direction direction, List<Rule> rules) {
    String name = tier.tier().name();
    rules.add(Rule.of(Match.ALL, Rule.clearMark(marks.pass()), "Start of tier " + name));
    for (PolicyKey policy : tier.policies()) {
      rules.add(
          Rule.of(
              Match.ALL.notMarked(marks.pass()), Rule.jump(ChainNames.policy(direction, policy))));
      rules.add(returnIfAccepted("Return if policy accepted"));
    }
    if (tier.tier().defaultAction() == Action.DENY) {
      rules.add(
          Rule.of(
              Match.ALL.notMarked(marks.pass()),
              deny,
              "End of tier " + name + ". Drop if no policies passed packet"));
    }
  }

  private Rule returnIfAccepted(String comment) {
    return Rule.of(Match.ALL.marked(marks.accept()), Rule.RETURN, comment);
  }
}

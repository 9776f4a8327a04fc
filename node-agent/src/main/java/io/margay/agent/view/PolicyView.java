package io.margay.agent.view;

import io.margay.agent.stage.Planner;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.index.GovernedEndpoint;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Peer;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.Profile;
import io.margay.policy.model.WorkloadKey;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What governs a pod of this node: policies and rules in the order in which they are asked. */
public final class PolicyView {
  private PolicyView() {}

  /** A pod by {@code namespace/name}; empty when this node has none of that name. */
  public static Optional<Map<String, Object>> of(Planner planner, String pod) {
    int slash = pod.indexOf('/');
    if (slash < 0) {
      return Optional.empty();
    }
    var key = new WorkloadKey(pod.substring(0, slash), pod.substring(slash + 1));
    PolicyEngine engine = planner.policy();
    return Optional.ofNullable(engine.endpoints().get(key)).map(e -> view(engine, e));
  }

  private static Map<String, Object> view(PolicyEngine engine, GovernedEndpoint endpoint) {
    var view = new LinkedHashMap<String, Object>();
    view.put("pod", endpoint.workload().toString());
    view.put("interface", endpoint.interfaceName());
    view.put("ingress", side(engine, endpoint, Direction.INGRESS));
    view.put("egress", side(engine, endpoint, Direction.EGRESS));
    return view;
  }

  private static Map<String, Object> side(
      PolicyEngine engine, GovernedEndpoint endpoint, Direction direction) {
    var rows = new ArrayList<Map<String, Object>>();
    List<GovernedEndpoint.TierPolicies> tiers = endpoint.tiers(direction);
    for (GovernedEndpoint.TierPolicies tier : tiers) {
      for (PolicyKey key : tier.policies()) {
        Policy policy = engine.world().policies().get(key);
        if (policy != null) {
          rules(rows, key.toString(), policy.rules(direction), direction);
        }
      }
      rows.add(
          row(
              rows.size(),
              "tier " + tier.tier().name(),
              "end",
              tier.tier().defaultAction().toString(),
              "what no policy of the tier decided"));
    }
    for (String name : endpoint.profiles()) {
      Profile profile = engine.world().profiles().get(name);
      if (profile != null) {
        rules(rows, name, profile.rules(direction), direction);
      }
    }
    var side = new LinkedHashMap<String, Object>();
    side.put(
        "summary",
        tiers.isEmpty() ? "no policy governs it: all is allowed" : "only what a rule below allows");
    side.put("rules", rows);
    return side;
  }

  private static void rules(
      List<Map<String, Object>> rows, String owner, List<PolicyRule> rules, Direction direction) {
    if (rules.isEmpty()) {
      rows.add(row(rows.size(), owner, "-", "-", "no rule: nothing is allowed by this one"));
    }
    for (int i = 0; i < rules.size(); i++) {
      PolicyRule rule = rules.get(i);
      rows.add(
          row(
              rows.size(),
              owner,
              Integer.toString(i),
              rule.action().toString(),
              match(rule, direction)));
    }
  }

  private static Map<String, Object> row(
      int order, String policy, String rule, String action, String match) {
    var row = new LinkedHashMap<String, Object>();
    row.put("order", order + 1);
    row.put("policy", policy);
    row.put("rule", rule);
    row.put("action", action);
    row.put("match", match);
    return row;
  }

  private static String match(PolicyRule rule, Direction direction) {
    Peer other = direction == Direction.INGRESS ? rule.source() : rule.destination();
    var words = new ArrayList<String>();
    rule.protocol().ifPresent(protocol -> words.add(protocol.toString()));
    words.add(direction == Direction.INGRESS ? "from" : "to");
    var who = new ArrayList<String>();
    other.nets().forEach(net -> who.add(net.toString()));
    other.selector().ifPresent(selector -> who.add(selector.toString()));
    words.add(who.isEmpty() ? "anybody" : String.join(" ", who));
    if (!other.notNets().isEmpty()) {
      words.add("but not " + other.notNets());
    }
    if (!rule.destination().ports().isEmpty()) {
      words.add("ports " + rule.destination().ports());
    }
    return String.join(" ", words);
  }
}

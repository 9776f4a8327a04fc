package io.margay.policy.trace;

import io.margay.foundation.addr.Ip;
import io.margay.policy.index.GovernedEndpoint;
import io.margay.policy.index.GovernedEndpoint.TierPolicies;
import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Peer;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PolicyWorld;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Profile;
import io.margay.policy.model.Workload;
import io.margay.policy.selector.Selector;
import io.margay.policy.trace.Verdict.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Judges flows by the model: first where they leave a workload, then where they come to one. Looks
 * at all workloads and policies for each flow: for people who ask, not for packets.
 */
public final class Tracer {
  private final PolicyWorld world;
  private final Flow flow;
  private final List<Reason> trace = new ArrayList<>();

  private Tracer(PolicyWorld world, Flow flow) {
    this.world = world;
    this.flow = flow;
  }

  /** What becomes of a flow, and why. */
  public static Verdict verdict(PolicyWorld world, Flow flow) {
    var tracer = new Tracer(world, flow);
    boolean passes = tracer.passes(Direction.EGRESS) && tracer.passes(Direction.INGRESS);
    return new Verdict(passes ? Action.ALLOW : Action.DENY, tracer.trace);
  }

  private boolean passes(Direction direction) {
    Ip end = direction == Direction.EGRESS ? flow.source() : flow.destination();
    Optional<Workload> judged =
        world.workloads().values().stream()
            .filter(workload -> workload.ips().contains(end))
            .min((a, b) -> a.key().compareTo(b.key()));
    if (judged.isEmpty()) {
      trace.add(new Reason.NotAWorkload(direction));
      return true;
    }
    return passes(judged.get(), direction);
  }

  private boolean passes(Workload workload, Direction direction) {
    List<TierPolicies> tiers = GovernedEndpoint.tiers(world, workload, direction);
    if (tiers.isEmpty()) {
      trace.add(new Reason.NotSelected(workload.key(), direction));
    }
    for (TierPolicies tier : tiers) {
      Action action = judge(tier, direction);
      if (action != Action.PASS) {
        return action == Action.ALLOW;
      }
    }
    for (String name : GovernedEndpoint.profiles(world, workload)) {
      Profile profile = Objects.requireNonNull(world.profiles().get(name));
      OptionalInt rule = firstMatch(profile.rules(direction), direction, Selector.ALL);
      if (rule.isPresent()) {
        Action action = profile.rules(direction).get(rule.getAsInt()).action();
        trace.add(new Reason.ProfileMatched(name, direction, rule.getAsInt(), action));
        if (action != Action.PASS) {
          return action == Action.ALLOW;
        }
      }
    }
    trace.add(new Reason.NoProfileMatched(workload.key(), direction));
    return false;
  }

  /** What a tier says; PASS when the next one decides. */
  private Action judge(TierPolicies tier, Direction direction) {
    for (PolicyKey key : tier.policies()) {
      Policy policy = Objects.requireNonNull(world.policies().get(key));
      List<PolicyRule> rules = policy.rules(direction);
      OptionalInt rule = firstMatch(rules, direction, policy.selector());
      if (rule.isPresent()) {
        Action action = rules.get(rule.getAsInt()).action();
        trace.add(new Reason.RuleMatched(key, direction, rule.getAsInt(), action));
        return action;
      }
      trace.add(new Reason.NoRuleMatched(key, direction));
    }
    Action end = tier.tier().defaultAction();
    trace.add(new Reason.TierEnded(tier.tier().name(), direction, end));
    return end;
  }

  private OptionalInt firstMatch(List<PolicyRule> rules, Direction direction, Selector owner) {
    for (int i = 0; i < rules.size(); i++) {
      if (matches(rules.get(i), direction, owner)) {
        return OptionalInt.of(i);
      }
    }
    return OptionalInt.empty();
  }

  private boolean matches(PolicyRule rule, Direction direction, Selector owner) {
    if (rule.protocol().isPresent() && !rule.protocol().get().equals(flow.protocol())) {
      return false;
    }
    Selector destination = direction == Direction.INGRESS ? owner : Selector.ALL;
    return matches(rule.source(), flow.source())
        && matches(rule.destination(), flow.destination())
        && matchesPort(rule.destination(), destination);
  }

  private boolean matches(Peer peer, Ip ip) {
    boolean inside = peer.nets().isEmpty() || peer.nets().stream().anyMatch(n -> n.contains(ip));
    boolean excepted = peer.notNets().stream().anyMatch(net -> net.contains(ip));
    return inside
        && !excepted
        && (peer.selector().isEmpty() || isSelected(ip, peer.selector().get()));
  }

  private boolean isSelected(Ip ip, Selector selector) {
    return world.workloads().values().stream()
        .anyMatch(
            workload -> workload.ips().contains(ip) && selector.matches(world.labels(workload)));
  }

  private boolean matchesPort(Peer destination, Selector fallback) {
    if (destination.ports().isEmpty()) {
      return true;
    }
    Selector selector = destination.selector().orElse(fallback);
    return destination.ports().stream()
        .anyMatch(port ->
            switch (port) {
              case PortMatch.Range range -> range.contains(flow.port());
              case PortMatch.Named(String name) -> isNamed(name, selector);
            });
  }

  /** Whether a selected workload at the destination calls the port by this name. */
  private boolean isNamed(String name, Selector selector) {
    return world.workloads().values().stream()
        .filter(workload -> workload.ips().contains(flow.destination()))
        .filter(workload -> selector.matches(world.labels(workload)))
        .flatMap(workload -> workload.ports().stream())
        .anyMatch(port ->
            port.name().equals(name)
                && port.protocol().equals(flow.protocol())
                && port.port() == flow.port());
  }
}

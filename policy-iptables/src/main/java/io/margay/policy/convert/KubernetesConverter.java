package io.margay.policy.convert;

import io.margay.policy.model.Action;
import io.margay.policy.model.Direction;
import io.margay.policy.model.Peer;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import io.margay.policy.model.Tier;
import io.margay.policy.selector.Selector;
import io.margay.policy.spec.LabelSelector;
import io.margay.policy.spec.LabelSelector.Requirement;
import io.margay.policy.spec.NetworkPolicySpec;
import io.margay.policy.spec.NetworkPolicySpec.Port;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/** A NetworkPolicy as the model has it, by Calico's rules of conversion. */
public final class KubernetesConverter {
  private static final double ORDER = 1000;

  private KubernetesConverter() {}

  /** Converts one policy; a direction that it does not govern has no rules. */
  public static Policy policy(String namespace, String name, NetworkPolicySpec spec) {
    Selector own = Selector.equal(KubernetesLabels.NAMESPACE, namespace);
    return new Policy(
        PolicyKey.kubernetes(namespace, name),
        Tier.DEFAULT.name(),
        Optional.of(ORDER),
        Selector.allOf(List.of(pods(Optional.of(spec.podSelector())), own)),
        spec.types(),
        rules(spec, Direction.INGRESS, own),
        rules(spec, Direction.EGRESS, own));
  }

  private static List<PolicyRule> rules(NetworkPolicySpec spec, Direction direction, Selector own) {
    if (!spec.types().contains(direction)) {
      return List.of();
    }
    boolean ingress = direction == Direction.INGRESS;
    var rules = new ArrayList<PolicyRule>();
    for (NetworkPolicySpec.Rule rule : ingress ? spec.ingress() : spec.egress()) {
      Map<Protocol, List<PortMatch>> ports = ports(rule.ports());
      List<Peer> peers = peers(rule.peers(), own);
      if (ports.isEmpty()) {
        peers.forEach(peer -> rules.add(rule(ingress, Optional.empty(), peer, List.of())));
      }
      ports.forEach((protocol, matches) ->
          peers.forEach(peer -> rules.add(rule(ingress, Optional.of(protocol), peer, matches))));
    }
    return rules;
  }

  private static PolicyRule rule(
      boolean ingress, Optional<Protocol> protocol, Peer peer, List<PortMatch> ports) {
    return ingress
        ? new PolicyRule(Action.ALLOW, protocol, peer, Peer.ANY.withPorts(ports))
        : new PolicyRule(Action.ALLOW, protocol, Peer.ANY, peer.withPorts(ports));
  }

  /** Ports by protocol, sorted by its name; one entry without a port opens the whole protocol. */
  private static Map<Protocol, List<PortMatch>> ports(List<Port> ports) {
    var merged = new TreeMap<Protocol, List<PortMatch>>();
    Set<Protocol> open = new LinkedHashSet<>();
    for (Port port : ports) {
      List<PortMatch> matches = merged.computeIfAbsent(port.protocol(), _ -> new ArrayList<>());
      port.match().ifPresentOrElse(matches::add, () -> open.add(port.protocol()));
    }
    open.forEach(protocol -> merged.put(protocol, List.of()));
    return merged;
  }

  private static List<Peer> peers(List<NetworkPolicySpec.Peer> peers, Selector own) {
    if (peers.isEmpty()) {
      return List.of(Peer.ANY);
    }
    var converted = new ArrayList<Peer>(peers.size());
    for (NetworkPolicySpec.Peer peer : peers) {
      converted.add(
          switch (peer) {
            case NetworkPolicySpec.Peer.IpBlock(var cidr, var except) -> Peer.net(cidr, except);
            case NetworkPolicySpec.Peer.Pods(var pods, var namespaces) ->
                Peer.selected(
                    Selector.allOf(
                        List.of(
                            namespaces.map(KubernetesConverter::namespaces).orElse(own),
                            pods(pods))));
          });
    }
    return converted;
  }

  private static Selector pods(Optional<LabelSelector> selector) {
    var terms = new ArrayList<Selector>();
    terms.add(Selector.equal(KubernetesLabels.ORCHESTRATOR, KubernetesLabels.KUBERNETES));
    selector.ifPresent(present -> terms.addAll(terms(present)));
    return Selector.allOf(terms);
  }

  /** Namespaces are selected by the labels that their pods have from them. */
  private static Selector namespaces(LabelSelector selector) {
    return selector.isEmpty()
        ? Selector.has(KubernetesLabels.NAMESPACE)
        : Selector.allOf(terms(selector)).prefixed(KubernetesLabels.NAMESPACE_PREFIX);
  }

  private static List<Selector> terms(LabelSelector selector) {
    var terms = new ArrayList<Selector>();
    selector.matchLabels().forEach((key, value) -> terms.add(Selector.equal(key, value)));
    selector.expressions().forEach(expression -> terms.add(term(expression)));
    return terms;
  }

  private static Selector term(Requirement requirement) {
    String key = requirement.key();
    return switch (requirement.operator()) {
      case IN -> Selector.in(key, requirement.values());
      case NOT_IN -> Selector.notIn(key, requirement.values());
      case EXISTS -> Selector.has(key);
      case DOES_NOT_EXIST -> Selector.has(key).negated();
    };
  }
}

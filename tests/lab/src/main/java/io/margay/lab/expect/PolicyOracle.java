package io.margay.lab.expect;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Says whether a connection between two pods is allowed, from the documentation of
 * networking.k8s.io/v1 NetworkPolicy and nothing else. Slow and plain: a rule is read each time.
 *
 * <p>A connection needs both ends: an egress rule of its source, where the source is isolated for
 * egress, and an ingress rule of its destination, where that is isolated for ingress.
 */
public final class PolicyOracle {
  private final List<JsonNode> policies;
  private final Map<String, Map<String, String>> namespaceLabels;

  private enum Side {
    INGRESS("Ingress", "ingress", "from"),
    EGRESS("Egress", "egress", "to");

    private final String type;
    private final String rules;
    private final String peers;

    Side(String type, String rules, String peers) {
      this.type = type;
      this.rules = rules;
      this.peers = peers;
    }
  }

  /**
   * Asks these policies.
   *
   * @param policies NetworkPolicy objects of all namespaces
   * @param namespaceLabels by namespace
   */
  public PolicyOracle(List<JsonNode> policies, Map<String, Map<String, String>> namespaceLabels) {
    this.policies = List.copyOf(policies);
    this.namespaceLabels = Map.copyOf(namespaceLabels);
  }

  /** An oracle for the NetworkPolicy and Namespace objects of a cluster. */
  public static PolicyOracle of(List<JsonNode> policies, List<JsonNode> namespaces) {
    var labels = new LinkedHashMap<String, Map<String, String>>();
    for (JsonNode namespace : namespaces) {
      JsonNode metadata = namespace.path("metadata");
      labels.put(metadata.path("name").asText(), Labels.of(metadata.path("labels")));
    }
    return new PolicyOracle(policies, labels);
  }

  /**
   * The verdict on a connection.
   *
   * @param protocol TCP, UDP or SCTP
   */
  public Expected verdict(PodFacts from, PodFacts to, String protocol, int port) {
    // "A pod cannot block access to itself."
    if (from.namespace().equals(to.namespace()) && from.name().equals(to.name())) {
      return new Expected(true, "itself");
    }
    Expected out = side(Side.EGRESS, from, from, to, protocol, port);
    Expected in = side(Side.INGRESS, to, from, to, protocol, port);
    if (!out.allowed()) {
      return out;
    }
    return in.allowed() ? new Expected(true, out.why() + "; " + in.why()) : in;
  }

  private Expected side(
      Side side, PodFacts subject, PodFacts from, PodFacts to, String protocol, int port) {
    PodFacts peer = side == Side.EGRESS ? to : from;
    var isolating = new ArrayList<String>();
    for (JsonNode policy : policies) {
      if (!selects(policy, subject) || !affects(policy, side)) {
        continue;
      }
      isolating.add(name(policy));
      for (JsonNode rule : policy.path("spec").path(side.rules)) {
        if (peersMatch(rule.path(side.peers), namespace(policy), peer)
            && portsMatch(rule.path("ports"), to, protocol, port)) {
          return new Expected(true, side.rules + " by " + name(policy));
        }
      }
    }
    return isolating.isEmpty()
        ? new Expected(true, "no " + side.rules + " isolation")
        : new Expected(false, side.rules + " isolated by " + String.join(", ", isolating));
  }

  private static boolean selects(JsonNode policy, PodFacts pod) {
    return namespace(policy).equals(pod.namespace())
        && Labels.select(policy.path("spec").path("podSelector"), pod.labels());
  }

  // "If no policyTypes are specified on a NetworkPolicy then by default Ingress will always be set
  // and Egress will be set if the NetworkPolicy has any egress rules."
  private static boolean affects(JsonNode policy, Side side) {
    JsonNode spec = policy.path("spec");
    JsonNode types = spec.path("policyTypes");
    if (types.isEmpty()) {
      return side == Side.INGRESS || !spec.path("egress").isEmpty();
    }
    for (JsonNode type : types) {
      if (type.asText().equals(side.type)) {
        return true;
      }
    }
    return false;
  }

  // "If this field is empty or missing, this rule matches all sources."
  private boolean peersMatch(JsonNode peers, String policyNamespace, PodFacts pod) {
    if (peers.isEmpty()) {
      return true;
    }
    for (JsonNode peer : peers) {
      if (peer.hasNonNull("ipBlock")
          ? inBlock(peer.path("ipBlock"), pod.ip())
          : isPeer(peer, policyNamespace, pod)) {
        return true;
      }
    }
    return false;
  }

  private static boolean inBlock(JsonNode block, Ip ip) {
    if (!Prefix.of(block.path("cidr").asText()).contains(ip)) {
      return false;
    }
    for (JsonNode except : block.path("except")) {
      if (Prefix.of(except.asText()).contains(ip)) {
        return false;
      }
    }
    return true;
  }

  // Without a namespaceSelector a podSelector means pods of the policy's own namespace; without a
  // podSelector all pods of the selected namespaces are meant.
  private boolean isPeer(JsonNode peer, String policyNamespace, PodFacts pod) {
    boolean namespace =
        peer.hasNonNull("namespaceSelector")
            ? Labels.select(
                peer.path("namespaceSelector"),
                namespaceLabels.getOrDefault(pod.namespace(), Map.of()))
            : policyNamespace.equals(pod.namespace());
    return namespace && Labels.select(peer.path("podSelector"), pod.labels());
  }

  // "If this field is empty or missing, this rule matches all ports."
  private static boolean portsMatch(JsonNode ports, PodFacts to, String protocol, int port) {
    if (ports.isEmpty()) {
      return true;
    }
    for (JsonNode each : ports) {
      if (each.path("protocol").asText("TCP").equals(protocol)
          && portMatches(each, to, protocol, port)) {
        return true;
      }
    }
    return false;
  }

  private static boolean portMatches(JsonNode each, PodFacts to, String protocol, int port) {
    JsonNode wanted = each.path("port");
    if (wanted.isMissingNode() || wanted.isNull()) {
      return true;
    }
    if (wanted.isTextual()) {
      return Optional.ofNullable(to.namedPorts().get(protocol + "/" + wanted.asText()))
          .filter(number -> number == port)
          .isPresent();
    }
    int first = wanted.asInt();
    int last = each.hasNonNull("endPort") ? each.path("endPort").asInt() : first;
    return port >= first && port <= last;
  }

  private static String namespace(JsonNode policy) {
    return policy.path("metadata").path("namespace").asText();
  }

  private static String name(JsonNode policy) {
    return namespace(policy) + "/" + policy.path("metadata").path("name").asText();
  }
}

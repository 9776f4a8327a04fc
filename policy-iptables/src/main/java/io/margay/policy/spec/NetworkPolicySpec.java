package io.margay.policy.spec;

import io.margay.foundation.addr.Prefix;
import io.margay.policy.model.Direction;
import io.margay.policy.model.PortMatch;
import io.margay.policy.model.Protocol;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The spec of a NetworkPolicy of networking.k8s.io/v1.
 *
 * @param types the directions that it governs, after Kubernetes' defaults
 * @param ingress rules that could be read; empty under a governed direction: nothing may come
 * @param egress the same for what leaves
 */
public record NetworkPolicySpec(
    LabelSelector podSelector, Set<Direction> types, List<Rule> ingress, List<Rule> egress) {

  /**
   * Who may talk, to which ports.
   *
   * @param peers any of these; empty: anybody
   * @param ports any of these; empty: any port of any protocol
   */
  public record Rule(List<Peer> peers, List<Port> ports) {}

  /** One entry of {@code from} or {@code to}. */
  public sealed interface Peer {
    /**
     * Pods by their labels.
     *
     * @param pods empty: all pods of the namespaces
     * @param namespaces empty: the policy's own namespace
     */
    record Pods(Optional<LabelSelector> pods, Optional<LabelSelector> namespaces) implements Peer {}

    /** Addresses in a network, parts of it excepted. */
    record IpBlock(Prefix cidr, List<Prefix> except) implements Peer {}
  }

  /**
   * One entry of {@code ports}.
   *
   * @param match empty: all ports of the protocol
   */
  public record Port(Protocol protocol, Optional<PortMatch> match) {}
}

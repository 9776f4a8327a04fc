package io.margay.policy.model;

import java.util.Optional;

/**
 * One rule of a policy or profile; the first that matches a packet decides.
 *
 * @param protocol empty: any; a rule with ports has one that knows ports
 */
public record PolicyRule(
    Action action, Optional<Protocol> protocol, Peer source, Peer destination) {
  /** Everything goes. */
  public static final PolicyRule ALLOW_ALL =
      new PolicyRule(Action.ALLOW, Optional.empty(), Peer.ANY, Peer.ANY);

  public PolicyRule {
    boolean ports = !source.ports().isEmpty() || !destination.ports().isEmpty();
    if (ports && protocol.isEmpty()) {
      throw new IllegalArgumentException("a rule with ports and without protocol");
    }
  }
}

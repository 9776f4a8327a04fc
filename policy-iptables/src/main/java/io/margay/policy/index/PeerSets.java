package io.margay.policy.index;

import io.margay.policy.model.Direction;
import io.margay.policy.model.Peer;
import io.margay.policy.model.PolicyRule;
import io.margay.policy.model.PortMatch;
import io.margay.policy.selector.Selector;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The sets that a rule needs for one end of a packet.
 *
 * @param addresses the packet's address is in this; empty: no set of addresses is asked
 * @param ports one for each named port; the packet's address and port are in one of them, or its
 *     port is in one of the rule's ranges
 */
public record PeerSets(Optional<SetQuery> addresses, List<SetQuery> ports) {

  /**
   * The sets of a rule's destination.
   *
   * @param owner whom the policy is for: who a packet that comes to be judged is going to
   */
  public static PeerSets destination(PolicyRule rule, Direction direction, Selector owner) {
    return of(rule, rule.destination(), direction == Direction.INGRESS ? owner : Selector.ALL);
  }

  /**
   * The sets of a rule's source.
   *
   * @param owner whom the policy is for: who a packet that leaves comes from
   */
  public static PeerSets source(PolicyRule rule, Direction direction, Selector owner) {
    return of(rule, rule.source(), direction == Direction.EGRESS ? owner : Selector.ALL);
  }

  /** The sets of both ends of a rule. */
  public static Stream<SetQuery> of(PolicyRule rule, Direction direction, Selector owner) {
    return Stream.of(source(rule, direction, owner), destination(rule, direction, owner))
        .flatMap(sets -> Stream.concat(sets.addresses().stream(), sets.ports().stream()));
  }

  private static PeerSets of(PolicyRule rule, Peer peer, Selector fallback) {
    var named = new ArrayList<SetQuery>();
    for (PortMatch port : peer.ports()) {
      if (port instanceof PortMatch.Named(String name)) {
        named.add(
            new SetQuery.NamedPort(
                peer.selector().orElse(fallback), rule.protocol().orElseThrow(), name));
      }
    }
    // Where all ports are named ones, their sets hold no address that is not selected.
    boolean covered = !named.isEmpty() && named.size() == peer.ports().size();
    Optional<SetQuery> addresses =
        covered ? Optional.empty() : peer.selector().map(SetQuery.Addresses::new);
    return new PeerSets(addresses, List.copyOf(named));
  }
}

package io.margay.kube.types;

import io.margay.foundation.addr.Ip;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * A peering somebody configured.
 *
 * @param node the one node that it is for; empty with an empty selector means every node
 * @param nodeSelector the nodes that it is for; empty when {@code node} names one
 * @param peer whom to peer with; see {@link Peer}
 * @param localAsNumber replaces the node's own in this session
 * @param keepaliveTime between keepalives; empty means a third of the hold time
 * @param numAllowedLocalAsNumbers how often our own AS may stand in a path from there
 * @param ttlSecurity hops that GTSM allows; empty means none is used
 * @param reachableBy a gateway by which the peer is reached
 * @param filters names of BGPFilters, in their order
 * @param reversePeering whether selected nodes get the peering back by themselves
 * @param ebgpRequiresPolicy {@link BgpConfiguration#ebgpRequiresPolicy} for this peer
 */
public record BgpPeer(
    String name,
    Optional<NodeName> node,
    String nodeSelector,
    Peer peer,
    Optional<AsNumber> localAsNumber,
    NextHopMode nextHopMode,
    Optional<SecretKey> password,
    boolean sourceIsNodeIp,
    Optional<Duration> maxRestartTime,
    Optional<Duration> keepaliveTime,
    int numAllowedLocalAsNumbers,
    OptionalInt ttlSecurity,
    Optional<Ip> reachableBy,
    List<String> filters,
    boolean reversePeering,
    Optional<Boolean> ebgpRequiresPolicy) {

  /** Whom to peer with. */
  public sealed interface Peer {
    /**
     * One address.
     *
     * @param port empty means: its listen port where it is a node, else 179
     */
    record Address(Ip ip, OptionalInt port, Optional<AsNumber> asNumber) implements Peer {}

    /** The nodes that a selector chooses. */
    record Nodes(String selector) implements Peer {}

    /** Pods of the node that a selector chooses. */
    record LocalWorkloads(String selector, AsNumber asNumber) implements Peer {}
  }

  /** What stands as next hop in what we send. */
  public enum NextHopMode {
    /** As BGP says: ourselves to other systems, unchanged inside our own. */
    AUTO,
    SELF,
    KEEP,
    /** The old field keepOriginalNextHop: KEEP, to other systems only. */
    KEEP_FOR_EBGP
  }

  /** True when it is for every node. */
  public boolean isGlobal() {
    return node.isEmpty() && nodeSelector.isEmpty();
  }

  /** Reads a peering; refuses one that names its nodes or its peer twice. */
  public static Optional<BgpPeer> read(StoredObject object) {
    return BgpPeerReader.read(object);
  }
}

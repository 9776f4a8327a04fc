package io.margay.agent.stage;

import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Diff;
import io.margay.kube.types.Node;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.ChecksumOffload;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What each subsystem should have, at one version. Tunnels and the speaker's part are the same
 * objects as in the plan before while nothing that they depend on changed.
 *
 * @param policy what is otherwise than in the last plan that was taken; routes likewise
 * @param speaker empty when this node speaks no BGP
 * @param secrets names of the Secrets that BGP's passwords are read from
 * @param checksums whether tunnel devices may make them
 * @param ends of tunnels that this node has
 * @param notes what was left out of objects that people wrote, and why
 */
public record Plan(
    long version,
    Routes routes,
    Map<TunnelKey, TunnelItem> tunnels,
    Diff<RenderKey, Rendered> policy,
    Optional<SpeakerConfig> speaker,
    Set<String> secrets,
    Map<Prefix, LocalRoute> originated,
    NextHops nextHops,
    int podMtu,
    ChecksumOffload checksums,
    Ends ends,
    List<String> notes) {
  /**
   * The FIB's part.
   *
   * @param changed what is otherwise than in the last plan that was taken
   * @param pods addresses of this node's pods, also of those without a route yet
   */
  public record Routes(Diff<FibKey, FibRoute> changed, Map<Ip, PodRoute> pods, Counts counts) {}

  /**
   * How much of the FIB is planned.
   *
   * @param wanted routes that there should be
   * @param left destinations without a route for now
   */
  public record Counts(int wanted, int left) {
    static final Counts NONE = new Counts(0, 0);
  }

  /**
   * This node's ends of tunnels.
   *
   * @param kept whose addresses stay, whether or not a pool asks for them
   * @param wanted what is to be said of them once this plan is in force
   * @param addresses of tunnels, as the node's annotations said when it was made
   * @param shown what the node's annotations said of them when it was made
   * @param again when a plan is due though nothing changed
   */
  public record Ends(
      Set<TunnelAddressStage.Which> kept,
      Announcement wanted,
      Map<Encap, Ip> addresses,
      Announcement shown,
      OptionalLong again) {
    /** None, and nothing to say. */
    public static final Ends NONE =
        new Ends(
            Set.of(), Announcement.NOTHING, Map.of(), Announcement.NOTHING, OptionalLong.empty());

    /**
     * Whether this was planned with the tunnel addresses that a node, as it is on the server, has.
     * An end is announced only then: without its address it is about to go.
     */
    public boolean isFor(Node node) {
      return addresses.equals(NodeEnds.addresses(node));
    }

    /** Whether nothing is to be done about addresses that was not before. */
    public boolean asksForTheSame(Ends other) {
      return kept.equals(other.kept) && addresses.equals(other.addresses);
    }
  }

  /** In what a node takes packets, and in what it sends them: words with commas between. */
  public record Announcement(String receives, String sends) {
    static final Announcement NOTHING = new Announcement("", "");
  }

  /**
   * Where a pod's address is, or will be.
   *
   * @param route empty while the host end of the pod's interface is down
   */
  public record PodRoute(FibKey key, String hostInterface, Optional<FibRoute> route) {
    /** Whether the address is, or will be, where another plan has it. */
    public boolean isAt(PodRoute other) {
      return key.equals(other.key) && hostInterface.equals(other.hostInterface);
    }
  }
}

package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.Backend;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.route.fib.Ownership;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.KeptSides;
import io.margay.tunnel.plan.TunnelPool;
import io.margay.tunnel.plan.Ways;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.IntFunction;
import java.util.stream.Stream;

/**
 * The part of the plans that moves packets between nodes: routes, and the tunnels that they lead
 * into. Owned by the stage thread.
 */
final class NetworkPart {
  private final Settings settings;
  private final HostMtu hostMtu;
  private final Homes homes = new Homes();
  private NodeEnds ends = NodeEnds.of(List.of());

  private List<String> disputes = List.of();

  private final KeptSides kept = new KeptSides();
  private List<TunnelPool> pools = List.of();
  private List<String> poolNotes = List.of();

  private TunnelSettings tunnels;

  /** What of the configuration cannot be used. */
  private final List<String> settingNotes = new ArrayList<>();

  /** In what other nodes may send packets to this one. */
  private Set<Encap> sentByOthers = Set.of();

  /** In what packets left by the last plan; see {@link Ways}. */
  private Map<Prefix, Encap> sent = Map.of();

  /** What may be behind IPIP by the last plan. */
  private Map<Prefix, Ip4> tunnelled = Map.of();

  /** When the ends of tunnels change by time alone. */
  private OptionalLong again = OptionalLong.empty();

  /** A device that is down for a moment is no reason to take a tunnel away that sends from it. */
  private final Map<Family, String> uplinks = new EnumMap<>(Family.class);

  /** What does not change while the agent runs. */
  record Settings(
      NodeName self,
      Backend backend,
      IpipSupport support,
      String kernel,
      AgentConfig.Tunnels tunnels,
      Uplinks uplinks) {}

  /**
   * What is known besides the image.
   *
   * @param routes the kernel's routes, with the ways to peers before them
   */
  record Facts(
      Collection<LocalPods.LocalPod> pods,
      Map<Prefix, BestRoute> best,
      PeerWays peers,
      KernelFacts kernel,
      NextHopTable routes) {}

  NetworkPart(Settings settings) {
    this.settings = settings;
    this.hostMtu = new HostMtu(settings.uplinks());
    this.tunnels = tunnels(ClusterImage.EMPTY);
  }

  private TunnelSettings tunnels(ClusterImage image) {
    settingNotes.clear();
    return TunnelSettings.of(
        settings.tunnels(), settings.kernel(), image, settings.self(), settingNotes);
  }

  /** Takes in an image; {@code delta} made it of those before. */
  void update(ClusterImage image, ClusterDelta delta) {
    homes.update(image, delta);
    if (!delta.ipPools().isEmpty()) {
      pools = PoolStage.forTunnels(image);
      poolNotes = PoolStage.notes(image);
    }
    if (!delta.felixConfigurations().isEmpty() || delta.nodes().containsKey(settings.self())) {
      tunnels = tunnels(image);
    }
    if (!delta.nodes().isEmpty()) {
      ends = NodeEnds.of(image.nodes().values());
      disputes = VtepDisputes.of(ends);
      var sends = EnumSet.noneOf(Encap.class);
      for (Node node : image.nodes().values()) {
        if (!node.name().equals(settings.self())) {
          sends.addAll(Sides.sentBy(node));
        }
      }
      sentByOthers = sends;
    }
  }

  /** What is configured, and what nodes say, that cannot be as it is. */
  List<String> notes() {
    return Stream.of(poolNotes, settingNotes, disputes).flatMap(List::stream).toList();
  }

  /**
   * What is configured, in the environment and in FelixConfigurations. The same object until that
   * changes.
   */
  TunnelSettings tunnelSettings() {
    return tunnels;
  }

  /**
   * The tunnels that this node should have: those that it is asked for, and for a while those that
   * others still send in.
   *
   * @param now nanoseconds of a clock that only goes forward
   */
  Sides sides(ClusterImage image, long now) {
    Optional<Node> self = self(image);
    KeptSides.Decision decision =
        kept.step(
            now,
            Sides.asked(pools, tunnels),
            tunnels.allowed(sentByOthers),
            tunnels.allowed(Encap.ofWords(modes(self).receives().orElse(Set.of()))));
    again = decision.next();
    return Sides.of(decision.kept(), decision.announced(), self);
  }

  /** What is to be said of this node's ends of tunnels. */
  Plan.Ends ends(ClusterImage image, Sides sides, KernelFacts kernel) {
    Optional<Encap> lender =
        self(image).filter(_ -> sides.wanted().contains(Encap.UDP)).flatMap(NodeEnds::lender);
    var keptAddresses = EnumSet.noneOf(TunnelAddressStage.Which.class);
    for (TunnelAddressStage.Which which : TunnelAddressStage.Which.values()) {
      if (sides.wanted().contains(which.encap()) || lender.equals(Optional.of(which.encap()))) {
        keptAddresses.add(which);
      }
    }
    Node.Modes shown = modes(self(image));
    return new Plan.Ends(
        keptAddresses,
        new Plan.Announcement(sides.receives(kernel), Encap.words(Set.copyOf(sent.values()))),
        self(image).map(NodeEnds::addresses).orElse(Map.of()),
        new Plan.Announcement(
            Encap.words(Encap.ofWords(shown.receives().orElse(Set.of()))),
            Encap.words(Encap.ofWords(shown.sends()))),
        again);
  }

  private static Node.Modes modes(Optional<Node> self) {
    return self.map(node -> node.tunnels().modes()).orElse(Node.Modes.UNSAID);
  }

  RouteStage.Result routes(ClusterImage image, Sides sides, Facts facts) {
    Optional<Node> self = self(image);
    KernelFacts kernel = facts.kernel();
    self.ifPresent(node -> findUplinks(node, kernel));
    boolean bgp = settings.backend() == Backend.BIRD;
    RouteStage.Result planned =
        RouteStage.plan(
            new RouteStage.Input(
                new RouteStage.Local(facts.pods(), blackholes(image, bgp), metrics(image)),
                new RouteStage.Bgp(bgp, facts.best(), facts.peers()),
                new RouteStage.Cluster(
                    settings.self(),
                    homes.all(),
                    ends,
                    new Ways(pools, own(self, sides, kernel)),
                    sent),
                new RouteStage.Links(kernel.readyInterfaces(), facts.routes(), uplinks)));
    tunnelled = planned.tunnelled();
    sent = planned.sent();
    return planned;
  }

  TunnelStage.Result tunnels(ClusterImage image, Sides sides, KernelFacts kernel) {
    IntFunction<TunnelStage.Result> byMtu =
        mtu ->
            TunnelStage.plan(
                new TunnelStage.Input(
                    sides,
                    tunnels,
                    settings.support(),
                    image.nodes().values(),
                    self(image),
                    ends,
                    mtu,
                    Map.copyOf(uplinks),
                    tunnelled));
    return byMtu.apply(hostMtu.of(kernel, mtu -> byMtu.apply(mtu).podMtu()));
  }

  /** The other nodes as the last plan has them, by name. */
  List<NodeReach> reaches() {
    var destinations = new HashMap<Reached, List<NodeReach.Destination>>();
    homes
        .all()
        .forEach((prefix, home) ->
            destinations
                .computeIfAbsent(new Reached(home.node(), prefix.family()), _ -> new ArrayList<>(2))
                .add(new NodeReach.Destination(prefix, Optional.ofNullable(sent.get(prefix)))));
    for (Family family : Family.values()) {
      for (NodeName node : ends.names(family)) {
        destinations.computeIfAbsent(new Reached(node, family), _ -> List.of());
      }
    }
    return destinations.entrySet().stream()
        .filter(e -> !e.getKey().node().equals(settings.self()))
        .map(e ->
            new NodeReach(
                e.getKey().node(),
                e.getKey().family(),
                ends.of(e.getKey().node(), e.getKey().family()),
                e.getValue().stream()
                    .sorted(Comparator.comparing(NodeReach.Destination::prefix))
                    .toList()))
        .sorted(
            Comparator.comparing((NodeReach reach) -> reach.node().value())
                .thenComparing(NodeReach::family))
        .toList();
  }

  private record Reached(NodeName node, Family family) {}

  private Optional<Node> self(ClusterImage image) {
    return Optional.ofNullable(image.nodes().get(settings.self()));
  }

  private void findUplinks(Node self, KernelFacts kernel) {
    for (Family family : Family.values()) {
      NodeEnds.address(self, family)
          .flatMap(kernel::device)
          .ifPresent(device -> uplinks.put(family, device));
    }
  }

  private static Ways.Own own(Optional<Node> self, Sides sides, KernelFacts kernel) {
    var subnets = new EnumMap<Family, Prefix>(Family.class);
    self.flatMap(node -> node.bgp().ipv4())
        .map(InterfaceAddress::network)
        .ifPresent(subnet -> subnets.put(Family.IPV4, subnet));
    self.flatMap(node -> node.bgp().ipv6())
        .map(InterfaceAddress::network)
        .ifPresent(subnet -> subnets.put(Family.IPV6, subnet));
    return new Ways.Own(
        subnets,
        sides.ready(kernel),
        self.map(node -> Encap.ofWords(node.tunnels().modes().sends())).orElse(Set.of()));
  }

  /** The blackholes of own blocks: BIRD makes them, but for VXLAN pools; those are Felix's. */
  private Map<Prefix, Integer> blackholes(ClusterImage image, boolean bgp) {
    var blackholes = new HashMap<Prefix, Integer>();
    for (Prefix block : OriginStage.blackholes(image, settings.self())) {
      boolean ofVxlan =
          pools.stream().anyMatch(pool -> pool.usesVxlan() && pool.cidr().contains(block));
      blackholes.put(block, bgp && !ofVxlan ? Ownership.BIRD_PROTOCOL : Ownership.CLUSTER_PROTOCOL);
    }
    return blackholes;
  }

  private static RoutePriorities metrics(ClusterImage image) {
    BgpConfiguration configuration =
        image
            .bgpConfigurations()
            .getOrDefault(BgpConfiguration.DEFAULT, BgpConfiguration.defaults());
    return new RoutePriorities(
        configuration.ipv4RoutePriority(), configuration.ipv6RoutePriority());
  }
}

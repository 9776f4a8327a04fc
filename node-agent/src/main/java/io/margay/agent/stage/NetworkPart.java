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
import java.util.HashSet;
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

  private final RoutePart routes = new RoutePart();

  /** Destinations that may have another route than in the last plan. */
  private final Set<Prefix> touched = new HashSet<>();

  /** What the tunnels were planned from, and what came of it. */
  private Optional<PlannedTunnels> lastTunnels = Optional.empty();

  /** When the ends of tunnels change by time alone. */
  private OptionalLong again = OptionalLong.empty();

  /** A device that is down for a moment is no reason to take a tunnel away that sends from it. */
  private final Map<Family, String> uplinks = new EnumMap<>(Family.class);

  private record PlannedTunnels(TunnelStage.Input of, TunnelStage.Result result) {}

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
      OwnBlocks blocks,
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
    touched.addAll(homes.update(image, delta));
    if (!delta.ipPools().isEmpty()) {
      pools = PoolStage.forTunnels(image);
      poolNotes = PoolStage.notes(image);
    }
    if (!delta.felixConfigurations().isEmpty() || delta.nodes().containsKey(settings.self())) {
      tunnels = tunnels(image);
    }
    if (!delta.nodes().isEmpty()) {
      NodeEnds fresh = NodeEnds.of(image.nodes().values());
      if (!fresh.from(ends).isEmpty()) {
        ends = fresh;
        disputes = VtepDisputes.of(ends);
      }
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
        new Plan.Announcement(sides.receives(kernel), Encap.words(routes.sent())),
        self(image).map(NodeEnds::addresses).orElse(Map.of()),
        new Plan.Announcement(
            Encap.words(Encap.ofWords(shown.receives().orElse(Set.of()))),
            Encap.words(Encap.ofWords(shown.sends()))),
        again);
  }

  private static Node.Modes modes(Optional<Node> self) {
    return self.map(node -> node.tunnels().modes()).orElse(Node.Modes.UNSAID);
  }

  /** BGP chose otherwise for a destination. */
  void touched(Prefix destination) {
    touched.add(destination);
  }

  /** Plans the routes. */
  RoutePart routes(ClusterImage image, Sides sides, Facts facts) {
    Optional<Node> self = self(image);
    KernelFacts kernel = facts.kernel();
    self.ifPresent(node -> findUplinks(node, kernel));
    boolean bgp = settings.backend() == Backend.BIRD;
    routes.plan(
        new RouteStage.Input(
            new RouteStage.Local(
                RouteStage.Local.byAddress(facts.pods()),
                blackholes(facts.blocks(), bgp),
                metrics(image)),
            new RouteStage.Bgp(bgp, facts.best(), facts.peers()),
            new RouteStage.Cluster(
                settings.self(), homes.all(), ends, new Ways(pools, own(self, sides, kernel))),
            new RouteStage.Links(kernel.readyInterfaces(), facts.routes(), Map.copyOf(uplinks))),
        touched);
    touched.clear();
    return routes;
  }

  /** The routes by the last plan. */
  RoutePart routes() {
    return routes;
  }

  /** Plans the tunnels; the same object until something that they depend on changed. */
  TunnelStage.Result tunnels(ClusterImage image, Sides sides, KernelFacts kernel) {
    IntFunction<TunnelStage.Input> byMtu =
        mtu ->
            new TunnelStage.Input(
                sides,
                tunnels,
                settings.support(),
                self(image)
                    .flatMap(node -> NodeEnds.address(node, Family.IPV4))
                    .map(ip -> (Ip4) ip),
                ends,
                mtu,
                Map.copyOf(uplinks),
                usesForwarder(sides) ? routes.tunnelled() : Map.of());
    TunnelStage.Input input =
        byMtu.apply(hostMtu.of(kernel, mtu -> TunnelStage.plan(byMtu.apply(mtu)).podMtu()));
    PlannedTunnels now =
        lastTunnels
            .filter(last -> last.of().equals(input))
            .orElseGet(() -> new PlannedTunnels(input, TunnelStage.plan(input)));
    lastTunnels = Optional.of(now);
    return now.result();
  }

  private boolean usesForwarder(Sides sides) {
    return sides.wanted().contains(Encap.UDP)
        || (sides.wanted().contains(Encap.IPIP) && settings.support() == IpipSupport.FORWARDER);
  }

  /** The other nodes as the last plan has them, by name. */
  List<NodeReach> reaches() {
    var destinations = new HashMap<Reached, List<NodeReach.Destination>>();
    homes
        .all()
        .forEach((prefix, home) ->
            destinations
                .computeIfAbsent(new Reached(home.node(), prefix.family()), _ -> new ArrayList<>(2))
                .add(new NodeReach.Destination(prefix, routes.sent(prefix))));
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
  private Map<Prefix, Integer> blackholes(OwnBlocks own, boolean bgp) {
    var blackholes = new HashMap<Prefix, Integer>();
    for (Prefix block : own.claimed()) {
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

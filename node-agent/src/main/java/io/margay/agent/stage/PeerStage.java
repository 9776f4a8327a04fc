package io.margay.agent.stage;

import io.margay.agent.config.RouterId;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.CalicoExport;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerKey;
import io.margay.bgp.speaker.PeerTimers;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.Secret;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Node;
import io.margay.kube.types.SecretKey;
import io.margay.kube.types.SecretState;
import io.margay.policy.selector.Selector;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;

/**
 * Whom this node speaks BGP with, by Calico's rules: the node-to-node mesh, global peers, peers of
 * single nodes and the way back to them.
 */
final class PeerStage {
  private final Node self;
  private final PeerNodes nodes;
  private final PeerSettings settings;
  private final Passwords passwords;
  private final Map<PeerKey, PeerConfig> peers = new LinkedHashMap<>();

  private final List<PeerWays.Wanted> gateways = new ArrayList<>();

  /** The same is said once, however many nodes it keeps out. */
  private final Set<String> notes = new LinkedHashSet<>();

  /**
   * What the peers depend on.
   *
   * @param self this node as the image has it
   * @param nodes all nodes, this one among them
   * @param configurations BGPConfigurations by name
   * @param peers BGPPeers in the order of their names
   * @param exportFilters BGPFilters by name, with their export rules
   * @param importFilters BGPFilters by name, with their import rules
   * @param export Calico's built-in export order for this node
   * @param secrets what is known of Secrets with passwords, by name
   */
  record Input(
      Node self,
      Collection<Node> nodes,
      Map<String, BgpConfiguration> configurations,
      Collection<BgpPeer> peers,
      Map<String, BgpFilter> exportFilters,
      Map<String, BgpFilter> importFilters,
      CalicoExport export,
      Map<String, SecretState> secrets) {}

  /**
   * What the speaker shall do.
   *
   * @param config empty when the node has no router id: it cannot speak
   * @param secrets names of the Secrets that passwords are read from
   * @param gateways ways to peers that have to be made
   * @param notes what was left out, and why
   */
  record Result(
      Optional<SpeakerConfig> config,
      Set<String> secrets,
      List<PeerWays.Wanted> gateways,
      List<String> notes) {
    Result {
      secrets = Set.copyOf(secrets);
      gateways = List.copyOf(gateways);
      notes = List.copyOf(notes);
    }
  }

  private PeerStage(Input input) {
    this.self = input.self();
    this.nodes = new PeerNodes(input.nodes(), input.configurations());
    this.settings = new PeerSettings(input, nodes.cluster(), notes);
    this.passwords = new Passwords(input.secrets(), notes);
  }

  /** All peers of this node. */
  static Result plan(Input input, RouterId routerId) {
    var stage = new PeerStage(input);
    stage.mesh();
    input.peers().stream().filter(BgpPeer::isGlobal).forEach(stage::configured);
    input.peers().stream().filter(peer -> !peer.isGlobal()).forEach(stage::configured);
    input.peers().stream().filter(BgpPeer::reversePeering).forEach(stage::reverse);
    return stage.result(routerId);
  }

  private Result result(RouterId routerId) {
    Optional<Ip4> own = self.bgp().ipv4().map(InterfaceAddress::ip).map(ip -> (Ip4) ip);
    Optional<Ip4> id = routerId.of(self.name().value(), own).filter(ip -> ip.bits() != 0);
    if (id.isEmpty()) {
      notes.add(
          "no BGP: node "
              + self.name()
              + " has no IPv4 address to be its router id; set CALICO_ROUTER_ID to hash or an id");
      return new Result(Optional.empty(), Set.of(), List.of(), List.copyOf(notes));
    }
    var own4 = PeerNodes.addressOf(self, Family.IPV4);
    var own6 = PeerNodes.addressOf(self, Family.IPV6);
    int port = nodes.listenPort(self);
    var listen = new ArrayList<SpeakerConfig.Listen>();
    own4.ifPresent(ip ->
        listen.add(new SpeakerConfig.Listen(nodes.cluster().bindToNodeIp() ? ip : Ip4.ANY, port)));
    own6.ifPresent(ip ->
        listen.add(new SpeakerConfig.Listen(nodes.cluster().bindToNodeIp() ? ip : Ip6.ANY, port)));
    var local = new ArrayList<Ip>();
    own4.ifPresent(local::add);
    own6.ifPresent(local::add);
    return new Result(
        Optional.of(
            new SpeakerConfig(
                id.get(),
                self.bgp().routeReflectorClusterId(),
                listen,
                local,
                List.copyOf(peers.values()))),
        passwords.asked(),
        gateways,
        List.copyOf(notes));
  }

  private void mesh() {
    if (!nodes.cluster().nodeToNodeMesh() || PeerNodes.isReflector(self)) {
      return;
    }
    Optional<SecretKey> named = nodes.cluster().nodeMeshPassword();
    Optional<Secret> password =
        named.flatMap(
            key -> passwords.find("BGPConfiguration \"default\": spec.nodeMeshPassword", key));
    if (named.isPresent() && password.isEmpty()) {
      return;
    }
    PeerTimers timers =
        nodes
            .cluster()
            .nodeMeshMaxRestartTime()
            .map(PeerSettings.TIMERS::withRestart)
            .orElse(PeerSettings.TIMERS);
    for (Node other : nodes.all()) {
      if (other.name().equals(self.name()) || PeerNodes.isReflector(other)) {
        continue;
      }
      for (Family family : Family.values()) {
        Optional<Ip> here = PeerNodes.addressOf(self, family);
        Optional<Ip> there = PeerNodes.addressOf(other, family);
        if (here.isPresent() && there.isPresent() && !here.equals(there)) {
          add(
              new PeerConfig(
                  PeerConfig.sessionName(PeerKind.MESH, there.get(), Optional.empty()),
                  PeerKind.MESH,
                  new PeerConfig.Link(
                      there.get(),
                      nodes.listenPort(other),
                      here,
                      nodes.asOf(self).value(),
                      nodes.asOf(other).value(),
                      waits(here.get(), there.get()),
                      Set.of(family),
                      timers,
                      new Reach.Multihop(),
                      password,
                      PeerSettings.OPTIONS),
                  settings.ofMesh()));
        }
      }
    }
  }

  private void configured(BgpPeer peer) {
    if (!isFor(peer, self)) {
      return;
    }
    PeerKind kind = peer.isGlobal() ? PeerKind.GLOBAL : PeerKind.NODE;
    switch (peer.peer()) {
      case BgpPeer.Peer.Address address -> address(peer, kind, address);
      case BgpPeer.Peer.Nodes(String selector) -> {
        for (Node other : selected(peer, selector)) {
          node(peer, kind, other);
        }
      }
      case BgpPeer.Peer.LocalWorkloads _ ->
          notes.add(left(peer, "peerings with pods of the node (localWorkloadSelector)"));
    }
  }

  private void address(BgpPeer peer, PeerKind kind, BgpPeer.Peer.Address address) {
    Optional<Node> node =
        nodes.all().stream()
            .filter(n ->
                PeerNodes.addressOf(n, address.ip().family()).equals(Optional.of(address.ip())))
            .filter(
                n -> address.asNumber().isEmpty() || nodes.asOf(n).equals(address.asNumber().get()))
            .findFirst();
    OptionalInt port = address.port();
    if (port.isEmpty() && node.isPresent() && nodes.listenPort(node.get()) != SpeakerConfig.PORT) {
      port = OptionalInt.of(nodes.listenPort(node.get()));
    }
    AsNumber remoteAs = address.asNumber().or(() -> node.map(nodes::asOf)).orElse(nodes.asOf(self));
    add(peer, kind, address.ip(), port, remoteAs, node);
    peer.reachableBy().ifPresent(gateway -> gateway(peer, address.ip(), gateway));
  }

  private void gateway(BgpPeer peer, Ip there, Ip gateway) {
    if (gateway.family() == there.family()) {
      gateways.add(new PeerWays.Wanted(there, gateway, peer.name()));
    } else {
      notes.add(
          "BGPPeer \"" + peer.name() + "\": spec.reachableBy is not of the family of spec.peerIP");
    }
  }

  private void node(BgpPeer peer, PeerKind kind, Node other) {
    int port = nodes.listenPort(other);
    for (Family family : Family.values()) {
      PeerNodes.addressOf(other, family)
          .ifPresent(ip ->
              add(
                  peer,
                  kind,
                  ip,
                  port == SpeakerConfig.PORT ? OptionalInt.empty() : OptionalInt.of(port),
                  nodes.asOf(other),
                  Optional.of(other)));
    }
  }

  /** The peering back: this node is what others' BGPPeer points at. */
  private void reverse(BgpPeer peer) {
    boolean meant =
        switch (peer.peer()) {
          case BgpPeer.Peer.Nodes(String selector) -> selected(peer, selector).contains(self);
          case BgpPeer.Peer.Address address ->
              PeerNodes.addressOf(self, address.ip().family()).equals(Optional.of(address.ip()))
                  && address.asNumber().filter(asn -> !asn.equals(nodes.asOf(self))).isEmpty()
                  && address.port().orElse(nodes.listenPort(self)) == nodes.listenPort(self);
          case BgpPeer.Peer.LocalWorkloads _ -> false;
        };
    if (!meant) {
      return;
    }
    for (Node other : nodes.all()) {
      if (isFor(peer, other)) {
        node(peer, PeerKind.NODE, other);
      }
    }
  }

  private void add(
      BgpPeer peer,
      PeerKind kind,
      Ip there,
      OptionalInt port,
      AsNumber remoteAs,
      Optional<Node> node) {
    Optional<Ip> here = PeerNodes.addressOf(self, there.family());
    if (here.isEmpty() || here.get().equals(there)) {
      return;
    }
    Optional<Secret> password =
        peer.password()
            .flatMap(key -> passwords.find("BGPPeer \"" + peer.name() + "\": spec.password", key));
    if (peer.password().isPresent() && password.isEmpty()) {
      return;
    }
    long localAs = peer.localAsNumber().orElse(nodes.asOf(self)).value();
    boolean internal = localAs == remoteAs.value();
    boolean client =
        self.bgp().routeReflectorClusterId().isPresent()
            && internal
            && !node.flatMap(n -> n.bgp().routeReflectorClusterId())
                .equals(self.bgp().routeReflectorClusterId());
    boolean passive = kind == PeerKind.GLOBAL && node.isPresent() && waits(here.get(), there);
    Optional<Integer> shown = port.isPresent() ? Optional.of(port.getAsInt()) : Optional.empty();
    add(
        new PeerConfig(
            PeerConfig.sessionName(kind, there, shown),
            kind,
            new PeerConfig.Link(
                there,
                port.orElse(SpeakerConfig.PORT),
                peer.sourceIsNodeIp() ? here : Optional.empty(),
                localAs,
                remoteAs.value(),
                passive,
                Set.of(there.family()),
                PeerSettings.timers(peer),
                PeerSettings.reach(peer),
                password,
                PeerSettings.OPTIONS),
            settings.of(peer, internal, client, there.family())));
  }

  /** The first peering with an address and port wins, as in Calico. */
  private void add(PeerConfig peer) {
    peers.putIfAbsent(peer.key(), peer);
  }

  private boolean isFor(BgpPeer peer, Node node) {
    if (peer.isGlobal()) {
      return true;
    }
    return peer.node()
        .map(name -> name.equals(node.name()))
        .orElseGet(() -> selected(peer, peer.nodeSelector()).contains(node));
  }

  private List<Node> selected(BgpPeer peer, String text) {
    return switch (Selector.parse(text)) {
      case Selector.Parsed.Valid(Selector selector) -> nodes.selected(selector);
      case Selector.Parsed.Invalid(int position, String expected) -> {
        notes.add(
            "BGPPeer \""
                + peer.name()
                + "\": selector \""
                + text
                + "\" at character "
                + position
                + ": expected "
                + expected);
        yield List.of();
      }
    };
  }

  /** The node whose address is greater as text dials, the other waits (Calico's rule). */
  private static boolean waits(Ip here, Ip there) {
    return there.toString().compareTo(here.toString()) > 0;
  }

  private static String left(BgpPeer peer, String what) {
    return "BGPPeer \"" + peer.name() + "\" is left out: " + what + " is not supported yet";
  }
}

package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.RouterId;
import io.margay.bgp.export.NextHopMode;
import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.CalicoExport;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.speaker.AddPath;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.Secret;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.SecretKey;
import io.margay.kube.types.SecretState;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PeerStageTest {
  private static final BgpFilter FILTER = new BgpFilter("only-own", List.of(), List.of());

  private final Map<String, BgpConfiguration> configurations = new HashMap<>();
  private final List<BgpPeer> peers = new ArrayList<>();
  private final List<Node> nodes = new ArrayList<>();
  private final Map<String, SecretState> secrets = new HashMap<>();

  private static Node node(String name, String address, Map<String, String> labels) {
    return node(name, address, labels, Optional.empty());
  }

  private static Node node(
      String name, String address, Map<String, String> labels, Optional<Ip4> clusterId) {
    return new Node(
        new NodeName(name),
        labels,
        new Node.Bgp(
            Optional.of(InterfaceAddress.of(address)),
            Optional.empty(),
            Optional.empty(),
            clusterId),
        Node.Tunnels.NONE,
        List.of(),
        List.of(),
        List.of());
  }

  private static BgpPeer peer(String name, String nodeSelector, BgpPeer.Peer to) {
    return new BgpPeer(
        name,
        Optional.empty(),
        nodeSelector,
        to,
        Optional.empty(),
        BgpPeer.NextHopMode.AUTO,
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.empty(),
        0,
        OptionalInt.empty(),
        Optional.empty(),
        List.of("only-own", "not-there"),
        true,
        Optional.empty());
  }

  private static BgpPeer.Peer address(String ip, int port, long asn) {
    return new BgpPeer.Peer.Address(
        Ip.of(ip),
        port == 0 ? OptionalInt.empty() : OptionalInt.of(port),
        Optional.of(new AsNumber(asn)));
  }

  private PeerStage.Result plan(String self) {
    Node own = nodes.stream().filter(n -> n.name().value().equals(self)).findFirst().orElseThrow();
    return PeerStage.plan(
        new PeerStage.Input(
            own,
            nodes,
            configurations,
            peers,
            Map.of("only-own", FILTER),
            Map.of("only-own", FILTER),
            new CalicoExport(
                RoutePriorities.DEFAULT,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                List.of()),
            secrets),
        new RouterId.NodeAddress());
  }

  private Stream<String> shown(String self) {
    return plan(self).config().stream()
        .flatMap(config -> config.peers().stream())
        .map(p -> p.name() + (p.link().passive() ? " waits" : " dials"));
  }

  @Test
  void inTheMeshTheAddressThatIsGreaterAsTextDials() {
    nodes.add(node("a", "10.0.0.9/24", Map.of()));
    nodes.add(node("b", "10.0.0.10/24", Map.of()));
    assertThat(shown("a")).containsExactly("Mesh_10_0_0_10 dials");
    assertThat(shown("b")).containsExactly("Mesh_10_0_0_9 waits");
  }

  @Test
  void aReflectorIsInNoMeshAndItsPeersAreItsClients() {
    nodes.add(node("a", "10.0.0.1/24", Map.of("rr", "no")));
    nodes.add(node("r", "10.0.0.2/24", Map.of("rr", "yes"), Optional.of(Ip4.of("244.0.0.1"))));
    peers.add(peer("to-rr", "rr == 'no'", new BgpPeer.Peer.Nodes("rr == 'yes'")));
    assertThat(shown("a")).containsExactly("Node_10_0_0_2 dials");
    List<PeerConfig> ofReflector = plan("r").config().orElseThrow().peers();
    assertThat(ofReflector)
        .singleElement()
        .satisfies(back -> {
          assertThat(back.name()).isEqualTo("Node_10_0_0_1");
          assertThat(back.routing().reflectorClient()).isTrue();
        });
    assertThat(plan("a").config().orElseThrow().peers().getFirst().routing().reflectorClient())
        .isFalse();
  }

  @Test
  void severalPathsAreExchangedWithEveryPeer() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    nodes.add(node("b", "10.0.0.2/24", Map.of()));
    peers.add(peer("tor", "", address("10.0.0.254", 0, 65000)));
    assertThat(plan("a").config().orElseThrow().peers())
        .hasSize(2)
        .allMatch(p -> p.link().options().addPath() == AddPath.BOTH);
  }

  @Test
  void theMeshCanBeSwitchedOff() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    nodes.add(node("b", "10.0.0.2/24", Map.of()));
    configurations.put("default", mesh(false, Optional.empty()));
    assertThat(shown("a")).isEmpty();
  }

  @Test
  void aGlobalPeerGoesBeforeOneOfTheNodeAndHasItsFilters() {
    nodes.add(node("a", "10.0.0.1/24", Map.of("rack", "1")));
    peers.add(peer("by-rack", "rack == '1'", address("10.0.0.254", 0, 65000)));
    peers.add(peer("everybody", "", address("10.0.0.254", 0, 64999)));
    PeerConfig only = plan("a").config().orElseThrow().peers().getFirst();
    assertThat(shown("a")).containsExactly("Global_10_0_0_254 dials");
    assertThat(only.kind()).isEqualTo(PeerKind.GLOBAL);
    assertThat(only.link().remoteAs()).isEqualTo(64999);
    assertThat(only.link().localAs()).isEqualTo(64512);
    assertThat(only.link().source()).contains(Ip.of("10.0.0.1"));
    assertThat(only.routing().exportPolicy().filters()).containsExactly(FILTER);
  }

  @Test
  void aPortIsPartOfTheNameAndTheOwnAddressIsNoPeer() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    peers.add(peer("odd-port", "", address("10.0.0.254", 5179, 65000)));
    peers.add(peer("me", "", address("10.0.0.1", 0, 64512)));
    assertThat(shown("a")).containsExactly("Global_10_0_0_254_port_5179 dials");
  }

  @Test
  void theWayBackLeadsFromTheAddressAsNumberAndPortThatArePointedAt() {
    nodes.add(node("a", "10.0.0.1/24", Map.of("rack", "1"), Optional.of(Ip4.of("244.0.0.1"))));
    nodes.add(node("b", "10.0.0.2/24", Map.of("rack", "2"), Optional.of(Ip4.of("244.0.0.1"))));
    peers.add(peer("to-b", "rack == '1'", address("10.0.0.2", 0, 64512)));
    assertThat(shown("b")).containsExactly("Node_10_0_0_1 dials");
    peers.set(0, peer("other-port", "rack == '1'", address("10.0.0.2", 5179, 64512)));
    assertThat(shown("b")).as("b listens on 179").isEmpty();
    peers.set(0, peer("other-as", "rack == '1'", address("10.0.0.2", 179, 64999)));
    assertThat(shown("b")).as("b is of AS 64512").isEmpty();
  }

  @Test
  void whatIsLeftOutIsSaidOnceHoweverManyNodesItConcerns() {
    for (int i = 1; i <= 4; i++) {
      nodes.add(node("n" + i, "10.0.0." + i + "/24", Map.of(), Optional.of(Ip4.of("244.0.0.1"))));
    }
    peers.add(locked(peer("secret", "", new BgpPeer.Peer.Nodes("all()"))));
    secrets.put("bgp", new SecretState.Absent());
    PeerStage.Result result = plan("n1");
    assertThat(result.config().orElseThrow().peers()).isEmpty();
    assertThat(result.notes())
        .filteredOn(note -> note.contains("password"))
        .singleElement()
        .asString()
        .contains("BGPPeer \"secret\"");
    assertThat(result.notes())
        .filteredOn(note -> note.contains("not-there"))
        .as("a BGPFilter that is not there")
        .hasSizeLessThanOrEqualTo(1);
  }

  private static BgpPeer locked(BgpPeer open) {
    return new BgpPeer(
        open.name(),
        open.node(),
        open.nodeSelector(),
        open.peer(),
        open.localAsNumber(),
        open.nextHopMode(),
        Optional.of(new SecretKey("bgp", "tor")),
        open.sourceIsNodeIp(),
        open.maxRestartTime(),
        open.keepaliveTime(),
        open.numAllowedLocalAsNumbers(),
        open.ttlSecurity(),
        open.reachableBy(),
        open.filters(),
        open.reversePeering(),
        open.ebgpRequiresPolicy());
  }

  private static SecretState present(String value) {
    return new SecretState.Present(Map.of("tor", value), false);
  }

  record Password(String name, Optional<SecretState> state, boolean opened, String note) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Password> passwords() {
    return Stream.of(
        new Password("read", Optional.of(present("hunter2")), true, ""),
        new Password("not asked for yet", Optional.empty(), false, ""),
        new Password("not read", Optional.of(new SecretState.Unread(Optional.empty())), false, ""),
        new Password(
            "not readable",
            Optional.of(new SecretState.Unread(Optional.of("403 Forbidden"))),
            false,
            "cannot be read: 403 Forbidden"),
        new Password("absent", Optional.of(new SecretState.Absent()), false, "there is no Secret"),
        new Password(
            "without the key",
            Optional.of(new SecretState.Present(Map.of("mesh", "x"), false)),
            false,
            "has no text under data.tor"),
        new Password("empty", Optional.of(present("")), false, "is of 0 bytes; 1 to 80"),
        new Password("too long", Optional.of(present("x".repeat(81))), false, "is of 81 bytes"),
        new Password("as echo writes it", Optional.of(present("hunter2\n")), false, "line feed"),
        new Password(
            "deleted",
            Optional.of(new SecretState.Present(Map.of("tor", "hunter2"), true)),
            true,
            "was deleted; its last password stays in use"));
  }

  @ParameterizedTest
  @MethodSource("passwords")
  void aSessionWithAPasswordIsOpenedOnceItIsKnown(Password row) {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    peers.add(locked(peer("tor", "", address("10.0.0.254", 0, 65000))));
    row.state().ifPresent(state -> secrets.put("bgp", state));
    PeerStage.Result result = plan("a");
    assertThat(result.secrets()).containsExactly("bgp");
    assertThat(result.config().orElseThrow().peers())
        .extracting(peer -> peer.link().password())
        .isEqualTo(row.opened() ? List.of(Optional.of(new Secret("hunter2"))) : List.of());
    assertThat(result.notes().stream().filter(note -> note.contains("spec.password")).toList())
        .hasSize(row.note().isEmpty() ? 0 : 1)
        .allMatch(note -> note.contains(row.note()) && note.startsWith("BGPPeer \"tor\""))
        .noneMatch(note -> note.contains("hunter2"));
  }

  @Test
  void theMeshHasItsOwnPassword() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    nodes.add(node("b", "10.0.0.2/24", Map.of()));
    configurations.put("default", mesh(true, Optional.of(new SecretKey("bgp", "tor"))));
    assertThat(shown("a")).as("before it is read").isEmpty();
    secrets.put("bgp", present("hunter2"));
    assertThat(plan("a").config().orElseThrow().peers())
        .singleElement()
        .satisfies(peer -> assertThat(peer.link().password()).contains(new Secret("hunter2")));
  }

  private static BgpConfiguration mesh(boolean enabled, Optional<SecretKey> password) {
    BgpConfiguration d = BgpConfiguration.defaults();
    return new BgpConfiguration(
        d.name(),
        enabled,
        Optional.of(new AsNumber(65001)),
        d.listenPort(),
        d.services(),
        d.communities(),
        d.prefixAdvertisements(),
        password,
        d.nodeMeshMaxRestartTime(),
        d.bindToNodeIp(),
        d.ignoredInterfaces(),
        d.localWorkloadPeering(),
        d.programClusterRoutes(),
        d.ipv4RoutePriority(),
        d.ipv6RoutePriority(),
        d.ebgpRequiresPolicy());
  }

  @Test
  void whatAPeerSaysReachesItsSession() {
    nodes.add(node("a", "10.0.0.1/24", Map.of(), Optional.of(Ip4.of("244.0.0.1"))));
    peers.add(
        new BgpPeer(
            "tor",
            Optional.of(new NodeName("a")),
            "",
            address("192.0.2.1", 0, 65000),
            Optional.of(new AsNumber(65001)),
            BgpPeer.NextHopMode.KEEP_FOR_EBGP,
            Optional.empty(),
            false,
            Optional.of(Duration.ofSeconds(60)),
            Optional.of(Duration.ofSeconds(20)),
            2,
            OptionalInt.of(255),
            Optional.of(Ip.of("10.0.0.254")),
            List.of("not-there", "only-own"),
            true,
            Optional.empty()));
    PeerStage.Result result = plan("a");
    PeerConfig tor = result.config().orElseThrow().peers().getFirst();
    assertThat(tor.name()).isEqualTo("Node_192_0_2_1");
    assertThat(tor.link().localAs()).isEqualTo(65001);
    assertThat(tor.link().source()).isEmpty();
    assertThat(tor.link().passive()).isFalse();
    assertThat(tor.link().reach()).isEqualTo(new Reach.Secured(255));
    assertThat(tor.link().timers().restart()).hasSeconds(60);
    assertThat(tor.link().timers().keepalive()).contains(Duration.ofSeconds(20));
    assertThat(tor.routing().nextHopMode()).isEqualTo(NextHopMode.KEEP);
    assertThat(tor.routing().allowedLocalAs()).isEqualTo(2);
    assertThat(tor.routing().reflectorClient()).as("of another AS").isFalse();
    assertThat(tor.routing().importPolicy().filters()).containsExactly(FILTER);
    assertThat(result.gateways())
        .containsExactly(new PeerWays.Wanted(Ip.of("192.0.2.1"), Ip.of("10.0.0.254"), "tor"));
    assertThat(result.notes())
        .containsExactly("BGPPeer \"tor\": there is no BGPFilter \"not-there\"; it is skipped");
  }

  // BIRD would reset it: the speaker does not, as the link is the same but for who dials next.
  @Test
  void aMeshPeerThatBecomesAReflectorKeepsItsSession() {
    nodes.add(node("a", "10.0.0.1/24", Map.of("rr", "no")));
    nodes.add(node("r", "10.0.0.2/24", Map.of("rr", "yes")));
    PeerConfig before = plan("a").config().orElseThrow().peers().getFirst();
    nodes.set(1, node("r", "10.0.0.2/24", Map.of("rr", "yes"), Optional.of(Ip4.of("244.0.0.1"))));
    peers.add(peer("to-rr", "rr == 'no'", new BgpPeer.Peer.Nodes("rr == 'yes'")));
    PeerConfig after = plan("a").config().orElseThrow().peers().getFirst();
    assertThat(List.of(before.name(), after.name()))
        .containsExactly("Mesh_10_0_0_2", "Node_10_0_0_2");
    assertThat(after.key()).isEqualTo(before.key());
    assertThat(after.link())
        .usingRecursiveComparison()
        .ignoringFields("passive")
        .isEqualTo(before.link());
  }

  @Test
  void aGatewayOfTheOtherFamilyIsSaidAndLeftOut() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    BgpPeer open = peer("tor", "", address("192.0.2.1", 0, 65000));
    peers.add(
        new BgpPeer(
            open.name(),
            open.node(),
            open.nodeSelector(),
            open.peer(),
            open.localAsNumber(),
            open.nextHopMode(),
            open.password(),
            open.sourceIsNodeIp(),
            open.maxRestartTime(),
            open.keepaliveTime(),
            open.numAllowedLocalAsNumbers(),
            open.ttlSecurity(),
            Optional.of(Ip.of("fd00::1")),
            List.of(),
            open.reversePeering(),
            open.ebgpRequiresPolicy()));
    PeerStage.Result result = plan("a");
    assertThat(result.gateways()).isEmpty();
    assertThat(result.notes())
        .containsExactly("BGPPeer \"tor\": spec.reachableBy is not of the family of spec.peerIP");
  }

  record NextHop(BgpPeer.NextHopMode mode, long peerAs, NextHopMode expected) {}

  // Without localASNumber the session is internal where the peer is of 64512.
  static Stream<NextHop> nextHops() {
    return Stream.of(
        new NextHop(BgpPeer.NextHopMode.AUTO, 65000, NextHopMode.AUTO),
        new NextHop(BgpPeer.NextHopMode.SELF, 64512, NextHopMode.SELF),
        new NextHop(BgpPeer.NextHopMode.KEEP, 64512, NextHopMode.KEEP),
        new NextHop(BgpPeer.NextHopMode.KEEP_FOR_EBGP, 64512, NextHopMode.AUTO),
        new NextHop(BgpPeer.NextHopMode.KEEP_FOR_EBGP, 65000, NextHopMode.KEEP));
  }

  @ParameterizedTest
  @MethodSource("nextHops")
  void nextHopModesAreCalicos(NextHop row) {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    BgpPeer open = peer("tor", "", address("192.0.2.1", 0, row.peerAs()));
    peers.add(
        new BgpPeer(
            open.name(),
            open.node(),
            open.nodeSelector(),
            open.peer(),
            open.localAsNumber(),
            row.mode(),
            open.password(),
            open.sourceIsNodeIp(),
            open.maxRestartTime(),
            open.keepaliveTime(),
            open.numAllowedLocalAsNumbers(),
            open.ttlSecurity(),
            open.reachableBy(),
            open.filters(),
            open.reversePeering(),
            open.ebgpRequiresPolicy()));
    assertThat(plan("a").config().orElseThrow().peers().getFirst().routing().nextHopMode())
        .isEqualTo(row.expected());
  }

  @Test
  void aSelectorThatCannotBeReadIsSaidAndSelectsNobody() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    peers.add(peer("broken", "rack = 1", address("10.0.0.254", 0, 65000)));
    PeerStage.Result result = plan("a");
    assertThat(result.config().orElseThrow().peers()).isEmpty();
    assertThat(result.notes()).anyMatch(note -> note.startsWith("BGPPeer \"broken\": selector"));
  }

  @Test
  void theSpeakerListensOnAllAddressesWithTheNodesRouterId() {
    nodes.add(node("a", "10.0.0.1/24", Map.of()));
    SpeakerConfig config = plan("a").config().orElseThrow();
    assertThat(config.routerId()).isEqualTo(Ip4.of("10.0.0.1"));
    assertThat(config.listen()).containsExactly(new SpeakerConfig.Listen(Ip4.ANY, 179));
  }
}

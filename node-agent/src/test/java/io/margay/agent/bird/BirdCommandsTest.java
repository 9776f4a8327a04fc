package io.margay.agent.bird;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.Exclusion;
import io.margay.bgp.rib.ExplainedPath;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.rib.PathFate;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.RouteView;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** BIRD 1.6's lines, as calicoctl and bird_exporter read them. */
class BirdCommandsTest {
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");
  private static final Instant BOOT = Instant.parse("2026-03-01T08:00:00Z");

  private boolean recovering;

  private final BirdCommands commands =
      new BirdCommands(
          "1.2.3+margay",
          new BirdCommands.Source() {
            @Override
            public BirdState state() {
              return BirdCommandsTest.this.state(Family.IPV4);
            }

            @Override
            public Iterator<RouteView> routes(Prefix inside) {
              return BirdCommandsTest.routes().stream()
                  .filter(route -> inside.contains(route.prefix()))
                  .iterator();
            }

            @Override
            public List<RouteView> towards(Ip address) {
              return BirdCommandsTest.routes().stream()
                  .filter(route -> route.prefix().contains(address))
                  .sorted(Comparator.comparingInt((RouteView r) -> -r.prefix().length()))
                  .toList();
            }
          });

  private BirdState state(Family family) {
    return new BirdState(
        family,
        Ip4.of("10.0.0.1"),
        NOW,
        BOOT,
        NOW.minusSeconds(60),
        ZoneOffset.UTC,
        recovering,
        List.of("10.0.0.3"),
        List.of(up(), down(), six()),
        hop ->
            hop.equals(Ip.of("10.0.0.66"))
                ? NextHops.Resolution.UNREACHABLE
                : new NextHops.Resolution.Reached(7, Optional.of("eth0")));
  }

  private String answer(String line) {
    var out = new StringBuilder();
    commands.answer(line, out::append);
    return out.toString();
  }

  private String greeting() {
    var out = new StringBuilder();
    commands.greeting(out::append);
    return out.toString();
  }

  @Test
  void theGreetingTellsTheVersion() {
    assertThat(greeting()).isEqualTo("0001 BIRD v1.2.3+margay ready.\n");
  }

  @Test
  void status() {
    assertThat(answer("show status"))
        .isEqualTo(
            """
            1000-BIRD v1.2.3+margay
            1011-Router ID is 10.0.0.1
             Current server time is 2026-03-04 10:00:00
             Last reboot on 2026-03-01 08:00:00
             Last reconfiguration on 2026-03-04 09:59:00
            0013 Daemon is up and running
            """);
    recovering = true;
    assertThat(answer("show status"))
        .contains("\n0024-Graceful restart recovery in progress\n   Waiting for 1 protocols");
  }

  @Test
  void protocols() {
    assertThat(trimmed(answer("show protocols")))
        .isEqualTo(
            """
            2002-name     proto    table    state  since       info
            1002-static1  Static   master   up     2026-03-01
             kernel1  Kernel   master   up     2026-03-01
             device1  Device   master   up     2026-03-01
             direct1  Direct   master   up     2026-03-01
             Mesh_10_0_0_2 BGP      master   up     09:00:00    Established
             Node_10_0_0_3 BGP      master   start  09:30:00    Passive       HOLD_TIMER_EXPIRED: 4/0 Hold
            0000
            """);
  }

  @Test
  void aProtocolInFull() {
    assertThat(trimmed(answer("show protocols all \"Mesh_10_0_0_2\"")))
        .isEqualTo(
            """
            2002-name     proto    table    state  since       info
            1002-Mesh_10_0_0_2 BGP      master   up     09:00:00    Established
            1006-  Description:    Connection to BGP peer
               Preference:     100
               Routes:         4 imported, 3 exported
               Route change stats:     received   rejected   filtered    ignored   accepted
                 Import updates:               11        ---        ---        ---        ---
                 Import withdraws:              2        ---        ---        ---        ---
                 Export updates:              ---        ---        ---        ---         21
                 Export withdraws:            ---        ---        ---        ---          6
               BGP state:          Established
                 Neighbor address: 10.0.0.2
                 Neighbor AS:      64513
                 Neighbor ID:      10.0.0.2
                 Neighbor caps:    as4, refresh
                 Session:          external AS4 add-path-rx add-path-tx
                 Source address:   10.0.0.1
                 Hold timer:       ---/240
                 Keepalive timer:  ---/80

            0000
            """);
    assertThat(answer("show protocols all none")).isEqualTo("8003 No protocols match\n");
    assertThat(answer("show protocols all"))
        .contains("Neighbor address: 10.0.0.2")
        .contains("Neighbor address: 10.0.0.3")
        .contains("Last error:       HOLD_TIMER_EXPIRED")
        .doesNotContain("fd00::2");
  }

  @Test
  void routesOfOneFamily() {
    assertThat(answer("show route"))
        .isEqualTo(
            """
            1007-10.1.0.0/26        via 10.0.0.2 on eth0 [Mesh_10_0_0_2 09:00:00] * (100/7) [AS64513i]
                                via 10.0.0.9 on eth0 [Node_10_0_0_3 09:30:00 from 10.0.0.3] (100s/7) [i]
             10.1.0.64/26       blackhole [static1 2026-03-01] * (200)
             10.1.0.65/32       dev cali1 [kernel1 2026-03-01] * (10)
             10.2.0.0/26        unreachable [Mesh_10_0_0_2 09:00:00 from 10.0.0.2] (100/?) [i]
            0000\s
            """);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          show route for 10.1.0.65                    | 10.1.0.65/32       dev cali1
          show route for 10.1.0.70                    | 10.1.0.64/26       blackhole
          show route 10.1.0.0/26 primary              | 10.1.0.0/26        via 10.0.0.2
          sh r 10.1.0.64/26                           | 10.1.0.64/26       blackhole
          show route protocol static1                 | 10.1.0.64/26       blackhole
          show route count                            | 0014 5 of 5 routes for 4 networks
          show route 10.9.0.0/26                      | 8001 Network not in table
          show route for nowhere                      | 9001 syntax error
          show route colour                           | 9001 syntax error, unexpected "colour"
          show                                        | 9001 syntax error, unexpected end of line
          hello                                       | 9001 syntax error, unexpected "hello"
          configure                                   | 0003 Reconfigured
          down                                        | 8007 Access denied
          restrict                                    | 0016 Access restricted
          """)
  void otherCommands(String command, String answer) {
    assertThat(answer(command)).contains(answer);
    assertThat(answer(command).lines().filter(line -> line.matches("\\d{4} .*")))
        .as("one last line")
        .hasSize(1);
  }

  @Test
  void aCalicoNodeStatusHasTheSameFacts() {
    List<BirdState> states = List.of(state(Family.IPV4), state(Family.IPV6));
    assertThat(BirdReport.agent("1.2.3+margay", states).get("birdV4"))
        .hasToString(
            "{state=Ready, version=v1.2.3+margay, routerID=10.0.0.1,"
                + " lastBootTime=2026-03-01 08:00:00, lastReconfigurationTime=2026-03-04 09:59:00}");
    assertThat(BirdReport.bgp(states))
        .hasToString(
            "{numberEstablishedV4=1, numberNotEstablishedV4=1,"
                + " peersV4=[{peerIP=10.0.0.2, type=NodeMesh, state=Established, since=09:00:00},"
                + " {peerIP=10.0.0.3, type=NodeMesh, state=Passive, since=09:30:00}],"
                + " numberEstablishedV6=0, numberNotEstablishedV6=1,"
                + " peersV6=[{peerIP=fd00::2, type=NodeMesh, state=Idle, since=2026-03-01}]}");
    assertThat(BirdReport.agent("1.2.3", List.of()))
        .hasToString("{birdV4={state=NotReady}, birdV6={state=NotReady}}");
    assertThat(BirdReport.bgp(List.of()).get("peersV6")).isEqualTo(List.of());
  }

  @Test
  void theRoutesOfACalicoNodeStatusSayWhereTheyWereLearned() {
    List<Map<String, Object>> rows =
        BirdReport.routes(routes().iterator(), state(Family.IPV4).nextHops());
    assertThat(rows.stream().map(Map::toString))
        .containsExactly(
            "{type=FIB, destination=10.1.0.0/26, gateway=10.0.0.2, interface=eth0,"
                + " learnedFrom={sourceType=NodeMesh, peerIP=10.0.0.2}}",
            "{type=RIB, destination=10.1.0.0/26, gateway=10.0.0.9, interface=eth0,"
                + " learnedFrom={sourceType=NodeMesh, peerIP=10.0.0.3}}",
            "{type=FIB, destination=10.1.0.64/26, gateway=N/A, interface=blackhole,"
                + " learnedFrom={sourceType=Static}}",
            "{type=FIB, destination=10.1.0.65/32, gateway=N/A, interface=cali1,"
                + " learnedFrom={sourceType=Kernel}}",
            "{type=RIB, destination=10.2.0.0/26, gateway=N/A, interface=unreachable,"
                + " learnedFrom={sourceType=NodeMesh, peerIP=10.0.0.2}}");
  }

  @Test
  void anEmptyLineIsAnswered() {
    assertThat(answer("")).startsWith("9001 ");
    assertThat(answer("   \t ")).startsWith("9001 ");
  }

  private static List<RouteView> routes() {
    var best = new PathFate.Best(SelectionReason.AS_PATH_LENGTH);
    var lost = new PathFate.Lost(SelectionReason.AS_PATH_LENGTH);
    LocalRoute block = LocalRoute.of(Prefix.of("10.1.0.64/26"), LocalRoute.Kind.BLOCK);
    LocalRoute pod = LocalRoute.on(Prefix.of("10.1.0.65/32"), LocalRoute.Kind.WORKLOAD, "cali1");
    Attributes direct = to("10.0.0.2").toBuilder().asPath(AsPath.sequence(64513L)).build();
    return List.of(
        new RouteView(
            Prefix.of("10.1.0.0/26"),
            List.of(
                path("Mesh_10_0_0_2", "10.0.0.2", direct, false, best),
                path("Node_10_0_0_3", "10.0.0.3", to("10.0.0.9"), true, lost))),
        new RouteView(block.prefix(), List.of(own(block, best))),
        new RouteView(pod.prefix(), List.of(own(pod, best))),
        new RouteView(
            Prefix.of("10.2.0.0/26"),
            List.of(
                path(
                    "Mesh_10_0_0_2",
                    "10.0.0.2",
                    to("10.0.0.66"),
                    false,
                    new PathFate.Excluded(new Exclusion.UnreachableNextHop(Ip.of("10.0.0.66")))),
                path(
                    "Mesh_10_0_0_2",
                    "10.0.0.2",
                    to("10.0.0.2"),
                    false,
                    new PathFate.Excluded(new Exclusion.AsLoop(64512))))),
        new RouteView(Prefix.of("fd00:1::/122"), List.of()));
  }

  private static Attributes to(String nextHop) {
    return Attributes.LOCAL.toBuilder().nextHop(Ip.of(nextHop)).build();
  }

  private static ExplainedPath own(LocalRoute route, PathFate fate) {
    return new ExplainedPath(
        new RouteSource.Local(route), route.attributes(), route.attributes(), false, fate);
  }

  private static ExplainedPath path(
      String peer, String address, Attributes attributes, boolean stale, PathFate fate) {
    var neighbour =
        new Neighbour(
            peer, PeerKind.MESH, Ip.of(address), 64513, 64512, Ip4.of("10.0.0.2"), false, 0);
    return new ExplainedPath(new RouteSource.Peer(neighbour), attributes, attributes, stale, fate);
  }

  private static PeerView up() {
    var agreed =
        new PeerView.Agreed(
            Ip.of("10.0.0.1"),
            40000,
            179,
            Ip4.of("10.0.0.2"),
            Duration.ofSeconds(240),
            Duration.ofSeconds(80),
            Set.of(Family.IPV4),
            true,
            Set.of(Family.IPV4),
            Set.of(Family.IPV4),
            List.of(),
            List.of("AS4", "refresh"));
    return peer(
        "Mesh_10_0_0_2",
        "10.0.0.2",
        SessionPhase.ESTABLISHED,
        NOW.minus(Duration.ofHours(1)),
        Optional.of(agreed),
        Optional.of("an old story"));
  }

  private static PeerView down() {
    return peer(
        "Node_10_0_0_3",
        "10.0.0.3",
        SessionPhase.ACTIVE,
        NOW.minus(Duration.ofMinutes(30)),
        Optional.empty(),
        Optional.of("HOLD_TIMER_EXPIRED: 4/0\nHold"));
  }

  private static PeerView six() {
    return peer(
        "Mesh_fd00__2", "fd00::2", SessionPhase.IDLE, BOOT, Optional.empty(), Optional.empty());
  }

  private static PeerView peer(
      String name,
      String address,
      SessionPhase phase,
      Instant since,
      Optional<PeerView.Agreed> agreed,
      Optional<String> down) {
    return new PeerView(
        name,
        PeerKind.MESH,
        Ip.of(address),
        179,
        64512,
        64513,
        true,
        phase,
        since,
        agreed,
        Optional.empty(),
        new PeerView.Counters(0, 0, 0, 0, 11, 2, 21, 6, 0, 0, 5, 4, 3),
        Optional.empty(),
        Optional.empty(),
        down.map(text -> new PeerView.Event(since, text)),
        Set.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        "everything",
        "everything",
        List.of());
  }

  /** Without blanks at the ends of lines. */
  private static String trimmed(String text) {
    return text.replaceAll("(?m) +$", "");
  }
}

package io.margay.agent.standalone;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Install;
import io.margay.bgp.attr.Role;
import io.margay.bgp.export.ExportOptions;
import io.margay.bgp.export.NextHopMode;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.rib.PrefixLimit;
import io.margay.bgp.speaker.AddPath;
import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerRange;
import io.margay.bgp.speaker.Reach;
import io.margay.bgp.speaker.Secret;
import io.margay.bgp.speaker.SessionOptions;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a speaker's file may say, and what it hears otherwise. */
class BgpdConfigTest {
  private static final String LEAST = "asn: 64512\nrouterId: 192.0.2.1\n";

  @Test
  void twoLinesAreEnough() {
    BgpdConfig config = accepted(LEAST);
    assertThat(config.asn()).isEqualTo(64512);
    assertThat(config.speaker().routerId()).isEqualTo(Ip4.of("192.0.2.1"));
    assertThat(config.speaker().clusterId()).isEmpty();
    assertThat(config.speaker().listen())
        .containsExactly(
            new SpeakerConfig.Listen(Ip.of("0.0.0.0"), 179),
            new SpeakerConfig.Listen(Ip.of("::"), 179));
    assertThat(config.socket()).contains(BgpdConfig.SOCKET);
    assertThat(config.install()).isEmpty();
    assertThat(config.originated()).isEmpty();
    assertThat(config.speaker().peers()).isEmpty();
  }

  @Test
  void everyKeyIsRead() {
    BgpdConfig config =
        accepted(
            """
            asn: 64512
            routerId: 192.0.2.1
            clusterId: 192.0.2.7
            listen: [ { address: 10.0.0.1, port: 1790 } ]
            socket: /tmp/one.sock
            install: true
            holdTime: 30
            tableLimit: 64
            originate: [ 10.1.0.0/24, fd00:1::/64 ]
            filters:
              mine:
                importV4: [ { cidr: 10.0.0.0/8, matchOperator: In, action: Accept } ]
            neighbors:
              - { address: 10.0.0.2, asn: 64513, port: 1179, source: 10.0.0.1, passive: true,
                  families: [ipv4, ipv6], nextHopSelf: true, password: xyz,
                  import: mine, export: originated }
              - { address: 10.0.0.3, asn: 64512, reflectorClient: true }
              - { address: "fd00::2", asn: 4200000000, ttlSecurity: 1, import: reject, export: accept }
            """);
    assertThat(config.speaker().clusterId()).contains(Ip4.of("192.0.2.7"));
    assertThat(config.speaker().tableBytes()).hasValue(64 << 20);
    assertThat(config.speaker().listen())
        .containsExactly(new SpeakerConfig.Listen(Ip.of("10.0.0.1"), 1790));
    assertThat(config.socket()).contains(Path.of("/tmp/one.sock"));
    assertThat(config.install()).contains(Install.MAIN);
    assertThat(config.originated())
        .containsOnlyKeys(Prefix.of("10.1.0.0/24"), Prefix.of("fd00:1::/64"));
    PeerConfig first = config.speaker().peers().getFirst();
    assertThat(first.name()).isEqualTo("Global_10_0_0_2_port_1179");
    assertThat(first.link().port()).isEqualTo(1179);
    assertThat(first.link().source()).contains(Ip.of("10.0.0.1"));
    assertThat(first.link().passive()).isTrue();
    assertThat(first.link().families()).containsExactlyInAnyOrder(Family.IPV4, Family.IPV6);
    assertThat(first.link().timers().hold()).isEqualTo(Duration.ofSeconds(30));
    assertThat(first.link().reach()).isEqualTo(new Reach.Direct());
    assertThat(first.link().password()).contains(new Secret("xyz"));
    assertThat(first.routing().nextHopMode()).isEqualTo(NextHopMode.SELF);
    assertThat(first.routing().importPolicy().rest()).isEqualTo(ImportPolicy.Rest.REJECT);
    assertThat(first.routing().importPolicy().filters().getFirst().ipv4()).hasSize(1);
    assertThat(first.routing().exportPolicy().rest())
        .isEqualTo(new ExportPolicy.Default.OriginatedOnly());
    PeerConfig second = config.speaker().peers().get(1);
    assertThat(second.routing().reflectorClient()).isTrue();
    assertThat(second.link().reach()).isEqualTo(new Reach.Multihop());
    assertThat(second.link().families()).containsExactly(Family.IPV4);
    PeerConfig third = config.speaker().peers().get(2);
    assertThat(third.link().remoteAs()).isEqualTo(4200000000L);
    assertThat(third.link().reach()).isEqualTo(new Reach.Secured(1));
    assertThat(third.link().families()).containsExactly(Family.IPV6);
    assertThat(third.routing().importPolicy()).isEqualTo(ImportPolicy.REJECT);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          null                                | 0   | 0   | none
          100                                 | 100 | 75  | Stop[]
          {limit: 200}                        | 200 | 150 | Stop[]
          {limit: 200, warning: 50, restart: 30} | 200 | 100 | Restart[pause=PT30S]
          {limit: 3, action: warn}            | 3   | 2   | Warn[]
          {limit: 3, warning: 1, action: stop} | 3  | 1   | Stop[]
          """)
  void aLimitOfPrefixesIsANumberOrAnObject(String text, int most, int warningAt, String action) {
    var neighbor = "neighbors: [{address: 10.0.0.3, asn: 64512, maxPrefix: " + text + "}]";
    var limits = accepted(LEAST + neighbor).speaker().peers().getFirst().routing().limits();
    if (action.equals("none")) {
      assertThat(limits).isEmpty();
      return;
    }
    PrefixLimit limit = Objects.requireNonNull(limits.get(Family.IPV6));
    assertThat(limits).containsEntry(Family.IPV4, limit);
    assertThat(limit.most()).isEqualTo(most);
    assertThat(limit.warningAt()).isEqualTo(warningAt);
    assertThat(limit.action()).hasToString(action);
  }

  // RFC 9234, 4.2, RFC 8950, 4, RFC 7911, 4 and RFC 9494, 3.1
  @Test
  void aSessionMayHaveMore() {
    var neighbor =
        "{address: 10.0.0.3, asn: 64513, import: accept, export: accept, role: routeServerClient,"
            + " strictRole: true, extendedNextHop: true, addPath: both, addPathLimit: 4,"
            + " longLivedStaleTime: 3600, delayOpen: 5}";
    assertThat(accepted(LEAST + "neighbors: [" + neighbor + "]").speaker().peers().getFirst())
        .extracting(peer -> peer.link().options())
        .isEqualTo(
            SessionOptions.NONE
                .withExtendedNextHop(true)
                .withAddPath(AddPath.BOTH, 4)
                .withLongLived(Duration.ofHours(1))
                .withDelayOpen(Duration.ofSeconds(5))
                .withRole(Role.ROUTE_SERVER_CLIENT, true));
  }

  // RFC 4724, 3 and RFC 9494, 4.6
  @Test
  void aNeighborMayKeepOurRoutesForLessAndHearOfStaleOnes() {
    var neighbor = "{address: 10.0.0.3, asn: 64512, restartTime: 0, longLivedToAll: true}";
    PeerConfig peer =
        accepted(LEAST + "neighbors: [" + neighbor + "]").speaker().peers().getFirst();
    assertThat(peer.link().timers().restart()).isZero();
    assertThat(peer.routing().exporting()).isEqualTo(new ExportOptions(false, true));
  }

  // RFC 8326 and RFC 9003
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          shutdown: back at noon                    | false | back at noon
          shutdown: true                            | false | ''
          shutdown: false                           | false |
          gracefulShutdown: true                    | true  |
          gracefulShutdown: true, shutdown: "7"     | true  | 7
          """)
  void aNeighborMayBeTakenDown(String keys, boolean leaving, String shutdown) {
    var neighbor = "{address: 10.0.0.3, asn: 64512, " + keys + "}";
    PeerConfig peer =
        accepted(LEAST + "neighbors: [" + neighbor + "]").speaker().peers().getFirst();
    assertThat(peer.routing().exporting()).isEqualTo(new ExportOptions(leaving, false));
    assertThat(peer.shutdown()).isEqualTo(Optional.ofNullable(shutdown));
  }

  @Test
  void allNeighborsMayBeLeft() {
    String text =
        LEAST
            + """
            gracefulShutdown: true
            neighbors:
              - { address: 10.0.0.2, asn: 64512 }
              - { address: 10.0.0.3, asn: 64512, gracefulShutdown: false }
            """;
    assertThat(accepted(text).speaker().peers())
        .extracting(peer -> peer.routing().exporting().leaving())
        .containsExactly(true, false);
  }

  @Test
  void aTextThatDoesNotFitIsRefused() {
    String neighbor = "{address: 10.0.0.2, asn: 64512, shutdown: " + "é".repeat(128) + "}";
    assertThat(refused(LEAST + "neighbors: [" + neighbor + "]"))
        .singleElement()
        .asString()
        .contains("expected a text of at most 255 bytes (RFC 9003)");
  }

  @Test
  void aReflectorWithoutClusterIsKnownByItsRouterId() {
    var config =
        accepted(LEAST + "neighbors: [{address: 10.0.0.3, asn: 64512, reflectorClient: true}]");
    assertThat(config.speaker().clusterId()).contains(Ip4.of("192.0.2.1"));
  }

  @Test
  void aSocketOfNullIsNone() {
    assertThat(accepted(LEAST + "socket: null").socket()).isEmpty();
    assertThat(accepted(LEAST + "socket:").socket()).isEmpty();
  }

  @Test
  void aPasswordMayLieInAFile() {
    String neighbor = "neighbors: [{address: 10.0.0.3, asn: 64512, passwordFile: /secret}]";
    assertThat(accepted(LEAST + neighbor).speaker().peers().getFirst().link().password())
        .contains(new Secret("from /secret"));
    String missing = "neighbors: [{address: 10.0.0.3, asn: 64512, passwordFile: /none}]";
    assertThat(refused(LEAST + missing)).singleElement().asString().contains("that can be read");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '^',
      textBlock =
          """
          routerId: 192.0.2.1                      | f.yaml:1:1: asn is missing; expected an AS number, 1 to 4294967295
          asn: 64512                               | f.yaml:1:1: routerId is missing; expected an IPv4 address that is this speaker's alone
          asn: x\\nrouterId: 192.0.2.1              | f.yaml:1:6: asn is "x"; expected a whole number, 1 to 4294967295
          asn: 1\\nrouterId: 0.0.0.0                | f.yaml:2:11: routerId is "0.0.0.0"; expected an IPv4 address other than 0.0.0.0
          asn: 1\\nrouterId: 1.1.1.1\\nholdTime: 2   | f.yaml:3:11: holdTime is 2; expected 0, or 3 to 65535 seconds
          asn: 1\\nrouterId: 1.1.1.1\\ntableLimit: 0 | f.yaml:3:13: tableLimit is 0; expected a whole number, 1 to 1048576
          asn: 1\\nrouterId: 1.1.1.1\\nholdtime: 9   | f.yaml:3:11: holdtime is 9; expected no such field here
          asn: 1\\nrouterId: 1.1.1.1\\noriginate:\\n- 10.1.0.0/8 | f.yaml:4:3: originate[0] is "10.1.0.0/8"; expected a network such as 10.1.0.0/24, with zeros behind its length
          asn: 1\\nrouterId: 1.1.1.1\\nlisten:\\n- {port: 5} | f.yaml:4:3: listen[0].address is missing; expected an IP address
          asn: 1\\nrouterId: 1.1.1.1\\nlisten:\\n- {address: 1.1.1.1, port: 70000} | f.yaml:4:28: listen[0].port is 70000; expected a whole number, 1 to 65535
          - a                                      | f.yaml:1:1: the document is a list; expected an object
          asn: 1\\nasn: 2                           | f.yaml:2:1: found duplicate key asn
          asn: [                                   | f.yaml:1:7:
          """)
  void aBrokenFileSaysWhere(String text, String error) {
    assertThat(refused(text.replace("\\n", "\n"))).anySatisfy(e -> assertThat(e).contains(error));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asn: 64513                                        | neighbors[0].address is missing; expected an IP address
          address: 10.0.0.2                                 | neighbors[0].asn is missing; expected an AS number, 1 to 4294967295
          address: 10.0.0.2, asn: 64513, import: accept     | neighbors[0].export is missing; expected accept, reject or a filter's name, as the neighbor is of another AS (RFC 8212)
          address: 10.0.0.2, asn: 64512, import: nobody     | neighbors[0].import is "nobody"; expected accept, reject or the name of a filter of this file
          address: 10.0.0.2, asn: 64512, export: nobody     | neighbors[0].export is "nobody"; expected accept, reject, originated or the name of a filter of this file
          address: 10.0.0.2, asn: 64512, families: [ipx]    | neighbors[0].families[0] is "ipx"; expected one of
          address: 10.0.0.2, asn: 64512, families: []       | neighbors[0].families is a list; expected ipv4, ipv6 or both
          address: 10.0.0.2, asn: 64512, password: ""       | neighbors[0].password is "***"; expected 1 to 80 bytes (TCP MD5)
          address: 10.0.0.2, asn: 64512, password: 123      | neighbors[0].password is "***"; expected a text, in quotes where it is a number
          address: 10.0.0.2, asn: 64512, maxPrefix: 0       | neighbors[0].maxPrefix is 0; expected a whole number, 1 to 2147483647
          address: 10.0.0.2, asn: 64512, maxPrefix: {}      | neighbors[0].maxPrefix.limit is missing; expected a whole number, 1 to 2147483647
          address: 10.0.0.2, asn: 64512, maxPrefix: {limit: 7, warning: 101} | neighbors[0].maxPrefix.warning is 101; expected a whole number, 1 to 100
          address: 10.0.0.2, asn: 64512, maxPrefix: {limit: 7, restart: 5, action: warn} | neighbors[0].maxPrefix.action is "warn"; expected nothing, as restart is given
          address: 10.0.0.2, asn: 64512, addPaths: both     | neighbors[0].addPaths is "both"; expected no such field here
          address: 10.0.0.2, asn: 64512, restartTime: 4096  | neighbors[0].restartTime is 4096; expected a whole number, 0 to 4095
          address: 10.0.0.2, asn: 64512, longLivedStaleTime: 16777216 | neighbors[0].longLivedStaleTime is 16777216; expected a whole number, 0 to 16777215
          address: 10.0.0.2, asn: 64513, import: accept, export: accept, longLivedToAll: true | neighbors[0].longLivedToAll is true; expected false, as the neighbor is of another AS (RFC 9494, 4.6)
          address: 10.0.0.2, asn: 64512, delayOpen: 241     | neighbors[0].delayOpen is 241; expected a whole number, 0 to 240
          address: 10.0.0.2, asn: 64512, ttlSecurity: 255   | neighbors[0].ttlSecurity is 255; expected a whole number, 1 to 254
          """)
  void aBrokenNeighborSaysWhat(String neighbor, String error) {
    assertThat(refused(LEAST + "neighbors:\n  - { " + neighbor + " }\n"))
        .anySatisfy(e -> assertThat(e).startsWith("f.yaml:4:").contains(error));
  }

  @Test
  void aRangeIsManyNeighbors() {
    BgpdConfig config =
        accepted(
            LEAST
                + """
                dynamicNeighbors:
                  - { range: 10.0.0.0/16, asn: 64512, families: [ipv4], reflectorClient: true }
                  - { range: "fd00::/64", asn: 64513, limit: 5, password: xyz, maxPrefix: 7,
                      import: accept, export: originated }
                """);
    PeerRange first = config.speaker().ranges().getFirst();
    assertThat(first.range()).isEqualTo(Prefix.of("10.0.0.0/16"));
    assertThat(first.most()).isEqualTo(PeerRange.MOST);
    assertThat(first.link().passive()).isTrue();
    assertThat(first.routing().reflectorClient()).isTrue();
    assertThat(config.speaker().clusterId()).contains(Ip4.of("192.0.2.1"));
    PeerRange second = config.speaker().ranges().get(1);
    assertThat(second.most()).isEqualTo(5);
    assertThat(second.link().families()).containsExactly(Family.IPV6);
    assertThat(second.link().password()).contains(new Secret("xyz"));
    assertThat(second.routing().limits()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          asn: 64512                                | dynamicNeighbors[0].range is missing; expected a network such as
          range: 10.0.0.1/16, asn: 64512            | dynamicNeighbors[0].range is "10.0.0.1/16"; expected a network such as
          range: 10.0.0.0/16, asn: 64512, limit: 0  | dynamicNeighbors[0].limit is 0; expected a whole number, 1 to 65536
          range: 10.0.0.0/16, asn: 64512, port: 7   | dynamicNeighbors[0].port is 7; expected no such field here
          range: 10.0.0.0/16, asn: 64513            | dynamicNeighbors[0].import is missing; expected accept, reject or a filter's name, as the neighbor is of another AS (RFC 8212)
          """)
  void aBrokenRangeSaysWhat(String range, String error) {
    assertThat(refused(LEAST + "dynamicNeighbors:\n  - { " + range + " }\n"))
        .anySatisfy(e -> assertThat(e).startsWith("f.yaml:4:").contains(error));
  }

  @Test
  void aRangeStandsOnce() {
    String two =
        "dynamicNeighbors: [{range: 10.0.0.0/8, asn: 64512}, {range: 10.0.0.0/8, asn: 64512}]";
    assertThat(refused(LEAST + two)).singleElement().asString().contains("that stands here once");
  }

  @Test
  void anAddressAndPortIsOneNeighbors() {
    String two = "neighbors: [{address: 10.0.0.2, asn: 64512}, {address: 10.0.0.2, asn: 64512}]";
    assertThat(refused(LEAST + two))
        .containsExactly(
            "f.yaml:3:56: neighbors[1].address is \"10.0.0.2\"; expected an address and port that no"
                + " other neighbor has");
  }

  @Test
  void routesMayStandInATableOfTheirOwn() {
    BgpdConfig config =
        accepted(LEAST + "install: { table: 4294967295, metric: 0, rulePriority: 100 }\n");
    assertThat(config.install()).contains(new Install(-1, 0, OptionalInt.of(100)));
    assertThat(accepted(LEAST + "install: {}\n").install()).contains(Install.MAIN);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          table: 0                       | a whole number, 1 to 4294967295
          table: 255                     | a table other than local
          rulePriority: 100              | nothing, as a rule to the main table is there
          table: 100, rulePriority: -1   | a whole number, 0 to 4294967295
          tabel: 100                     | no such field here; known are metric, rulePriority, table
          """)
  void aTableThatCannotBeIsRefused(String install, String expected) {
    assertThat(refused(LEAST + "install: { " + install + " }\n"))
        .singleElement()
        .asString()
        .contains(expected);
  }

  @Test
  void allErrorsAreToldAtOnce() {
    assertThat(refused("asn: 0\nrouterId: x\ninstall: 7\n")).hasSize(3);
  }

  @Test
  void aFileThatIsNoneEndsNothing() {
    assertThat(refused("")).isNotEmpty();
    assertThat(refused("[".repeat(100_000))).isNotEmpty();
    assertThat(refused("&a [*a]")).isNotEmpty();
    assertThat(refused("a: *b")).isNotEmpty();
    assertThat(refused("\u0000")).isNotEmpty();
    assertThat(refused("a: 1\n---\nb: 2\n")).isNotEmpty();
  }

  private static BgpdConfig accepted(String text) {
    assertThat(read(text)).isInstanceOf(BgpdConfig.Reading.Accepted.class);
    return ((BgpdConfig.Reading.Accepted) read(text)).config();
  }

  private static List<String> refused(String text) {
    assertThat(read(text)).isInstanceOf(BgpdConfig.Reading.Refused.class);
    return ((BgpdConfig.Reading.Refused) read(text)).errors();
  }

  private static BgpdConfig.Reading read(String text) {
    return BgpdConfig.read(
        "f.yaml",
        text,
        file -> file.equals(Path.of("/secret")) ? Optional.of("from /secret\n") : Optional.empty());
  }
}

package io.margay.agent.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AgentConfig;
import io.margay.cni.install.InstallSettings;
import io.margay.cni.install.Installer;
import io.margay.foundation.tree.Problems;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A node with things of Docker, kube-proxy, Flannel and an administrator, in a namespace; then ours
 * beside them. Afterwards it must be as it was before ours came; ip(8), iptables-save and ipset are
 * the judges.
 */
class CleanupTest {
  private static final String FOREIGN_RULES =
      """
      *filter
      :DOCKER - [0:0]
      :KUBE-FORWARD - [0:0]
      :FLANNEL-FWD - [0:0]
      -P FORWARD DROP
      -A FORWARD -o docker0 -j DOCKER
      -A FORWARD -m comment --comment "kubernetes forwarding rules" -j KUBE-FORWARD
      -A FORWARD -m comment --comment "flanneld forward" -j FLANNEL-FWD
      -A FLANNEL-FWD -s 10.244.0.0/16 -j ACCEPT
      -A KUBE-FORWARD -m mark --mark 0x4000/0x4000 -j ACCEPT
      COMMIT
      """;

  private static final String OUR_RULES =
      """
      *filter
      :cali-FORWARD - [0:0]
      :cali-tw-cali1 - [0:0]
      :cali-pi-old - [0:0]
      -I FORWARD 1 -m comment --comment "cali:AAAAAAAAAAAAAAAA" -j cali-FORWARD
      -A FORWARD -m comment --comment "cali:BBBBBBBBBBBBBBBB" -m mark --mark 0x10000/0x10000 -j ACCEPT
      -A cali-FORWARD -o cali1 -j cali-tw-cali1
      -A cali-FORWARD -m set --match-set cali40all-hosts-net src -j ACCEPT
      -A cali-tw-cali1 -j cali-pi-old
      COMMIT
      """;

  @TempDir Path directory;
  private final TestNetns node = TestNetns.create();
  private Places places;
  private Path strange;

  @BeforeEach
  void prepare() throws IOException {
    Path run = Files.createDirectories(directory.resolve("run"));
    Path state = Files.createDirectories(directory.resolve("state"));
    Path log = Files.createDirectories(directory.resolve("log"));
    Path bin = Files.createDirectories(directory.resolve("bin"));
    Path conf = Files.createDirectories(directory.resolve("net.d"));
    places =
        new Places(
            () -> Rtnl.in(node.netns()),
            List.of("nsenter", "--net=" + node.path()),
            List.of("cali"),
            new AgentConfig.Directories(run, log, state),
            state.resolve("nodename"),
            InstallSettings.read(Map.of(), "n1", bin, conf, new Problems()));
    strange = Files.writeString(bin.resolve("bridge"), "another's");
    makeForeign();
  }

  @AfterEach
  void close() {
    node.close();
  }

  @Test
  void everythingOfOursGoesAndNothingElse() throws IOException {
    String before = state();
    makeOurs();
    assertThat(state()).isNotEqualTo(before);

    Result result = run("--pods");

    assertThat(result.err()).isEmpty();
    assertThat(state()).isEqualTo(before);
    assertThat(result.code()).isZero();
    assertThat(files()).containsExactly(directory.relativize(strange).toString());
    assertThat(run("--pods").out()).isEqualTo("Nothing of ours is on this node.\n");
  }

  @Test
  void podsAndTheirRoutesStayUnlessTold() throws IOException {
    makeOurs();
    run();
    assertThat(node.ip("-o link show cali1")).contains("cali1");
    assertThat(node.ip("route show dev cali1")).contains("10.65.0.2");
    assertThat(node.ip("route show proto bird")).isEmpty();
  }

  @Test
  void aDryRunListsEachThingWithItsReasonAndChangesNothing() throws IOException {
    makeOurs();
    String before = state();

    Result result = run("--dry-run", "--pods");

    assertThat(result.code()).isZero();
    assertThat(state()).isEqualTo(before);
    assertThat(result.out().lines())
        .allSatisfy(line -> assertThat(line).matches("KIND .*|\\S+( rule)? +would go  .*"))
        .anyMatch(line -> line.matches("route .* 10.65.1.0/26 .*of BGP"))
        .anyMatch(line -> line.matches("route .* 10.65.0.2/32 .*leads to a pod's interface"))
        .anyMatch(line -> line.matches("ip rule .*protocol 80 is ours"))
        .anyMatch(line -> line.matches("device .* vxlan.calico .*kind vxlan"))
        .anyMatch(line -> line.matches("device .* cali1 .*MAC ee:ee:ee:ee:ee:ee"))
        .anyMatch(line -> line.matches("rule .*2 in ipv4 filter FORWARD, legacy.*our comment.*"))
        .anyMatch(line -> line.matches("chain .* ipv4 filter cali-tw-cali1, nft .*"))
        .anyMatch(line -> line.matches("ipset .* cali40all-hosts-net, 1 members .*"))
        .anyMatch(line -> line.matches("file .*/bin/calico-ipam .*our shim.*"))
        .anyMatch(line -> line.matches("file .*/10-calico.conflist .*our shim"))
        .anyMatch(line -> line.matches("file .*/state/mtu .*"))
        .anyMatch(line -> line.matches("file .*/forwarder.sock.succeed.lock .*beside its socket"))
        .noneMatch(line -> line.matches(".*(docker0|flannel|KUBE|DOCKER|192.0.2.0/24).*"));
  }

  @Test
  void whereTheAgentRunsItIsRefusedUnlessTold() throws IOException {
    makeOurs();
    try (var agent = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      agent.bind(UnixDomainSocketAddress.of(places.agentSocket()));
      String before = state();

      Result refused = run();
      assertThat(refused.code()).isEqualTo(1);
      assertThat(refused.err()).contains("the agent of this node runs", "--force");
      assertThat(state()).isEqualTo(before);

      assertThat(run("--force", "-o", "json").out()).contains("\"kind\" : \"route\"");
      assertThat(places.agentSocket()).as("somebody listens there").exists();
    }
  }

  @Test
  void theLocksOfAForwarderThatDoesNotEndStay() throws IOException {
    Path run = places.directories().run();
    Path lock = Files.writeString(run.resolve("forwarder.sock.lock"), "");
    Path other = Files.writeString(run.resolve("forwarder-udp.sock.lock"), "");
    try (var forwarder = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      forwarder.bind(UnixDomainSocketAddress.of(run.resolve("forwarder.sock")));
      Thread.ofVirtual().start(() -> hangUp(forwarder));
      assertThat(run().code()).isEqualTo(1);
      assertThat(lock).exists();
      assertThat(other).doesNotExist();
    }
  }

  private static void hangUp(ServerSocketChannel server) {
    try {
      while (server.isOpen()) {
        server.accept().close();
      }
    } catch (IOException e) {
      // The test has ended.
    }
  }

  @Test
  void calicosOwnFilesAreLeft() throws IOException {
    Path binary = Files.writeString(directory.resolve("bin/calico"), "Calico's own program");
    Path conflist =
        Files.writeString(
            directory.resolve("net.d/10-calico.conflist"), "{\"plugins\":[{\"type\":\"calico\"}]}");
    run();
    assertThat(binary).exists();
    assertThat(conflist).exists();
  }

  private void makeForeign() {
    node.device("eth0");
    node.ip("addr add 192.0.2.1/24 dev eth0");
    node.ip("link add docker0 type bridge");
    node.ip("addr add 172.17.0.1/16 dev docker0");
    node.ip("link set docker0 up");
    node.ip("link add flannel.1 type vxlan id 1 dstport 8472 local 192.0.2.1 dev eth0 nolearning");
    node.ip("link set flannel.1 up");
    node.ip("addr add 10.244.0.0/32 dev flannel.1");
    node.ip("route add 10.244.1.0/24 via 10.244.1.0 dev flannel.1 onlink");
    node.ip("neigh add 10.244.1.0 lladdr 02:00:00:00:00:01 dev flannel.1 nud permanent");
    node.ip("link add veth12 type veth peer name veth13");
    node.ip("route add 203.0.113.0/24 via 192.0.2.9 proto static");
    node.ip("rule add from 192.0.2.77 lookup 100 pref 100");
    for (String backend : List.of("legacy", "nft")) {
      restore(backend, FOREIGN_RULES);
    }
    inside(Optional.empty(), "ipset", "create", "KUBE-CLUSTER-IP", "hash:ip,port");
  }

  private void makeOurs() throws IOException {
    node.ip("link add cali1 address ee:ee:ee:ee:ee:ee type veth peer name pod1");
    node.ip("link set cali1 up");
    node.ip("link set pod1 up");
    node.ip("route add 10.65.0.2/32 dev cali1 proto boot metric 1024");
    node.ip("route add blackhole 10.65.0.0/26 proto 80");
    node.ip("route add 10.65.1.0/26 via 192.0.2.9 proto bird metric 1024");
    node.ip("link add vxlan.calico type vxlan id 4096 dstport 4789 local 192.0.2.1 dev eth0");
    node.ip("link set vxlan.calico up");
    node.ip("route add 10.65.2.0/26 via 10.65.2.1 dev vxlan.calico onlink proto 80");
    node.ip("-6 route add blackhole fd00:65::/122 proto 80");
    node.ip("rule add fwmark 0x100/0xf00 lookup 77 pref 99 protocol 80");
    inside(Optional.empty(), "ipset", "create", "cali40all-hosts-net", "hash:net");
    inside(Optional.empty(), "ipset", "add", "cali40all-hosts-net", "192.0.2.9");
    for (String backend : List.of("legacy", "nft")) {
      restore(backend, OUR_RULES);
    }
    var installer = new Installer(places.cni());
    installer.installBinaries();
    installer.writeConfiguration();
    Path state = places.directories().state();
    Files.writeString(state.resolve("mtu"), "1450");
    Files.writeString(state.resolve("nodename"), "n1");
    Files.createDirectories(state.resolve("cni-del-queue"));
    Files.writeString(state.resolve("cni-del-queue/1"), "{}");
    Files.createDirectories(places.directories().log());
    Files.writeString(places.directories().log().resolve("forwarder-udp.log"), "started");
    for (String suffix : List.of(".lock", ".succeed.lock", ".fds", ".fds.new", ".new")) {
      for (String socket : List.of("forwarder.sock", "forwarder-udp.sock")) {
        Files.writeString(places.directories().run().resolve(socket + suffix), "");
      }
    }
    for (String socket : List.of("cni.sock", "forwarder-udp.sock")) {
      try (var deserted = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
        deserted.bind(UnixDomainSocketAddress.of(places.directories().run().resolve(socket)));
      }
    }
  }

  /** All that others see of the node, without what comes by itself a little later. */
  private String state() {
    var text = new StringBuilder();
    for (String what : List.of("-4 route show", "-6 route show", "-4 rule show", "-6 rule show")) {
      node.ip(what)
          .lines()
          .filter(line -> !line.startsWith("fe80::") && !line.startsWith("ff00::"))
          .map(line -> line.replace(" linkdown", "").strip())
          .forEach(line -> text.append(line).append('\n'));
    }
    text.append(node.ip("neigh show nud permanent")).append('\n');
    node.ip("-br link show")
        .lines()
        .forEach(line -> text.append(line.replaceFirst(" .*", "")).append('\n'));
    for (String save :
        List.of("iptables-legacy-save", "iptables-nft-save", "ip6tables-legacy-save")) {
      inside(Optional.empty(), save)
          .lines()
          .filter(line -> !line.startsWith("#"))
          .map(line -> line.replaceAll("\\[\\d+:\\d+]", ""))
          .forEach(line -> text.append(line).append('\n'));
    }
    return text.append(inside(Optional.empty(), "ipset", "list", "-name")).toString();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(directory)) {
      return all.filter(file -> !Files.isDirectory(file))
          .map(file -> directory.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  record Result(int code, String out, String err) {}

  private Result run(String... arguments) {
    var out = new StringWriter();
    var err = new StringWriter();
    int code = CleanupMain.run(places, new PrintWriter(out), new PrintWriter(err, true), arguments);
    return new Result(code, out.toString(), err.toString());
  }

  private void restore(String backend, String rules) {
    inside(Optional.of(rules), "iptables-" + backend + "-restore", "--noflush", "--wait", "20");
  }

  private String inside(Optional<String> stdin, String... command) {
    var argv = new ArrayList<>(places.launcher());
    argv.addAll(List.of(command));
    return Program.run(argv, stdin, Duration.ofSeconds(30)).orThrow().out();
  }
}

package io.margay.tunnel.device;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.Vtep;
import io.margay.tunnel.plan.VxlanMac;
import io.margay.tunnel.plan.VxlanSettings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** A node of ours beside one that is set up as Felix does it, by iproute2's tools. */
@Timeout(90)
class VxlanTrafficTest {
  private static final int MEGABYTE = 1 << 20;

  private TestNode ours;
  private TestNode calicos;
  private TunnelLoop loop;

  @BeforeEach
  void makeNodes() throws InterruptedException {
    ours = TestNode.create();
    calicos = TestNode.create();
    ours.looseReversePath();
    calicos.looseReversePath();
    ours.cable("eth0", "192.0.2.1/24", calicos, "192.0.2.2/24");
    ours.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    calicos.ip("addr add 2001:db8::2/64 dev eth0 nodad");
    for (Family family : Family.values()) {
      asFelix(family);
      ours.ip("addr add " + pod(family, 1) + " dev lo" + nodad(family));
      calicos.ip("addr add " + pod(family, 2) + " dev lo" + nodad(family));
    }
    loop = new TunnelLoop(ours);
    loop.want(plan(2, 3));
    for (Family family : Family.values()) {
      route(ours, family, 2);
    }
  }

  @AfterEach
  void removeNodes() {
    if (loop != null) {
      loop.close();
    }
    ours.close();
    calicos.close();
  }

  @ParameterizedTest
  @EnumSource(Family.class)
  void podsReachEachOtherBothWays(Family family) throws IOException {
    assertThat(ping(ours, family, 1, 2)).contains(" 0% packet loss");
    assertThat(ping(calicos, family, 2, 1)).contains(" 0% packet loss");
    assertThat(sent(ours, calicos, podIp(family, 2))).isTrue();
    assertThat(sent(calicos, ours, podIp(family, 1))).isTrue();
  }

  @Test
  void whatIsBrokenOfOneNodeCostsAnotherNothing() throws Exception {
    Child ping =
        Program.of(ours.inside("ping", "-q", "-c", "300", "-i", "0.01", "-W", "5", "10.244.2.5"))
            .start();
    for (int i = 0; i < 5; i++) {
      bridge(ours, "fdb del " + mac(Family.IPV4, 3) + " dev vxlan.calico dst 192.0.2.3 self");
      until(() -> fdb().contains(mac(Family.IPV4, 3) + " dst 192.0.2.3"));
      ours.ip("neigh del 10.244.3.0 dev vxlan.calico");
      until(() -> neighbours().contains("10.244.3.0 lladdr"));
      bridge(ours, "fdb add 66:00:00:00:00:77 dev vxlan.calico dst 192.0.2.9 self permanent");
      until(() -> !fdb().contains("66:00:00:00:00:77"));
      ours.ip("addr add 10.9.9.9/32 dev vxlan.calico");
      until(() -> !ours.ip("addr show dev vxlan.calico").contains("10.9.9.9"));
    }
    String said = new String(ping.stdout().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("300 packets transmitted, 300 received, 0% packet loss");
  }

  @Test
  void aNodesOwnEntriesComeBackAndItIsReachedAgain() {
    bridge(ours, "fdb del " + mac(Family.IPV4, 2) + " dev vxlan.calico dst 192.0.2.2 self");
    until(() -> ping(ours, Family.IPV4, 1, 2).contains(" 0% packet loss"));
    ours.ip("neigh flush dev vxlan.calico nud permanent");
    until(() -> ping(ours, Family.IPV4, 1, 2).contains(" 0% packet loss"));
    ours.ip("link set vxlan.calico down");
    until(() -> ours.ip("link show vxlan.calico").contains(",UP,"));
    route(ours, Family.IPV4, 2);
    until(() -> ping(ours, Family.IPV4, 1, 2).contains(" 0% packet loss"));
  }

  @Test
  void anUplinkThatComesBackHasItsTunnelAgain() {
    ours.ip("link del eth0");
    assertThat(ours.ip("-o link show type vxlan")).isEmpty();
    ours.cable("eth0", "192.0.2.1/24", calicos, "192.0.2.2/24");
    until(() -> ours.ip("-o link show type vxlan").contains("vxlan.calico"));
    until(() -> ours.ip("link show vxlan.calico").contains(",UP,"));
    route(ours, Family.IPV4, 2);
    // The other node's went with the cable, too.
    asFelix(Family.IPV4);
    until(() -> ping(ours, Family.IPV4, 1, 2).contains(" 0% packet loss"));
  }

  @Test
  void anotherUplinkIsTakenWithoutALostPacket() throws Exception {
    ours.cable("eth1", "198.51.100.1/24", calicos, "198.51.100.2/24");
    bridge(
        calicos,
        "fdb replace " + mac(Family.IPV4, 1) + " dev vxlan.calico dst 198.51.100.1 self permanent");
    Child ping =
        Program.of(ours.inside("ping", "-q", "-c", "100", "-i", "0.01", "-W", "5", "10.244.2.5"))
            .start();
    var self = vtep(Family.IPV4, 1, "198.51.100.1");
    loop.want(
        TunnelPlan.vxlan(
            VxlanSettings.of(Family.IPV4, "eth1", 1450),
            self,
            List.of(vtep(Family.IPV4, 2, "192.0.2.2"))));
    String said = new String(ping.stdout().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(said).contains("100 packets transmitted, 100 received, 0% packet loss");
  }

  private static Map<TunnelKey, TunnelItem> plan(int... others) {
    var plan = new HashMap<TunnelKey, TunnelItem>();
    for (Family family : Family.values()) {
      var vteps = Arrays.stream(others).mapToObj(n -> vtep(family, n, node(family, n))).toList();
      plan.putAll(
          TunnelPlan.vxlan(
              VxlanSettings.of(family, "eth0", 1430), vtep(family, 1, node(family, 1)), vteps));
    }
    return plan;
  }

  private static Vtep vtep(Family family, int n, String address) {
    return new Vtep("node" + n, Ip.of(tunnel(family, n)), mac(family, n), Ip.of(address));
  }

  private static Mac mac(Family family, int n) {
    return VxlanMac.of("node" + n, family);
  }

  private static String node(Family family, int n) {
    return family == Family.IPV4 ? "192.0.2." + n : "2001:db8::" + n;
  }

  private static String tunnel(Family family, int n) {
    return family == Family.IPV4 ? "10.244." + n + ".0" : "fd00:" + n + "::";
  }

  private static String podIp(Family family, int n) {
    return family == Family.IPV4 ? "10.244." + n + ".5" : "fd00:" + n + "::5";
  }

  private static String pod(Family family, int n) {
    return podIp(family, n) + (family == Family.IPV4 ? "/32" : "/128");
  }

  private static String nodad(Family family) {
    return family == Family.IPV4 ? "" : " nodad";
  }

  /** The second node, as Felix leaves it. */
  private void asFelix(Family family) {
    String device = TunnelKey.vxlanDevice(family);
    String length = family == Family.IPV4 ? "/32" : "/128";
    calicos.ip(
        "link add %s address %s type vxlan id 4096 dev eth0 local %s dstport 4789 nolearning"
            .formatted(device, mac(family, 2), node(family, 2)));
    calicos.ip("link set " + device + " mtu 1430 up");
    calicos.ip("addr add " + tunnel(family, 2) + length + " dev " + device + nodad(family));
    calicos.ip(
        "neigh replace %s lladdr %s nud permanent dev %s"
            .formatted(tunnel(family, 1), mac(family, 1), device));
    bridge(
        calicos,
        "fdb replace %s dev %s dst %s self permanent"
            .formatted(mac(family, 1), device, node(family, 1)));
    route(calicos, family, 1);
  }

  private static void route(TestNode node, Family family, int other) {
    node.ip(
        "route replace %s via %s dev %s onlink proto 80"
            .formatted(
                family == Family.IPV4 ? "10.244." + other + ".0/26" : "fd00:" + other + "::/122",
                tunnel(family, other),
                TunnelKey.vxlanDevice(family)));
  }

  private static String ping(TestNode from, Family family, int source, int target) {
    return from.run(
            "ping",
            "-q",
            "-c",
            "5",
            "-i",
            "0.05",
            "-W",
            "5",
            "-I",
            podIp(family, source),
            podIp(family, target))
        .out();
  }

  private String fdb() {
    return ours.run("bridge", "fdb", "show", "dev", "vxlan.calico").orThrow().out();
  }

  private String neighbours() {
    return ours.ip("neigh show dev vxlan.calico nud permanent");
  }

  private static void bridge(TestNode node, String arguments) {
    node.run(("bridge " + arguments).split(" ", -1)).orThrow();
  }

  /** The test's time limit ends what never becomes true. */
  private static void until(BooleanSupplier condition) {
    while (!condition.getAsBoolean()) {
      Thread.onSpinWait();
    }
  }

  /** Sends a megabyte over TCP; whether the same came out. */
  private static boolean sent(TestNode from, TestNode to, String address) throws IOException {
    byte[] bytes = new byte[MEGABYTE];
    new Random(7).nextBytes(bytes);
    try (ServerSocket server = to.netns().call(() -> listen(address));
        Socket sender = from.netns().call(() -> connect(address, server.getLocalPort()));
        Socket receiver = server.accept()) {
      var received = CompletableFuture.supplyAsync(() -> readAll(receiver));
      sender.getOutputStream().write(bytes);
      sender.shutdownOutput();
      return Arrays.equals(received.join(), bytes);
    }
  }

  private static byte[] readAll(Socket socket) {
    try {
      return socket.getInputStream().readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ServerSocket listen(String address) {
    try {
      return new ServerSocket(0, 1, InetAddress.getByName(address));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Socket connect(String address, int port) {
    try {
      var socket = new Socket();
      socket.connect(
          new InetSocketAddress(InetAddress.getByName(address), port),
          (int) Duration.ofSeconds(20).toMillis());
      return socket;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

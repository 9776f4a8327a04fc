package io.margay.policy.apply;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.netfilter.Xtables.Backend;
import io.margay.kernel.netns.TestNetns;
import io.margay.policy.World;
import io.margay.policy.model.Policy;
import io.margay.policy.model.PolicyDelta;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Real packets between namespaces that stand for pods, judged by whether they connect. */
class PolicyPacketsTest {
  private static final int ALLOWED_MILLIS = 3000;
  private static final int DENIED_MILLIS = 200;
  private static final int WEB = 80;
  private static final int OTHER = 81;

  private static final String PODS =
      """
      namespaces: {shop: {}, ops: {team: ops}}
      pools: [{cidr: 10.65.0.0/16, nat: true}]
      pods:
        - {name: shop/web, labels: {app: web}, ips: [10.65.0.1], interface: cali1,
           ports: [{name: http, port: 80}]}
        - {name: shop/client, labels: {app: client}, ips: [10.65.0.2], interface: cali2}
        - {name: ops/probe, labels: {app: probe}, ips: [10.65.0.3], interface: cali3}
      policies:
      """;

  /** A pod by the last number of its address. */
  private final Map<Integer, TestNetns> pods = new TreeMap<>();

  private final List<ServerSocket> servers = new ArrayList<>();

  @ParameterizedTest
  @EnumSource(Backend.class)
  void whatIsAllowedConnectsAndWhatIsDeniedDoesNot(Backend backend) throws IOException {
    World open = World.read(PODS + "  []\n");
    try (var node = new TestNode(backend, open.settings())) {
      makePods(node);
      node.engine().apply(open.delta());
      node.settle();
      allowed(2, 1, WEB);
      allowed(3, 1, OTHER);
      allowed(1, 2, WEB);

      policies(node, "{podSelector: {matchLabels: {app: web}}}");
      denied(2, 1, WEB);
      denied(3, 1, WEB);
      allowed(1, 2, WEB);

      policies(
          node,
          """
          {podSelector: {matchLabels: {app: web}},
           ingress: [{from: [{podSelector: {matchLabels: {app: client}}}], ports: [{port: http}]}]}
          """);
      allowed(2, 1, WEB);
      denied(2, 1, OTHER);
      denied(3, 1, WEB);

      policies(
          node,
          """
          {podSelector: {matchLabels: {app: web}},
           ingress: [{from: [{namespaceSelector: {matchLabels: {team: ops}}}]}]}
          """,
          """
          {podSelector: {matchLabels: {app: web}}, ingress: [{ports: [{port: 81, endPort: 90}]}]}
          """);
      allowed(3, 1, WEB);
      denied(2, 1, WEB);
      allowed(2, 1, OTHER);

      policies(
          node,
          """
          {podSelector: {matchLabels: {app: web}},
           ingress: [{from: [{ipBlock: {cidr: 10.65.0.0/16, except: [10.65.0.3/32]}}],
                      ports: [{port: 80}]}]}
          """);
      allowed(2, 1, WEB);
      denied(3, 1, WEB);
      denied(2, 1, OTHER);

      policies(
          node,
          """
          {podSelector: {matchLabels: {app: client}}, policyTypes: [Egress],
           egress: [{to: [{podSelector: {matchLabels: {app: web}}}], ports: [{port: 80}]}]}
          """);
      allowed(2, 1, WEB);
      denied(2, 1, OTHER);
      denied(2, 3, WEB);
      allowed(3, 2, WEB);
    } finally {
      close();
    }
  }

  /** Docker, from 1.13 on, sets the policy of FORWARD to DROP, and nobody takes it back. */
  @ParameterizedTest
  @EnumSource(Backend.class)
  void podsAreForwardedWhereForwardDropsWhatNobodyAccepts(Backend backend) throws IOException {
    World open = World.read(PODS + "  []\n");
    try (var node = new TestNode(backend, open.settings())) {
      makePods(node);
      node.iptables("-P FORWARD DROP");
      denied(2, 1, WEB);

      node.engine().apply(open.delta());
      node.settle();

      allowed(2, 1, WEB);
      allowed(1, 3, OTHER);
      assertThat(node.save()).as("another's setting stays").contains(":FORWARD DROP");
    } finally {
      close();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aPodThatIsNotKnownYetTalksToNobody(Backend backend) throws IOException {
    World known =
        World.read(
            PODS.lines().filter(line -> !line.contains("cali3")).toList().stream()
                    .collect(Collectors.joining("\n", "", "\n"))
                + "  []\n");
    try (var node = new TestNode(backend, known.settings())) {
      makePods(node);
      node.engine().apply(known.delta());
      node.settle();
      allowed(2, 1, WEB);
      denied(3, 1, WEB);
      denied(1, 3, WEB);
    } finally {
      close();
    }
  }

  @ParameterizedTest
  @EnumSource(Backend.class)
  void aPodCannotSendFromAnothersAddress(Backend backend) throws IOException {
    World open = World.read(PODS + "  []\n");
    try (var node = new TestNode(backend, open.settings())) {
      makePods(node);
      node.engine().apply(open.delta());
      node.settle();
      pods.get(3).ip("addr add 10.65.0.2/32 dev eth0");
      assertThat(connects(3, "10.65.0.2", 1, WEB, DENIED_MILLIS)).isFalse();
      assertThat(connects(3, "10.65.0.3", 1, WEB, ALLOWED_MILLIS)).isTrue();
    } finally {
      close();
    }
  }

  private void policies(TestNode node, String... specs) {
    var delta = PolicyDelta.builder();
    node.engine().world().policies().keySet().forEach(delta::remove);
    var yaml = new StringBuilder(PODS);
    for (int i = 0; i < specs.length; i++) {
      yaml.append("  - metadata: {namespace: shop, name: p").append(i).append("}\n    spec:\n");
      yaml.append(specs[i].indent(6));
    }
    for (Policy policy : policies(World.read(yaml.toString()))) {
      delta.put(policy);
    }
    node.engine().apply(delta.build());
    assertThat(node.settle().status().failing()).isEmpty();
  }

  private static List<Policy> policies(World world) {
    return world.delta().policies().values().stream().map(policy -> policy.orElseThrow()).toList();
  }

  private void makePods(TestNode node) throws IOException {
    node.inside("sysctl -qw net.ipv4.ip_forward=1");
    // The node answers ARP for 169.254.1.1 because it has a route to it by another device.
    node.netns().device("uplink");
    node.netns().ip("route add default dev uplink");
    for (int i = 1; i <= 3; i++) {
      var pod = TestNetns.create();
      pods.put(i, pod);
      String host = "cali" + i;
      node.netns().ip("link add " + host + " type veth peer name eth0 netns " + pod.name());
      node.netns().ip("link set " + host + " up");
      node.inside("sysctl -qw net.ipv4.conf." + host + ".proxy_arp=1");
      node.inside("sysctl -qw net.ipv4.neigh." + host + ".proxy_delay=0");
      node.netns().ip("route add 10.65.0." + i + "/32 dev " + host);
      pod.ip("link set eth0 up");
      pod.ip("addr add 10.65.0." + i + "/32 dev eth0");
      pod.ip("route add 169.254.1.1 dev eth0 scope link");
      pod.ip("route add default via 169.254.1.1 dev eth0");
      servers.add(listen(pod, WEB));
      servers.add(listen(pod, OTHER));
    }
  }

  private static ServerSocket listen(TestNetns pod, int port) {
    return pod.netns()
        .call(() -> {
          try {
            return new ServerSocket(port, 100);
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  private void allowed(int from, int to, int port) {
    assertThat(connects(from, "10.65.0." + from, to, port, ALLOWED_MILLIS))
        .as("%d to %d:%d", from, to, port)
        .isTrue();
  }

  private void denied(int from, int to, int port) {
    assertThat(connects(from, "10.65.0." + from, to, port, DENIED_MILLIS))
        .as("%d to %d:%d", from, to, port)
        .isFalse();
  }

  private boolean connects(int from, String source, int to, int port, int millis) {
    return pods.get(from)
        .netns()
        .call(() -> {
          try (var socket = new Socket()) {
            socket.bind(new InetSocketAddress(source, 0));
            socket.connect(new InetSocketAddress("10.65.0." + to, port), millis);
            return true;
          } catch (IOException e) {
            return false;
          }
        });
  }

  private void close() throws IOException {
    for (ServerSocket server : servers) {
      server.close();
    }
    pods.values().forEach(TestNetns::close);
  }
}

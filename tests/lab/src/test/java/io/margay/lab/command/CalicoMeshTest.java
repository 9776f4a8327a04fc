package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.process.Child;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * The mesh under the terms of BGPConfigurations: where nodes listen, with which password. Judged by
 * the kernels' sockets and routes, and by the BIRD node, which knows nothing of these terms.
 */
@ExtendWith(SharedLab.class)
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class CalicoMeshTest {
  private static final LabPlan PLAN = LabPlan.standard();

  private static final String CONFIGURATION =
      """
      {apiVersion: projectcalico.org/v3, kind: BGPConfiguration, metadata: {name: %s}, spec: {%s}}
      """;

  private static final String NODE3 = CONFIGURATION.formatted("node.node3", "listenPort: 1792");

  /** BIRD goes on as it was. */
  private static final String BIRD1 = CONFIGURATION.formatted("node.bird1", "listenPort: 179");

  private static final String NAMESPACE =
      "{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}\n";

  private static final String[] BGP_SOCKETS = {
    "sport >= :1790 and sport <= :1792",
    "dport >= :1790 and dport <= :1792",
    "sport = :179",
    "dport = :179"
  };

  private static final Pattern BGP_SOCKET = Pattern.compile("(\\S+:(?:179|179[0-2])) ");

  private static TestLab lab;

  @BeforeAll
  static void use(TestLab shared) throws Exception {
    lab = shared;
    await("the mesh is there", CalicoMeshTest::nodesReachEachOther);
    await("BIRD is in it", () -> birdsSessions() == 4);
  }

  /** Others count sessions, with BIRD, too. */
  @AfterAll
  static void end() throws Exception {
    apply(cluster(""));
    lab.manifests("delete", Map.of("1.yaml", NODE3, "2.yaml", BIRD1, "3.yaml", secret("")));
    for (NodePlan node : PLAN.margayNodes()) {
      await(node.name() + " listens", () -> listens(node).equals(Set.of("0.0.0.0:179")));
    }
    await("the mesh is back", CalicoMeshTest::nodesReachEachOther);
    await("BIRD is in it", () -> birdsSessions() == 4);
  }

  private static String cluster(String spec) {
    return CONFIGURATION.formatted("default", spec);
  }

  private static String secret(String password) {
    String value = Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8));
    return """
    {apiVersion: v1, kind: Secret, metadata: {name: mesh, namespace: kube-system}, data: {key: %s}}
    """
        .formatted(value);
  }

  private static void apply(String... manifests) throws Exception {
    for (String manifest : manifests) {
      assertThat(lab.manifests("apply", Map.of("some.yaml", manifest)))
          .as(lab.said.toString())
          .isZero();
    }
  }

  // --- how it is seen ---

  /** Addresses and ports that a node's BGP listens on. */
  private static Set<String> listens(NodePlan node) {
    String sockets =
        lab.in(node.name(), "ss", "-Hltn", "( " + BGP_SOCKETS[0] + " ) or " + BGP_SOCKETS[2]);
    return BGP_SOCKET.matcher(sockets).results().map(m -> m.group(1)).collect(Collectors.toSet());
  }

  /** A node's connections with other nodes: both ends of each. */
  private static Set<String> connections(NodePlan node) {
    String filter = "( " + String.join(" ) or ( ", BGP_SOCKETS) + " )";
    var found = new TreeSet<String>();
    for (String line :
        lab.in(node.name(), "ss", "-Htn", "state", "established", filter).lines().toList()) {
      String ends = String.join(" ", List.of(line.strip().split("\\s+")).subList(2, 4));
      PLAN.margayNodes().stream()
          .filter(other -> ends.contains(" " + other.address() + ":"))
          .forEach(_ -> found.add(ends));
    }
    return found;
  }

  /** Each node's kernel has a route of BGP by each other node. */
  private static boolean nodesReachEachOther() {
    return PLAN.margayNodes().stream()
        .allMatch(node -> {
          String routes = lab.in(node.name(), "ip", "route", "show", "proto", "bird") + " ";
          return PLAN.margayNodes().stream()
              .filter(other -> !other.equals(node))
              .allMatch(other -> routes.contains(" via " + other.address() + " "));
        });
  }

  private static long birdsSessions() {
    return lab.in("bird1", "birdc", "-s", "/run/bird/bird.ctl", "show protocols")
        .lines()
        .filter(line -> line.startsWith("Mesh_") && line.contains("Established"))
        .count();
  }

  private static NodePlan node(String name) {
    return PLAN.node(name).orElseThrow();
  }

  private static Set<String> allConnections() {
    return PLAN.margayNodes().stream()
        .flatMap(node -> connections(node).stream())
        .collect(Collectors.toCollection(TreeSet::new));
  }

  // --- what holds ---

  @Test
  @Order(1)
  void nodesListenOnTheirAddressesOnlyAndTheirSessionsGoOn() throws Exception {
    Set<String> before = allConnections();
    assertThat(before).as("both ends of six sessions").hasSize(12);
    apply(cluster("bindMode: NodeIP"));
    for (NodePlan node : PLAN.margayNodes()) {
      await(
          node.name() + " listens on its address",
          () -> listens(node).equals(Set.of(node.address() + ":179")));
    }
    assertThat(allConnections()).isEqualTo(before);
    assertThat(birdsSessions()).isEqualTo(4);
  }

  // TCP is closed by the kernel, as it is for a process that restarts (RFC 4724, 4.2).
  @Test
  @Order(2)
  void anAgentThatIsKilledRestartsInTheEyesOfItsPeers() throws Exception {
    NodePlan killed = node("node2");
    var monitors = new ArrayList<Child>();
    try {
      for (String peer : List.of("node1", "bird1")) {
        monitors.add(watchRoutes(peer));
      }
      Set<String> before = connections(killed);
      lab.signalAgent(killed.name(), "KILL");
      await(
          "its sessions are back",
          () -> {
            Set<String> now = connections(killed);
            return now.size() == before.size() && now.stream().noneMatch(before::contains);
          });
      await("with BIRD, too", () -> birdsSessions() == 4);
      // Until it heard all of them it tells nothing itself, for minutes where one cannot be
      // reached:
      // what comes next takes BIRD away (decision 0022).
      await(
          "all have told it their routes",
          () -> lab.agentLog(killed.name()).contains("bgp.recovery.ended"));
      for (String peer : List.of("node1", "bird1")) {
        assertThat(Files.readAllLines(heard(peer)))
            .as("routes that %s deleted", peer)
            .noneMatch(line -> line.contains("Deleted") && line.contains(" " + killed.address()));
      }
    } finally {
      monitors.forEach(Child::kill);
    }
  }

  private static Child watchRoutes(String node) throws Exception {
    Child monitor = lab.start(node, "sh", "-c", "exec ip monitor route >/var/log/routes 2>&1");
    // It hears as soon as it runs: shown by something harmless.
    await(
        "ip monitor listens on " + node,
        () -> {
          lab.in(node, "ip", "route", "add", "192.0.2.99", "dev", "lo");
          lab.in(node, "ip", "route", "del", "192.0.2.99", "dev", "lo");
          return Files.readString(heard(node)).contains("192.0.2.99");
        });
    return monitor;
  }

  private static Path heard(String node) {
    return lab.folder.place(node).resolve("log/routes");
  }

  @Test
  @Order(3)
  void sessionsBeginAnewOnOtherPortsAndWithThePassword() throws Exception {
    apply(NAMESPACE, secret("hunter2"), NODE3, BIRD1);
    apply(
        cluster(
            "bindMode: NodeIP, listenPort: 1790,"
                + " nodeMeshPassword: {secretKeyRef: {name: mesh, key: key}}"));
    for (NodePlan node : PLAN.margayNodes()) {
      String port = node.name().equals("node3") ? ":1792" : ":1790";
      await(
          node.name() + " listens on port " + port,
          () -> listens(node).equals(Set.of(node.address() + port)));
    }
    await(
        "the mesh is on these ports",
        () -> {
          Set<String> now = allConnections();
          return now.size() == 12
              && now.stream().noneMatch(ends -> ends.contains(":179 "))
              && now.stream().noneMatch(ends -> ends.endsWith(":179"));
        });
    await("its routes are there", CalicoMeshTest::nodesReachEachOther);
    await("BIRD, which does not know the password, is out", () -> birdsSessions() == 0);
  }

  @Test
  @Order(4)
  void anotherPasswordIsUsedAsSoonAsTheSecretHasIt() throws Exception {
    Set<String> before = allConnections();
    apply(secret("another"));
    await(
        "all sessions are new",
        () -> {
          Set<String> now = allConnections();
          return now.size() == 12 && now.stream().noneMatch(before::contains);
        });
    await("their routes are there", CalicoMeshTest::nodesReachEachOther);
  }
}

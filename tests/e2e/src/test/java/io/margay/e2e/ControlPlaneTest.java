package io.margay.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cluster.ControlPlane;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The control plane itself: what it is made of, whom it lets do what, how it ends. */
class ControlPlaneTest {
  private static final Duration SOON = Duration.ofSeconds(10);

  @TempDir static Path folder;
  private static ControlPlane plane;

  @BeforeAll
  static void start() throws Exception {
    plane = RealCluster.start(folder);
  }

  @AfterAll
  static void end() {
    if (plane != null) {
      plane.close();
      assertThat(folder.resolve("cp")).doesNotExist();
    }
  }

  private static String kubectl(String... arguments) {
    return plane.kubectl().run(arguments).orThrow().out();
  }

  @Test
  void programsSayWhichVersionTheyAre() throws Exception {
    String version = RealCluster.programs().kubernetes();
    assertThat(kubectl("version")).contains("Client Version: " + version, "Server Version: ");
    if (System.getenv("KUBEBUILDER_ASSETS") == null) {
      assertThat(kubectl("version")).contains("Server Version: " + version);
    }
  }

  @Test
  void agentMayDoWhatItsRoleSaysAndTheAuditLogTellsOfTheRest() {
    var agent = plane.kubectl(plane.kubeconfigOfAgent());
    assertThat(agent.run("get", "pods", "--all-namespaces").succeeded()).isTrue();
    assertThat(agent.run("delete", "node", "nobody").err()).contains("forbidden");
    assertThat(plane.audit().requests())
        .filteredOn(request -> request.user().endsWith(":calico-node"))
        .anyMatch(request -> request.verb().equals("list") && request.allowed())
        .anyMatch(request -> request.verb().equals("delete") && request.code() == 403)
        .noneMatch(request -> request.verb().equals("delete") && request.allowed());
  }

  @Test
  void controllersDoTheirWork() throws Exception {
    kubectl("create", "namespace", "shop");
    Wait.until(
        "the namespace has its account",
        () -> plane.kubectl().run("get", "serviceaccount", "default", "-n", "shop").succeeded());
    plane
        .kubectl()
        .feed("{apiVersion: v1, kind: Node, metadata: {name: east}}", "create", "-f", "-")
        .orThrow();
    Wait.until(
        "the node has a range for its pods",
        () -> kubectl("get", "node", "east", "-o", "jsonpath={.spec.podCIDR}").contains("/24"));
    kubectl("create", "configmap", "owner", "-n", "shop");
    String uid =
        kubectl("get", "configmap", "owner", "-n", "shop", "-o", "jsonpath={.metadata.uid}");
    plane
        .kubectl()
        .feed(
            """
            {apiVersion: v1, kind: ConfigMap, metadata: {name: owned, namespace: shop, ownerReferences: [
              {apiVersion: v1, kind: ConfigMap, name: owner, uid: %s}]}}
            """
                .formatted(uid),
            "create",
            "-f",
            "-")
        .orThrow();
    kubectl("delete", "configmap", "owner", "-n", "shop");
    Wait.until(
        "what it owned has gone, too",
        () -> !plane.kubectl().run("get", "configmap", "owned", "-n", "shop").succeeded());
    kubectl("delete", "namespace", "shop", "--timeout=60s");
  }

  @Test
  void keysAreTheirOwnersAlone() throws IOException {
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(folder.resolve("cp"))))
        .isEqualTo("rwx------");
    try (Stream<Path> files = Files.walk(folder.resolve("cp"))) {
      List<Path> secret =
          files.filter(file -> file.toString().matches(".*(\\.key|\\.kubeconfig)")).toList();
      assertThat(secret).hasSizeGreaterThan(3);
      for (Path file : secret) {
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
            .as("%s", file)
            .isEqualTo("rw-------");
      }
    }
  }

  @Test
  void killedApiServerComesBackWithWhatWasStored() throws Exception {
    kubectl("create", "namespace", "kept");
    plane.apiServer().kill();
    assertThat(plane.kubectl().run("get", "namespace", "kept", "--request-timeout=5s").succeeded())
        .isFalse();
    plane.apiServer().start();
    plane.awaitReady();
    kubectl("get", "namespace", "kept");
  }

  @Test
  void pausedApiServerGoesOnWhereItWas() throws Exception {
    plane.apiServer().pause();
    var asked = plane.kubectl().run("get", "--raw", "/readyz", "--request-timeout=1s");
    plane.apiServer().resume();
    assertThat(asked.succeeded()).isFalse();
    plane.awaitReady();
  }

  @Test
  void anotherOneRunsBesideAndEndsWithItsKilledProcess(@TempDir Path other) throws Exception {
    Child process =
        Program.of(
                Path.of(System.getProperty("java.home"), "bin/java").toString(),
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-Dmargay.root=" + RealCluster.CHART.getParent(),
                "-cp",
                System.getProperty("java.class.path"),
                ControlPlaneMain.class.getName(),
                other.toString())
            .start();
    try {
      URI server = awaitReady(process);
      assertThat(server).isNotEqualTo(plane.server());
      assertThat(other.resolve("cp")).isDirectory();
    } finally {
      // It alone: Child.kill would end its children, too.
      Program.of("kill", "-9", Long.toString(process.pid())).run(Optional.empty(), SOON).orThrow();
    }
    Wait.until("its files have gone", () -> !Files.exists(other.resolve("cp")));
    assertThat(Program.run(List.of("ps", "-eo", "args"), Optional.empty(), SOON).orThrow().out())
        .doesNotContain(other.toString());
    plane.awaitReady();
  }

  private static URI awaitReady(Child process) throws IOException {
    var reader =
        new BufferedReader(new InputStreamReader(process.stdout(), StandardCharsets.UTF_8));
    var said = new StringBuilder();
    for (String line = reader.readLine(); line != null; line = reader.readLine()) {
      if (line.startsWith("ready ")) {
        return URI.create(line.substring("ready ".length()));
      }
      said.append(line).append('\n');
    }
    throw new AssertionError(
        "not ready: " + said + new String(process.stderr().readAllBytes(), StandardCharsets.UTF_8));
  }

  @Test
  void servesInANetworkNamespaceUnderTheNamesGiven(@TempDir Path own) throws Exception {
    Child holder =
        Program.of("unshare", "--net", "sh", "-ec", "ip link set lo up; echo up; exec cat").start();
    try {
      assertThat(holder.stdout().read()).isEqualTo('u');
      Path netns = Path.of("/proc/" + holder.pid() + "/ns/net");
      var site =
          RealCluster.site(own).in(netns).at("127.0.0.1", 6443).named("api.tests", "192.0.2.7");
      try (var inside = ControlPlane.start(site, RealCluster.programs())) {
        assertThat(inside.server()).hasToString("https://127.0.0.1:6443");
        inside.kubectl().run("get", "nodes").orThrow();
        inside.kubectl().run("get", "nodes", "--tls-server-name=api.tests").orThrow();
        inside.kubectl().run("get", "nodes", "--tls-server-name=192.0.2.7").orThrow();
      }
    } finally {
      holder.kill();
    }
  }
}

package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.live.ProcessMark;
import io.margay.lab.peer.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A lab without agents: machines, routers, API server, and the pods of the BIRD node. */
class LabLifeTest {
  private static final String PODS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: old}, spec: {nodeName: bird1, containers: [
        {name: c, ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]}]}}
      """;

  private final TestLab lab = new TestLab();

  @BeforeAll
  static void whereItIsPossible() {
    TestLab.isPossible();
  }

  @AfterEach
  void takeAway() throws InterruptedException {
    lab.takeAway();
  }

  @Test
  void theRoutersTalkAndAPodOfTheBirdNodeIsReached() throws Exception {
    lab.up(false);
    assertThat(lab.manifests("apply", Map.of("pods.yaml", PODS))).as(lab.said.toString()).isZero();
    String[] summary = {"vtysh", "-c", "show bgp ipv4 unicast summary json"};
    await(
        "FRR and BIRD are in session",
        () -> Session.ofFrr(lab.in("router", summary)).stream().anyMatch(Session::established));
    await(
        "the router has BIRD's block",
        () -> lab.in("router", "ip", "route").contains("10.245.200.0/26"));
    await(
        "so has the watcher",
        () -> lab.in("watcher", "gobgp", "global", "rib").contains("10.245.200.0/26"));
    assertThat(lab.in("router", "ping", "-c1", "-W2", "10.245.200.0")).contains("1 received");
    assertThat(lab.in("default/old", "ip", "-br", "-4", "addr")).contains("10.245.200.0/32");
    assertThat(lab.manifests("delete", Map.of("pods.yaml", PODS))).as(lab.said.toString()).isZero();
    assertThat(lab.in("bird1", "ip", "route")).doesNotContain("dev cali");
  }

  @Test
  void nothingIsLeftOfALabThatWasTakenAway() throws Exception {
    lab.up(false);
    List<ProcessMark> inside =
        ProcessHandle.of(lab.folder.holder().orElseThrow().init().pid())
            .orElseThrow()
            .descendants()
            .flatMap(process -> ProcessMark.of(process.pid()).stream())
            .toList();
    assertThat(inside).as("machines, routers and what holds them").hasSizeGreaterThan(15);
    assertThat(lab.launcher.down()).isTrue();
    assertThat(lab.folder.directory()).doesNotExist();
    assertThat(processesMentioning(lab.folder.name())).isEmpty();
    assertThat(inside).noneMatch(ProcessMark::isAlive);
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(lab.folder.name());
    assertThat(lab.launcher.down()).as("there is none any more").isFalse();
  }

  @Test
  void aKilledLabIsGoneAndItsNameIsFreeAgain() throws Exception {
    lab.up(false);
    lab.folder.holder().orElseThrow().keeper().kill();
    await("all its processes end", () -> processesMentioning(lab.folder.name()).isEmpty());
    assertThat(lab.launcher.isUp()).isFalse();
    assertThat(lab.folder.directory()).as("what it left").exists();
    lab.up(false);
    assertThat(lab.launcher.isUp()).isTrue();
    assertThat(lab.launcher.up(List.of("false"), TestLab.verb("up"), lab.said::add)).isEqualTo(1);
    assertThat(lab.said).last().asString().endsWith("is up already");
  }

  @Test
  void aWrongManifestChangesNothingAndSaysWhy() throws Exception {
    lab.up(false);
    lab.said.clear();
    String wrong = PODS.replace("nodeName", "nodeNam");
    assertThat(lab.manifests("apply", Map.of("pods.yaml", wrong))).isEqualTo(1);
    assertThat(lab.said.getFirst())
        .startsWith("error: pods.yaml: Pod \"old\": spec.nodeNam is \"bird1\"");
    assertThat(lab.said).last().isEqualTo("nothing was changed");
  }

  private static List<String> processesMentioning(String text) {
    return ProcessHandle.allProcesses()
        .filter(process -> process.pid() != ProcessHandle.current().pid())
        .map(process -> read(Path.of("/proc/" + process.pid() + "/cmdline")))
        .filter(line -> line.contains(text))
        .toList();
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      return "";
    }
  }
}

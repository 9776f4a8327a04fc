package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.kernel.process.Program;
import io.margay.lab.daemon.LabClient;
import io.margay.lab.daemon.LabLauncher;
import io.margay.lab.live.LabFolder;
import io.margay.lab.live.ProcessMark;
import io.margay.lab.peer.Session;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A lab without agents: machines, routers, API server, and the pods of the BIRD node. */
class LabLifeTest {
  private static final Duration SOON = Duration.ofSeconds(20);
  private static final String PODS =
      """
      {apiVersion: v1, kind: Pod, metadata: {name: old}, spec: {nodeName: bird1, containers: [
        {name: c, ports: [{containerPort: 80}, {containerPort: 53, protocol: UDP}]}]}}
      """;

  private final LabFolder folder =
      LabFolder.named("test-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000);
  private final LabLauncher launcher = new LabLauncher(folder);
  private final List<String> said = new ArrayList<>();

  @BeforeAll
  static void rootIsNeeded() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "namespaces need root, this is not root");
    for (String program : List.of("bird", "gobgpd", "vtysh", "unshare")) {
      assumeTrue(
          Program.run(List.of("which", program), Optional.empty(), SOON).succeeded(),
          program + " is not installed");
    }
  }

  @AfterEach
  void takeAway() throws InterruptedException {
    launcher.down();
  }

  private void up() throws InterruptedException {
    int exit = launcher.up(DaemonCommand.line(folder, false), verb("up"), said::add);
    assertThat(exit).as(said.toString()).isZero();
  }

  @Test
  void theRoutersTalkAndAPodOfTheBirdNodeIsReached() throws Exception {
    up();
    ObjectNode apply = verb("apply");
    apply.putObject("files").put("pods.yaml", PODS);
    assertThat(LabClient.ask(folder.socket(), apply, said::add)).as(said.toString()).isZero();
    await(
        "FRR and BIRD are in session",
        () -> established(in("router", "vtysh", "-c", "show bgp ipv4 unicast summary json")));
    await(
        "the router has BIRD's block",
        () -> in("router", "ip", "route").contains("10.245.200.0/26"));
    await(
        "so has the watcher",
        () -> in("watcher", "gobgp", "global", "rib").contains("10.245.200.0/26"));
    assertThat(in("router", "ping", "-c1", "-W2", "10.245.200.0")).contains("1 received");
    assertThat(in("default/old", "ip", "-br", "-4", "addr")).contains("10.245.200.0/32");
    ObjectNode delete = verb("delete");
    delete.putObject("files").put("pods.yaml", PODS);
    assertThat(LabClient.ask(folder.socket(), delete, said::add)).as(said.toString()).isZero();
    assertThat(in("bird1", "ip", "route")).doesNotContain("dev cali");
  }

  private static boolean established(String summary) {
    return Session.ofFrr(summary).stream().anyMatch(Session::established);
  }

  @Test
  void nothingIsLeftOfALabThatWasTakenAway() throws Exception {
    up();
    List<ProcessMark> inside =
        ProcessHandle.of(folder.holder().orElseThrow().init().pid())
            .orElseThrow()
            .descendants()
            .flatMap(process -> ProcessMark.of(process.pid()).stream())
            .toList();
    assertThat(inside).as("machines, routers and what holds them").hasSizeGreaterThan(15);
    assertThat(launcher.down()).isTrue();
    assertThat(folder.directory()).doesNotExist();
    assertThat(processesMentioning(folder.name())).isEmpty();
    assertThat(inside).noneMatch(ProcessMark::isAlive);
    assertThat(Files.readString(Path.of("/proc/mounts"))).doesNotContain(folder.name());
    assertThat(launcher.down()).as("there is none any more").isFalse();
  }

  @Test
  void aKilledLabIsGoneAndItsNameIsFreeAgain() throws Exception {
    up();
    folder.holder().orElseThrow().keeper().kill();
    await("all its processes end", () -> processesMentioning(folder.name()).isEmpty());
    assertThat(launcher.isUp()).isFalse();
    assertThat(folder.directory()).as("what it left").exists();
    up();
    assertThat(launcher.isUp()).isTrue();
    assertThat(launcher.up(List.of("false"), verb("up"), said::add)).isEqualTo(1);
    assertThat(said).last().asString().endsWith("is up already");
  }

  @Test
  void aWrongManifestChangesNothingAndSaysWhy() throws Exception {
    up();
    ObjectNode apply = verb("apply");
    apply.putObject("files").put("pods.yaml", PODS.replace("nodeName", "nodeNam"));
    said.clear();
    assertThat(LabClient.ask(folder.socket(), apply, said::add)).isEqualTo(1);
    assertThat(said.getFirst())
        .startsWith("error: pods.yaml: Pod \"old\": spec.nodeNam is \"bird1\"");
    assertThat(said).last().isEqualTo("nothing was changed");
  }

  private String in(String target, String... command) {
    var where = new ArrayList<String>();
    try {
      int exit = LabClient.ask(folder.socket(), verb("where").put("target", target), where::add);
      assertThat(exit).as(where.toString()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var argv = new ArrayList<>(launcher.entering());
    argv.addAll(where);
    argv.addAll(List.of(command));
    return Program.run(argv, Optional.empty(), SOON).out();
  }

  private static ObjectNode verb(String verb) {
    return JsonNodeFactory.instance.objectNode().put("verb", verb);
  }

  private interface Check {
    boolean holds() throws Exception;
  }

  private static void await(String what, Check check) throws Exception {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (!check.holds()) {
      assertThat(System.nanoTime()).as(what).isLessThan(deadline);
      Thread.sleep(50);
    }
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

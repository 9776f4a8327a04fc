package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.kernel.process.Program;
import io.margay.lab.daemon.LabClient;
import io.margay.lab.daemon.LabLauncher;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.live.LabFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A lab of a test, under a name of its own. */
final class TestLab {
  static final Duration SOON = Duration.ofSeconds(20);

  final LabFolder folder =
      LabFolder.named("test-" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000);
  final LabLauncher launcher = new LabLauncher(folder);
  final List<String> said = new ArrayList<>();

  /** Skips where no lab can be built. */
  static void isPossible() {
    assumeTrue(
        "root".equals(System.getProperty("user.name")), "namespaces need root, this is not root");
    for (String program : List.of("bird", "gobgpd", "vtysh", "unshare", "iptables")) {
      assumeTrue(
          Program.run(List.of("which", program), Optional.empty(), SOON).succeeded(),
          program + " is not installed");
    }
  }

  TestLab up(boolean agents) throws InterruptedException {
    int exit =
        launcher.up(DaemonCommand.line(folder, ApiChoice.EMBEDDED, agents), verb("up"), said::add);
    assertThat(exit).as(said.toString()).isZero();
    return this;
  }

  static ObjectNode verb(String verb) {
    return JsonNodeFactory.instance.objectNode().put("verb", verb);
  }

  /** Applies or deletes these files; the exit status. */
  int manifests(String verb, Map<String, String> files) throws IOException {
    ObjectNode request = verb(verb);
    ObjectNode all = request.putObject("files");
    files.forEach(all::put);
    return LabClient.ask(folder.socket(), request, said::add);
  }

  /** What a command, which must succeed, says on a machine or in a pod. */
  String in(String target, String... command) {
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
    return Program.run(argv, Optional.empty(), SOON).orThrow().out();
  }

  /** Something that is to become true. */
  interface Check {
    boolean holds() throws Exception;
  }

  /** Waits for it; how long that took. */
  static Duration await(String what, Check check) throws Exception {
    long start = System.nanoTime();
    while (!check.holds()) {
      assertThat(Duration.ofNanos(System.nanoTime() - start)).as(what).isLessThan(SOON);
      Thread.sleep(20);
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  void takeAway() throws InterruptedException {
    launcher.down();
  }
}

package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.lab.daemon.LabClient;
import io.margay.lab.daemon.LabLauncher;
import io.margay.lab.live.ApiChoice;
import io.margay.lab.live.LabFolder;
import io.margay.lab.place.Labtool;
import io.margay.lab.plan.Families;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.probe.Ping;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;

/** A lab of a test, under a name of its own. */
final class TestLab {
  static final Duration SOON = Duration.ofSeconds(60);

  /** Whichever of the two the agents found. */
  static final String[] RULES = {"sh", "-c", "iptables-legacy-save; iptables-nft-save"};

  private static final Duration PROMISED = Duration.ofSeconds(1);

  /** A machine that does other things too may be late once. */
  private static final int TRIES = 3;

  private static final String AGENT = "io.margay.agent.run.Main";

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
    return up(ApiChoice.EMBEDDED, agents);
  }

  TestLab up(ApiChoice api, boolean agents) throws InterruptedException {
    return up(DaemonCommand.line(folder, api, Families.IPV4, agents));
  }

  /** With agents, over these families. */
  TestLab up(Families families) throws InterruptedException {
    return up(DaemonCommand.line(folder, ApiChoice.EMBEDDED, families, true));
  }

  /** With agents whose JVM gets one option more. */
  TestLab upWith(String option) throws InterruptedException {
    var daemon =
        new ArrayList<>(DaemonCommand.line(folder, ApiChoice.EMBEDDED, Families.IPV4, true));
    String property = "-D" + DaemonCommand.OPTIONS_PROPERTY + "=";
    daemon.removeIf(word -> word.startsWith(property));
    daemon.add(1, property + DaemonCommand.agentOptions() + " " + option);
    return up(daemon);
  }

  private TestLab up(List<String> daemon) throws InterruptedException {
    int exit = launcher.up(daemon, verb("up"), said::add);
    if (exit != 0) {
      takeAway(); // nobody else has it yet who could
    }
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
    return Program.run(entering(target, List.of(command)), Optional.empty(), SOON).orThrow().out();
  }

  /** What another program of this class path says on a node, in a JVM of its own. */
  String java(String node, String main, String... words) {
    var argv =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-cp",
                Cluster.classPath(),
                main));
    argv.addAll(List.of(words));
    return in(node, argv.toArray(String[]::new));
  }

  /** Starts a command on a machine or in a pod, in the background. */
  Child start(String target, String... command) {
    return Program.of(entering(target, List.of(command))).start();
  }

  /** The same command, as it runs on a machine or in a pod. */
  List<String> entering(String target, List<String> command) {
    var where = new ArrayList<String>();
    try {
      int exit = LabClient.ask(folder.socket(), verb("where").put("target", target), where::add);
      assertThat(exit).as(where.toString()).isZero();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    var argv = new ArrayList<>(launcher.entering());
    argv.addAll(where);
    argv.addAll(command);
    return argv;
  }

  /** labtool, by its path in all places. */
  static String tool() {
    return Labtool.in(LabFolder.programs()).toString();
  }

  /** A pod's IPv4 address, as its own kernel has it. */
  String address(String pod) {
    String line = in(pod, "ip", "-br", "-4", "addr", "show", "eth0");
    return List.of(line.strip().split("\\s+")).get(2).replaceFirst("/32$", "");
  }

  /** Pings from a pod to another one until it is stopped. */
  Ping ping(String from, String to) {
    return ping(from, Ip.of(address(to)));
  }

  Ping ping(String from, Ip to) {
    return Ping.start(from + " -> " + to, argv -> entering(from, argv), to);
  }

  /** Sends a signal to a node's agent; what entered the node for it is in no process list there. */
  void signalAgent(String node, String signal) {
    in(node, "pkill", "-" + signal, "-f", AGENT);
  }

  /** Lets agents go on that were stopped, and what waits for their end: nsenter stops with them. */
  void goOn(String node) {
    signalAgent(node, "CONT");
    in(LabPlan.CONTROL, "pkill", "-CONT", "-x", "nsenter");
  }

  /** Ends an agent that was stopped; another one starts. */
  void endStopped(String node) {
    signalAgent(node, "KILL");
    in(LabPlan.CONTROL, "pkill", "-CONT", "-x", "nsenter");
  }

  /** What margayctl says on a node. */
  String margayctl(String node, String... words) {
    return java(node, "io.margay.ctl.verb.Margayctl", words);
  }

  /** What a node's agents have logged since the lab was built, all starts. */
  String agentLog(String node) throws IOException {
    return Files.readString(folder.place(node).resolve("log/agent.log"));
  }

  /** Breaks something a few times; the quickest repair is within the promised second. */
  void isMendedInTime(Runnable breaking, Check whole) throws Exception {
    Duration quickest = SOON;
    for (int i = 0; i < TRIES && quickest.compareTo(PROMISED) >= 0; i++) {
      breaking.run();
      Duration took = await("it is whole again", whole);
      quickest = took.compareTo(quickest) < 0 ? took : quickest;
    }
    assertThat(quickest).isLessThan(PROMISED);
  }

  /** Something that is to become true. */
  interface Check {
    boolean holds() throws Exception;
  }

  /** Waits for it; how long that took. */
  static Duration await(String what, Check check) throws Exception {
    return await(() -> what, SOON, check);
  }

  /** The same, where there is more to say when it does not, and for longer. */
  static Duration await(Supplier<String> what, Duration limit, Check check) throws Exception {
    long start = System.nanoTime();
    for (long look = start; !check.holds(); look = System.nanoTime()) {
      long now = System.nanoTime();
      assertThat(Duration.ofNanos(now - start)).as(what).isLessThan(limit);
      // A look starts programs: what is waited for needs the processor, too.
      Thread.sleep(Math.clamp(Duration.ofNanos(now - look).toMillis(), 20, 200));
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  void takeAway() throws InterruptedException {
    launcher.down();
  }
}

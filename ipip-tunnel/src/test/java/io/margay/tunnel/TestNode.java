package io.margay.tunnel;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.kernel.netns.Netns;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;

/** A network namespace that stands for a node; taken away at the end, whatever runs in it. */
public final class TestNode implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final AtomicInteger NUMBER = new AtomicInteger();
  private static final String PREFIX = "mgtun-";

  static {
    sweep();
  }

  private final String name;
  private final Netns netns;

  private TestNode(String name) {
    this.name = name;
    this.netns = Netns.open(Path.of("/run/netns", name));
  }

  /** Makes one, or skips the test with its reason where that is not allowed. */
  public static TestNode create() {
    String name = PREFIX + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    ProgramResult made = Program.run(List.of("ip", "netns", "add", name), Optional.empty(), LIMIT);
    assumeTrue(made.succeeded(), () -> "network namespaces need root: " + made.describe());
    var node = new TestNode(name);
    node.ip("link set lo up");
    return node;
  }

  public String name() {
    return name;
  }

  public Netns netns() {
    return netns;
  }

  /** A cable to another node: a device of this name at each end, with these addresses. */
  public void cable(String device, String address, TestNode other, String otherAddress) {
    ip("link add " + device + " type veth peer name " + device + " netns " + other.name);
    ip("addr add " + address + " dev " + device);
    other.ip("addr add " + otherAddress + " dev " + device);
    ip("link set " + device + " up");
    other.ip("link set " + device + " up");
  }

  /** Devices made after this take packets by any way; this machine's own setting may be another. */
  public void looseReversePath() {
    for (String scope : List.of("all", "default")) {
      run("sysctl", "-q", "-w", "net.ipv4.conf." + scope + ".rp_filter=0").orThrow();
    }
  }

  /** Output of ip(8) inside; the test fails when it fails. */
  public String ip(String arguments) {
    var argv = new ArrayList<>(List.of("ip", "-n", name));
    argv.addAll(List.of(arguments.split(" ", -1)));
    return Program.run(argv, Optional.empty(), LIMIT).orThrow().out().strip();
  }

  /** What runs a program inside. */
  public List<String> inside(String... argv) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(argv));
    return all;
  }

  /** Runs a program inside, to its end. */
  public ProgramResult run(String... argv) {
    return Program.run(inside(argv), Optional.empty(), LIMIT);
  }

  @Override
  public void close() {
    netns.close();
    remove(name);
  }

  /** Ends what still runs in it: a forwarder outlives a test that failed, as it should. */
  private static void remove(String name) {
    Program.run(List.of("ip", "netns", "pids", name), Optional.empty(), LIMIT)
        .orThrow()
        .out()
        .lines()
        .flatMap(pid -> ProcessHandle.of(Long.parseLong(pid.strip())).stream())
        .forEach(ProcessHandle::destroyForcibly);
    Program.run(List.of("ip", "netns", "del", name), Optional.empty(), LIMIT).orThrow();
  }

  /** Takes away what a test run that was killed has left; its process id is in the name. */
  private static void sweep() {
    try (Stream<Path> all = Files.list(Path.of("/run/netns"))) {
      all.map(path -> path.getFileName().toString())
          .filter(name -> name.startsWith(PREFIX))
          .filter(name -> ProcessHandle.of(Long.parseLong(name.split("-", -1)[1])).isEmpty())
          .forEach(TestNode::remove);
    } catch (NoSuchFileException e) {
      // No namespace was ever made here.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

package io.margay.kernel.netns;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A network namespace of a test's own, taken away at its end; loopback is up. */
public final class TestNetns implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name;
  private final Netns netns;

  private TestNetns(String name) {
    this.name = name;
    this.netns = Netns.open(path(name));
  }

  /** Makes one, or skips the test with its reason where that is not allowed. */
  public static TestNetns create() {
    String name = "mgt-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    ProgramResult made = Program.run(List.of("ip", "netns", "add", name), Optional.empty(), LIMIT);
    assumeTrue(made.succeeded(), () -> "network namespaces need root: " + made.describe());
    var namespace = new TestNetns(name);
    namespace.ip("link set lo up");
    return namespace;
  }

  public Netns netns() {
    return netns;
  }

  public String name() {
    return name;
  }

  /** The file that stands for it. */
  public Path path() {
    return path(name);
  }

  /** A device that is up and has a carrier; its name with {@code -p} is the other end. */
  public void device(String device) {
    ip("link add " + device + " type veth peer name " + device + "-p");
    ip("link set " + device + " up");
    ip("link set " + device + "-p up");
  }

  /** Output of ip(8) inside; the test fails when it fails. */
  public String ip(String arguments) {
    return Program.run(ipArguments(arguments), Optional.empty(), LIMIT).orThrow().out().strip();
  }

  /** Output of a program that runs inside; the test fails when it fails. */
  public String run(String... argv) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(argv));
    return Program.run(all, Optional.empty(), LIMIT).orThrow().out().strip();
  }

  /** What {@code ip} is called with to work inside. */
  public List<String> ipArguments(String arguments) {
    var argv = new ArrayList<>(List.of("ip", "-n", name));
    argv.addAll(List.of(arguments.split(" ", -1)));
    return argv;
  }

  @Override
  public void close() {
    netns.close();
    if (Files.exists(path())) {
      Program.run(List.of("ip", "netns", "del", name), Optional.empty(), LIMIT).orThrow();
    }
  }

  private static Path path(String name) {
    return Path.of("/run/netns", name);
  }
}

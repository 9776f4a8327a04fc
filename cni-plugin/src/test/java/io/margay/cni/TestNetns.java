package io.margay.cni;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;

/** A container's network namespace, taken away at the end of a test; ip(8) judges what is in it. */
public final class TestNetns implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofSeconds(20);
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name;

  private TestNetns(String name) {
    this.name = name;
  }

  /** Makes one, or skips the test with its reason where that is not allowed. */
  public static TestNetns create() {
    String name = "mgc-" + ProcessHandle.current().pid() + "-" + NUMBER.incrementAndGet();
    ProgramResult made = Program.of("ip", "netns", "add", name).run(Optional.empty(), LIMIT);
    assumeTrue(made.succeeded(), () -> "network namespaces need root: " + made.describe());
    return new TestNetns(name);
  }

  /** What a runtime passes as CNI_NETNS. */
  public String path() {
    return "/run/netns/" + name;
  }

  /** Output of ip(8) inside. */
  public String ip(String arguments) {
    var argv = new ArrayList<>(List.of("ip", "-n", name));
    argv.addAll(List.of(arguments.split(" ", -1)));
    return Program.of(argv).run(Optional.empty(), LIMIT).orThrow().out().strip();
  }

  /** Output of a program inside. */
  public ProgramResult run(String... argv) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name));
    all.addAll(List.of(argv));
    return Program.of(all).run(Optional.empty(), LIMIT);
  }

  /** Output of ip(8) on the node. */
  public static String node(String arguments) {
    var argv = new ArrayList<>(List.of("ip"));
    argv.addAll(List.of(arguments.split(" ", -1)));
    ProgramResult result = Program.of(argv).run(Optional.empty(), LIMIT);
    return result.succeeded() ? result.out().strip() : result.err().strip();
  }

  /** Ends it before its time. */
  public void delete() {
    Program.of("ip", "netns", "del", name).run(Optional.empty(), LIMIT);
  }

  @Override
  public void close() {
    delete();
  }
}

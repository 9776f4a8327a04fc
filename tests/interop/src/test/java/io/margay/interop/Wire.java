package io.margay.interop;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Two network namespaces with a cable between them: {@link #MARGAY} on one end, {@link #OTHER} on
 * the other. Names carry our pid, so that what a killed run left behind is found and taken away.
 */
final class Wire implements AutoCloseable {
  static final String MARGAY = "10.90.0.1";
  static final String OTHER = "10.90.0.2";
  static final String MARGAY6 = "fd90::1";
  static final String OTHER6 = "fd90::2";

  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final String PREFIX = "mgyi";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static int made;

  private final String here;
  private final String there;

  /** The end of the cable that a program runs on. */
  enum End {
    HERE,
    THERE
  }

  Wire() throws IOException {
    sweep();
    String base = PREFIX + ProcessHandle.current().pid() + "x" + ++made;
    this.here = base + "a";
    this.there = base + "b";
    ip("netns", "add", here);
    ip("netns", "add", there);
    ip("-n", here, "link", "add", "eth0", "type", "veth", "peer", "name", "eth0", "netns", there);
    address(here, MARGAY, MARGAY6);
    address(there, OTHER, OTHER6);
  }

  /** The arguments that run a program on one end. */
  List<String> on(End end, String... argv) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", end == End.HERE ? here : there));
    all.addAll(List.of(argv));
    return all;
  }

  /** Runs a program on one end to its end. */
  ProgramResult run(End end, String... argv) {
    return Program.run(on(end, argv), Optional.empty(), LIMIT);
  }

  /** Starts a program that stays; its output goes to a file. */
  Child start(End end, Path log, String... argv) {
    return Program.of(on(end, argv)).startDetached(log);
  }

  /** kill -9, and waits until it is so. */
  static void kill(Child child) {
    child.kill();
    child.exit().completeOnTimeout(-1, LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    remove(here);
    remove(there);
  }

  private static void address(String namespace, String ip4, String ip6) {
    ip("-n", namespace, "link", "set", "lo", "up");
    ip("-n", namespace, "addr", "add", ip4 + "/24", "dev", "eth0");
    ip("-n", namespace, "addr", "add", ip6 + "/64", "dev", "eth0", "nodad");
    ip("-n", namespace, "link", "set", "eth0", "up");
  }

  private static void ip(String... arguments) {
    Program.of("ip", arguments).run(Optional.empty(), LIMIT).orThrow();
  }

  /** Ends what runs in a namespace of ours, then the namespace. */
  private static void remove(String namespace) {
    Program.of("ip", "netns", "pids", namespace)
        .run(Optional.empty(), LIMIT)
        .out()
        .lines()
        .forEach(
            pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
    Program.of("ip", "netns", "del", namespace).run(Optional.empty(), LIMIT);
  }

  private static void sweep() throws IOException {
    if (!Files.isDirectory(NAMESPACES)) {
      return;
    }
    List<String> left;
    try (Stream<Path> all = Files.list(NAMESPACES)) {
      left = all.map(p -> p.getFileName().toString()).filter(Wire::isOrphan).toList();
    }
    left.forEach(Wire::remove);
  }

  private static boolean isOrphan(String name) {
    if (!name.matches(PREFIX + "\\d+x\\d+[ab]")) {
      return false;
    }
    String pid = name.substring(PREFIX.length(), name.indexOf('x'));
    return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }
}

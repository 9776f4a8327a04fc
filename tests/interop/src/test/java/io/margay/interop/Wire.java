package io.margay.interop;

import io.margay.kernel.netns.Netns;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Three network namespaces on one network: {@link #MARGAY} in the first, which is also the switch,
 * {@link #OTHER} and {@link #THIRD} in theirs. Names carry our pid, so that what a killed run left
 * behind is found and taken away.
 */
final class Wire implements AutoCloseable {
  static final String MARGAY = "10.90.0.1";
  static final String OTHER = "10.90.0.2";
  static final String MARGAY6 = "fd90::1";
  static final String OTHER6 = "fd90::2";
  static final String THIRD = "10.90.0.3";
  static final String THIRD6 = "fd90::3";

  private static final Path NAMESPACES = Path.of("/run/netns");
  private static final String PREFIX = "mgyi";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static int made;

  private final Map<End, String> namespaces = new EnumMap<>(End.class);

  /** The end of the cable that a program runs on. */
  enum End {
    HERE("a", MARGAY, MARGAY6),
    THERE("b", OTHER, OTHER6),
    BESIDE("c", THIRD, THIRD6);

    private final String letter;
    private final String ip4;
    private final String ip6;

    End(String letter, String ip4, String ip6) {
      this.letter = letter;
      this.ip4 = ip4;
      this.ip6 = ip6;
    }

    String ip4() {
      return ip4;
    }

    String ip6() {
      return ip6;
    }
  }

  Wire() throws IOException {
    sweep();
    String base = PREFIX + ProcessHandle.current().pid() + "x" + ++made;
    for (End end : End.values()) {
      String namespace = base + end.letter;
      namespaces.put(end, namespace);
      ip("netns", "add", namespace);
    }
    String here = name(End.HERE);
    ip("-n", here, "link", "add", "eth0", "type", "bridge", "mcast_snooping", "0");
    for (End end : List.of(End.THERE, End.BESIDE)) {
      String port = "port-" + end.letter;
      ip(
          "-n", here, "link", "add", port, "type", "veth", "peer", "name", "eth0", "netns",
          name(end));
      ip("-n", here, "link", "set", port, "master", "eth0", "up");
    }
    namespaces.forEach((end, namespace) -> address(namespace, end.ip4(), end.ip6()));
  }

  /** The arguments that run a program on one end. */
  List<String> on(End end, String... argv) {
    var all = new ArrayList<>(List.of("ip", "netns", "exec", name(end)));
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

  /** A TCP socket of one end, bound to an address of it. */
  SocketChannel socket(End end, String address) {
    try (Netns netns = Netns.open(NAMESPACES.resolve(name(end)))) {
      return netns.call(() -> {
        try {
          return SocketChannel.open().bind(new InetSocketAddress(address, 0));
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      });
    }
  }

  /** kill -9, and waits until it is so. */
  static void kill(Child child) {
    child.kill();
    child.exit().completeOnTimeout(-1, LIMIT.toSeconds(), TimeUnit.SECONDS).join();
  }

  @Override
  public void close() {
    namespaces.values().forEach(Wire::remove);
  }

  private String name(End end) {
    return Objects.requireNonNull(namespaces.get(end));
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
    if (!name.matches(PREFIX + "\\d+x\\d+[abc]")) {
      return false;
    }
    String pid = name.substring(PREFIX.length(), name.indexOf('x'));
    return ProcessHandle.of(Long.parseLong(pid)).isEmpty();
  }
}

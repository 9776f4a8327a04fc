package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;

import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What a node's agent has put into its kernel, and what was taken away there meanwhile. */
final class NodeKernel implements AutoCloseable {
  private static final List<String> SHOWS =
      List.of("ip route", "ip -br address", "ip link show tunl0", "ipset save", TestLab.RULES[2]);

  private final TestLab lab;
  private final String node;
  private final Child monitor;

  private NodeKernel(TestLab lab, String node, Child monitor) {
    this.lab = lab;
    this.node = node;
    this.monitor = monitor;
  }

  /** Everything, line by line; a rule's comment tells its place. */
  static Set<String> of(TestLab lab, String node) {
    var lines = new TreeSet<String>();
    for (String show : SHOWS) {
      lab.in(node, "sh", "-c", show)
          .lines()
          .filter(line -> !line.startsWith("#"))
          // Packets that were counted.
          .map(line -> line.replaceFirst(" \\[\\d+:\\d+]$", ""))
          .forEach(lines::add);
    }
    return lines;
  }

  /** Watches routes, addresses and links of the node from now on. */
  static NodeKernel watch(TestLab lab, String node) throws Exception {
    return watch(lab, node, "monitor route address link");
  }

  /**
   * Watches something else.
   *
   * @param words what ip is given
   */
  static NodeKernel watch(TestLab lab, String node, String words) throws Exception {
    var watched =
        new NodeKernel(
            lab, node, lab.start(node, "sh", "-c", "exec ip " + words + " >/var/log/monitor 2>&1"));
    watched.hear();
    return watched;
  }

  /** Everything that was told since it began to listen, up to now. */
  List<String> hear() throws Exception {
    int sofar = heard().size();
    // It hears as soon as it runs, and in order: shown by something harmless.
    await(
        "ip monitor listens",
        () -> {
          lab.in(node, "ip", "link", "set", "lo", "mtu", "65535");
          lab.in(node, "ip", "link", "set", "lo", "mtu", "65536");
          return heard().stream().skip(sofar).anyMatch(line -> line.contains("lo:"));
        });
    return heard();
  }

  /** What went since. */
  List<String> deletions() throws IOException {
    return heard().stream().filter(line -> line.contains("Deleted")).toList();
  }

  private List<String> heard() throws IOException {
    Path log = lab.folder.place(node).resolve("log/monitor");
    return Files.exists(log) ? Files.readAllLines(log) : List.of();
  }

  @Override
  public void close() {
    monitor.kill();
  }
}

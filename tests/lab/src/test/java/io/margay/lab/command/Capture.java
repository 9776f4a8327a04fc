package io.margay.lab.command;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What reaches an interface, written down by tcpdump and told by tshark. */
final class Capture {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  /** Kibibytes: whole seconds of a flood, while tcpdump is not run. */
  private static final String BUFFER = "32768";

  private final Path file;
  private final Path log;
  private final Child child;

  private Capture(Path file, Path log, Child child) {
    this.file = file;
    this.log = log;
    this.child = child;
  }

  /**
   * Begins; returns when no packet is missed any more.
   *
   * @param place whose /var/log takes the files
   * @param netns of a pod, by its name there
   * @param device {@code any}: those too that come later
   */
  static Capture of(TestLab lab, String place, String netns, String device) throws Exception {
    Path logs = lab.folder.place(place).resolve("log");
    Path log = logs.resolve(netns + ".tcpdump");
    String line =
        "exec tcpdump -n -i %s -Q in -s 96 -B %s -U -Z root -w /var/log/%s.pcap 2>/var/log/%s.tcpdump"
            .formatted(device, BUFFER, netns, netns);
    Child child = lab.start(place, "nsenter", "--net=/run/netns/" + netns, "--", "sh", "-c", line);
    TestLab.await(
        "tcpdump listens",
        () -> Files.exists(log) && Files.readString(log).contains("listening on"));
    return new Capture(logs.resolve(netns + ".pcap"), log, child);
  }

  /**
   * The flows that have come until now, each once: {@code 10.0.0.1 -> 10.0.0.2 udp/53}. Errors of
   * ICMP are left out: they tell of packets that came the other way.
   */
  Set<String> flows() {
    // Of a file that is being written the last packet may be half there, and tshark complains.
    String out =
        Program.of(
                "tshark",
                "-n",
                "-r",
                file.toString(),
                "-Y",
                "ip && !icmp",
                "-T",
                "fields",
                "-E",
                "separator= ",
                "-e",
                "ip.src",
                "-e",
                "ip.dst",
                "-e",
                "ip.proto",
                "-e",
                "udp.dstport",
                "-e",
                "tcp.dstport")
            .run(Optional.empty(), LIMIT)
            .out();
    return out.lines().distinct().map(Capture::flow).collect(Collectors.toSet());
  }

  private static String flow(String line) {
    // Between two blanks would have been the port of the other protocol.
    List<String> words = List.of(line.strip().split(" +"));
    String protocol = words.get(2).equals("17") ? "udp" : words.get(2).equals("6") ? "tcp" : "?";
    return words.get(0) + " -> " + words.get(1) + " " + protocol + "/" + words.getLast();
  }

  /** Ends it, and sees that nothing was missed. */
  void stop() throws IOException, InterruptedException {
    ProcessHandle.of(child.pid()).stream()
        .flatMap(ProcessHandle::descendants)
        .filter(process -> process.info().command().filter(c -> c.endsWith("tcpdump")).isPresent())
        .forEach(ProcessHandle::destroy);
    assertThat(child.awaitEnd(LIMIT)).as("tcpdump ends").isTrue();
    assertThat(Files.readString(log)).contains("\n0 packets dropped by kernel");
  }
}

package io.margay.interop;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** All BGP on the wire's near end, looked through for messages that Wireshark calls malformed. */
final class Capture implements AutoCloseable {
  private static final Path TSHARK = Path.of("/usr/bin/tshark");
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path file;
  private final Optional<Child> child;

  Capture(Wire wire, Path folder) throws Exception {
    this.file = folder.resolve("bgp.pcap");
    Path log = folder.resolve("capture.log");
    this.child =
        Files.isExecutable(TSHARK)
            ? Optional.of(
                wire.start(
                    Wire.End.HERE,
                    log,
                    TSHARK.toString(),
                    "-i",
                    "eth0",
                    "-f",
                    "tcp port 179",
                    "-w",
                    file.toString()))
            : Optional.empty();
    if (child.isPresent()) {
      Wait.until("the capture runs", LIMIT, () -> Files.exists(file) && Files.size(file) > 0);
    }
  }

  /** Malformed messages that were sent from these addresses. */
  List<String> malformedFrom(String... addresses) {
    return show("bgp && (_ws.malformed || _ws.expert.severity == error)", addresses);
  }

  /** All messages that were sent from these addresses. */
  List<String> allFrom(String... addresses) {
    return show("bgp", addresses);
  }

  /** False where tshark is not installed: then nothing was captured. */
  boolean ran() {
    return child.isPresent();
  }

  private List<String> show(String filter, String... addresses) {
    close();
    if (child.isEmpty()) {
      return List.of();
    }
    String from = String.join(" || ", List.of(addresses).stream().map(Capture::isFrom).toList());
    return Program.of(TSHARK.toString(), "-r", file.toString(), "-Y", filter + " && (" + from + ")")
        .run(Optional.empty(), LIMIT)
        .out()
        .lines()
        .toList();
  }

  /** Ended in peace: what was captured last is still to be written. */
  @Override
  public void close() {
    child.ifPresent(tshark -> {
      tshark.terminate();
      tshark.exit().completeOnTimeout(-1, LIMIT.toSeconds(), TimeUnit.SECONDS).join();
      tshark.kill();
    });
  }

  private static String isFrom(String address) {
    return (address.contains(":") ? "ipv6.src == " : "ip.src == ") + address;
  }
}

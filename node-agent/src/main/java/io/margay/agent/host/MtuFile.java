package io.margay.agent.host;

import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.Uplinks;
import io.margay.foundation.log.EventLog;
import io.margay.tunnel.plan.Mtu;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;

/**
 * Calico's file with the MTU of new pods, which CNI and other tools read. It is replaced in one
 * step: a reader finds the old number or the new one. Called by one thread at a time.
 */
public final class MtuFile {
  private static final EventLog LOG = EventLog.of(MtuFile.class);

  /** What IPv4 asks of every link (RFC 791), and the most that a header can say. */
  private static final int LEAST = 68;

  private static final int MOST = 65535;

  private final Path file;
  private final Uplinks uplinks;
  private String problem = "";

  /**
   * A file, which may be there from before.
   *
   * @param uplinks names of the links that lead out of the node
   */
  public MtuFile(Path file, Pattern uplinks) {
    this.file = file;
    this.uplinks = new Uplinks(uplinks, before());
  }

  /** The links that lead out, with the number that was found. */
  public Uplinks uplinks() {
    return uplinks;
  }

  /**
   * Writes what is otherwise than in the file. When it cannot be written, that is told once, and
   * tried again with the next plan.
   *
   * @param facts where the number comes from, for the log
   */
  public void planned(int podMtu, KernelFacts facts) {
    try {
      Optional<String> before = content();
      String now = Integer.toString(podMtu);
      if (!before.equals(Optional.of(now))) {
        Path fresh = file.resolveSibling(file.getFileName() + ".new");
        Files.createDirectories(file.toAbsolutePath().getParent());
        Files.writeString(fresh, now);
        Files.move(
            fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        tell(before.orElse("none"), now, facts);
      }
      problem = "";
    } catch (IOException e) {
      if (!problem.equals(e.toString())) {
        LOG.warn("mtu.file.failed", "file", file, "why", e);
      }
      problem = e.toString();
    }
  }

  private void tell(String before, String now, KernelFacts facts) {
    Optional<Mtu.Uplink> uplink = uplinks.smallest(facts);
    LOG.info(
        "mtu.pods",
        "before",
        before,
        "now",
        now,
        "uplink",
        uplink.map(Mtu.Uplink::name).orElse("none"),
        "uplink-mtu",
        uplink.map(found -> Integer.toString(found.mtu())).orElse("unknown"),
        "file",
        file);
  }

  private OptionalInt before() {
    try {
      return content().filter(text -> text.matches("[0-9]{2,5}")).stream()
          .mapToInt(Integer::parseInt)
          .filter(mtu -> mtu >= LEAST && mtu <= MOST)
          .findFirst();
    } catch (IOException _) {
      return OptionalInt.empty(); // writing it will tell
    }
  }

  private Optional<String> content() throws IOException {
    return Files.exists(file) ? Optional.of(Files.readString(file).strip()) : Optional.empty();
  }
}

package io.margay.interop;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** {@link SpeakerMain} in a JVM of its own on the wire's near end. */
final class RemoteSpeaker implements AutoCloseable {
  private final Wire wire;
  private final Path log;
  private Child child;
  private BufferedReader answers;

  RemoteSpeaker(Wire wire, Path folder) {
    this.wire = wire;
    this.log = folder.resolve("margay.log");
    this.child = start();
    this.answers = answersOf(child);
  }

  /** A peer over IPv4 and one over IPv6, both on the far end. */
  void configure(long remoteAs, String... options) throws IOException {
    String more = options.length == 0 ? "" : " " + String.join(" ", options);
    tell("id " + Wire.MARGAY);
    String template = "peer %s source %s local 64512 remote %d%s";
    tell(template.formatted(Wire.OTHER, Wire.MARGAY, remoteAs, more));
    tell(template.formatted(Wire.OTHER6, Wire.MARGAY6, remoteAs, more));
  }

  /** Gives an order; the lines of the answer. */
  List<String> tell(String line) throws IOException {
    child.stdin().write((line + "\n").getBytes(StandardCharsets.UTF_8));
    child.stdin().flush();
    var out = new ArrayList<String>();
    for (String answer = answers.readLine(); answer != null; answer = answers.readLine()) {
      if (answer.equals(".")) {
        return out;
      }
      out.add(answer);
    }
    throw new IOException("the speaker is gone; see " + log);
  }

  boolean knows(String prefix) throws IOException {
    return tell("routes").stream().anyMatch(line -> line.startsWith(prefix + " via "));
  }

  boolean isEstablished() throws IOException {
    return tell("peers").stream().allMatch(line -> line.contains(" Established "));
  }

  boolean holdsStale() throws IOException {
    return tell("peers").stream().anyMatch(line -> line.contains("stale=[IPV"));
  }

  /** kill -9, then a new process that says that it was restarted; it is not started yet. */
  void killAndReplace() {
    kill();
    child = start();
    answers = answersOf(child);
  }

  void kill() {
    Wire.kill(child);
  }

  @Override
  public void close() {
    kill();
  }

  private Child start() {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var words =
        List.of(
            "exec",
            java,
            "-XX:+UseSerialGC -XX:TieredStopAtLevel=1 -Xmx64m -ea",
            "--enable-native-access=ALL-UNNAMED --sun-misc-unsafe-memory-access=allow",
            "-cp",
            System.getProperty("java.class.path"),
            SpeakerMain.class.getName(),
            // What it logs: a pipe that nobody reads would stop it.
            "2>>" + log);
    String command = String.join(" ", words);
    return Program.of(wire.on(Wire.End.HERE, "sh", "-c", command)).start();
  }

  private static BufferedReader answersOf(Child child) {
    return new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
  }
}

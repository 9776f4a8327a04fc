package io.margay.tunnel.forwarder;

import io.margay.foundation.addr.Ip4;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.plan.ForwardingTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A {@link TestAgent} that runs on a node, and ends with it. */
final class AgentProcess {
  private final Child child;
  private final Writer in;
  private final BufferedReader out;

  private AgentProcess(Child child) {
    this.child = child;
    this.in = new OutputStreamWriter(child.stdin(), StandardCharsets.US_ASCII);
    this.out = new BufferedReader(new InputStreamReader(child.stdout(), StandardCharsets.UTF_8));
  }

  /** Starts one; {@code dir} takes its forwarder's socket and log. */
  static AgentProcess start(TestNode node, Path dir) {
    return start(node, dir, List.of());
  }

  /** The same of one whose forwarders have another build. */
  static AgentProcess ofBuild(String build, TestNode node, Path dir) {
    return start(node, dir, List.of(build));
  }

  /** The same of one whose forwarders are to have so many queues. */
  static AgentProcess ofQueues(int queues, String build, TestNode node, Path dir) {
    return start(node, dir, List.of(build, Integer.toString(queues)));
  }

  private static AgentProcess start(TestNode node, Path dir, List<String> build) {
    var argv =
        new ArrayList<>(
            node.inside(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                TestAgent.class.getName(),
                socket(dir).toString(),
                dir.resolve("forwarder.log").toString()));
    argv.addAll(build);
    // Its log would fill a pipe that nobody reads.
    argv.addAll(0, List.of("sh", "-c", "exec \"$@\" 2>>" + dir.resolve("agent.log"), "sh"));
    return new AgentProcess(Program.of(argv).start());
  }

  static Path socket(Path dir) {
    return dir.resolve("forwarder.sock");
  }

  /** Says what is wanted, and waits until it is there; how many forwarders it has started. */
  long want(Ip4 tunnelAddress, int mtu, ForwardingTable table) throws IOException {
    say(TableText.of(table) + "want " + tunnelAddress + " " + mtu + "\n");
    return awaitInSync();
  }

  /** Wants no tunnel at all, and waits until none is there. */
  void wantNothing() throws IOException {
    say("want nothing\n");
    awaitInSync();
  }

  /** Waits until it says so; how many forwarders it has started. */
  long awaitInSync() throws IOException {
    var said = new ArrayList<String>();
    for (String line = out.readLine(); line != null; line = out.readLine()) {
      if (line.startsWith("in-sync ")) {
        return Long.parseLong(line.substring("in-sync ".length()));
      }
      said.add(line);
    }
    throw new AssertionError("the agent ended; it said " + said);
  }

  /** kill -9, of this process alone. */
  void kill() {
    ProcessHandle.of(child.pid()).ifPresent(ProcessHandle::destroyForcibly);
    child.exit().join();
  }

  private void say(String text) throws IOException {
    in.write(text);
    in.flush();
  }
}

package io.margay.agent.run;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Processes with the names that {@code calicoctl node status} looks for before it asks the BIRD
 * sockets. They do nothing, and end however the agent ends: with their standard input.
 */
final class StandIns {
  private static final EventLog LOG = EventLog.of(StandIns.class);
  private static final List<String> NAMES = List.of("calico-felix", "bird", "bird6");

  /** Held, so that nobody closes what they read. */
  private final List<Child> running = new ArrayList<>();

  /**
   * Starts those that do not run. One that cannot be started costs calicoctl's readers only.
   *
   * @param shim the CNI plugin's binary, which is one of them under their name
   */
  void start(Path shim) {
    running.removeIf(child -> !child.isAlive());
    if (!running.isEmpty()) {
      return;
    }
    for (String name : NAMES) {
      try {
        running.add(Program.of(shim.toString(), "-stand-in", name).start());
      } catch (ProgramException e) {
        LOG.warn("standin.failed", "name", name, "why", e.getMessage());
      }
    }
  }

  List<Child> running() {
    return List.copyOf(running);
  }
}

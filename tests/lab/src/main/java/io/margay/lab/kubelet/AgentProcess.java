package io.margay.lab.kubelet;

import io.margay.foundation.log.EventLog;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.lab.place.Place;
import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * A node's agent: started, started again half a second after each end, its output kept in the
 * node's log folder. Any thread may call.
 */
public final class AgentProcess {
  private static final EventLog LOG = EventLog.of(AgentProcess.class);
  private static final Duration BACK_OFF = Duration.ofMillis(500);

  /** The line by which an agent says that pods may come. */
  private static final String SERVING = "cni.serving";

  private final Place node;
  private final List<String> argv;
  private final ScheduledExecutorService scheduler;
  private final Path log;

  private @Nullable Child child;
  private int starts;
  private OptionalLong servingNanos = OptionalLong.empty();

  AgentProcess(Place node, List<String> argv, ScheduledExecutorService scheduler) {
    this.node = node;
    this.argv = List.copyOf(argv);
    this.scheduler = scheduler;
    this.log = node.directory().resolve("log/agent.log");
  }

  /** Where its output is. */
  public Path log() {
    return log;
  }

  synchronized void start() {
    starts++;
    servingNanos = OptionalLong.empty();
    // One stream: errors of the JVM itself belong between the agent's lines.
    List<String> merged = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>&1", "agent"));
    merged.addAll(argv);
    Child started = Program.of(node.entering(merged)).start();
    child = started;
    Thread.ofPlatform().daemon().name("log-" + node.name()).start(() -> copy(started));
    var _ = started.exit().thenAccept(this::ended);
    LOG.info("lab.agent.started", "node", node.name(), "start", starts);
  }

  private void ended(int exit) {
    LOG.warn("lab.agent.ended", "node", node.name(), "exit", exit, "log", log);
    startLater();
  }

  private void startLater() {
    var _ = scheduler.schedule(this::startAgain, BACK_OFF.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** What a scheduled task throws is heard by nobody, and a node without an agent is a mystery. */
  private void startAgain() {
    try {
      start();
    } catch (RuntimeException e) {
      LOG.error("lab.agent.not_started", e, "node", node.name());
      startLater();
    }
  }

  private void copy(Child from) {
    try (var lines =
            new BufferedReader(new InputStreamReader(from.stdout(), StandardCharsets.UTF_8));
        BufferedWriter to =
            Files.newBufferedWriter(log, StandardOpenOption.CREATE, StandardOpenOption.APPEND)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        if (line.contains(SERVING)) {
          serving();
        }
        to.write(line);
        to.newLine();
        to.flush();
      }
    } catch (IOException e) {
      LOG.warn("lab.agent.log_lost", "node", node.name(), "why", e.getMessage());
    }
  }

  private synchronized void serving() {
    if (servingNanos.isEmpty()) {
      servingNanos = OptionalLong.of(System.nanoTime());
    }
  }

  /** When the agent that runs now said that it serves CNI (System.nanoTime); empty before that. */
  public synchronized OptionalLong servingNanos() {
    return servingNanos;
  }

  /** How often it was started. */
  public synchronized int starts() {
    return starts;
  }

  /** The JVM itself, behind the programs that entered the node for it. */
  public synchronized Optional<ProcessHandle> process() {
    return child == null
        ? Optional.empty()
        : ProcessHandle.of(child.pid()).flatMap(entered -> entered.children().findFirst());
  }

  /** kill -9. */
  public void kill() {
    process().ifPresent(ProcessHandle::destroyForcibly);
  }
}

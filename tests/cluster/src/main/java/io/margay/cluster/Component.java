package io.margay.cluster;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * One of the control plane's programs, which can be stopped, killed and started anew. Owned by one
 * thread.
 */
public final class Component {
  private static final Duration SOON = Duration.ofSeconds(10);
  private static final Duration LOOK = Duration.ofMillis(5);
  private static final int LAST_LINES = 20;

  private final String name;
  private final List<String> argv;
  private final Path log;
  private @Nullable Child child;

  Component(String name, List<String> argv, Path log) {
    this.name = name;
    this.argv = List.copyOf(argv);
    this.log = log;
  }

  /** Starts it, with the arguments that it had before; it is not waited for. */
  public void start() {
    if (isAlive()) {
      throw new IllegalStateException(name + " runs");
    }
    child = Program.of(argv).startDetached(log);
  }

  public boolean isAlive() {
    return child != null && child.isAlive();
  }

  /** Stops it (SIGSTOP): it keeps its sockets and does nothing. */
  public void pause() {
    signal("STOP");
  }

  /** Lets it go on after {@link #pause}. */
  public void resume() {
    signal("CONT");
  }

  /** kill -9. */
  public void kill() throws InterruptedException {
    Child running = running();
    signal("KILL");
    if (!running.awaitEnd(SOON)) {
      throw new IllegalStateException(name + " does not end");
    }
  }

  /** What it said last. */
  public String lastWords() {
    try {
      // Programs say what they like: what is no UTF-8 must not hide the rest.
      String all = new String(Files.readAllBytes(log), StandardCharsets.UTF_8);
      List<String> lines = all.lines().toList();
      return String.join("\n", lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()));
    } catch (NoSuchFileException e) {
      return "";
    } catch (IOException e) {
      throw new UncheckedIOException(log + " cannot be read", e);
    }
  }

  /** To the program, and to the nsenter that waits for it: that one stops and goes on with it. */
  private void signal(String signal) {
    Child running = running();
    var argv = new ArrayList<>(List.of("kill", "-s", signal));
    argv.add(Long.toString(program(running)));
    if (signal.equals("CONT")) {
      argv.add(Long.toString(running.pid()));
    }
    Program.run(argv, Optional.empty(), SOON).orThrow();
  }

  /** The program's own number: nsenter forks to enter a PID namespace. */
  private long program(Child running) {
    long deadline = System.nanoTime() + SOON.toNanos();
    while (running.isAlive() && System.nanoTime() < deadline) {
      Optional<ProcessHandle> program =
          ProcessHandle.of(running.pid()).flatMap(nsenter -> nsenter.children().findFirst());
      if (program.isPresent()) {
        return program.get().pid();
      }
      try {
        Thread.sleep(LOOK);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new IllegalStateException("interrupted while looking for " + name, e);
      }
    }
    throw new IllegalStateException(name + " has ended: " + lastWords());
  }

  private Child running() {
    if (child == null || !child.isAlive()) {
      throw new IllegalStateException(name + " does not run");
    }
    return child;
  }

  @Override
  public String toString() {
    return name;
  }
}

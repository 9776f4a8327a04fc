package io.margay.bench.api;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.lab.place.Place;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** A program that watches the cluster from a node, from its start to its end. */
final class Subject implements AutoCloseable {
  private static final Duration LIMIT = Duration.ofMinutes(2);
  private static final Duration ENDING = Duration.ofSeconds(20);
  private static final int LAST_LINES = 20;

  private final Child entered;
  private final CompletableFuture<Long> synced = new CompletableFuture<>();

  // The thread that reads its output is the only one that writes.
  private volatile String last = "";
  private final List<String> said = new ArrayList<>();

  private Subject(Child entered) {
    this.entered = entered;
  }

  /**
   * Starts it.
   *
   * @param mark stands in the line by which it says that it knows the cluster
   */
  static Subject start(Place node, List<String> argv, String mark) {
    // One stream: what a program says before it fails belongs between its lines.
    var merged = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" 2>&1", "subject"));
    merged.addAll(argv);
    long start = System.nanoTime();
    var subject = new Subject(Program.of(node.entering(merged)).start());
    Thread.ofPlatform().daemon().name("subject").start(() -> subject.read(mark, start));
    return subject;
  }

  private void read(String mark, long start) {
    try (var lines =
        new BufferedReader(new InputStreamReader(entered.stdout(), StandardCharsets.UTF_8))) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        last = line;
        said.add(line);
        if (line.contains(mark)) {
          synced.complete(System.nanoTime() - start);
        }
      }
    } catch (IOException e) {
      last = "its output ended: " + e.getMessage();
    }
    synced.completeExceptionally(
        new IllegalStateException(
            "it ended: "
                + String.join(
                    "\n", said.subList(Math.max(0, said.size() - LAST_LINES), said.size()))));
  }

  /** Nanoseconds from its start until it knew the cluster; waits for that. */
  long syncedAfter() throws InterruptedException {
    try {
      return synced.get(LIMIT.toNanos(), TimeUnit.NANOSECONDS);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (TimeoutException e) {
      throw new IllegalStateException("it knows nothing after " + LIMIT + "; it said " + last, e);
    }
  }

  /** The program itself, behind those that entered the node for it. */
  ProcessHandle process() {
    return ProcessHandle.of(entered.pid())
        .flatMap(outer -> outer.children().findFirst())
        .orElseThrow(() -> new IllegalStateException("it ended: " + last));
  }

  /** Nanoseconds of processors' time that it has had. */
  double cpu() {
    return process().info().totalCpuDuration().orElse(Duration.ZERO).toNanos();
  }

  /** Its number as programs on the node know it. */
  long innerPid() {
    List<String> numbers = List.of(field("NSpid").split("\\s+"));
    return Long.parseLong(numbers.getLast());
  }

  /** Bytes of a line of /proc/PID/status that counts KiB: {@code VmRSS}, {@code VmHWM}. */
  long bytes(String name) {
    return Long.parseLong(field(name).replace(" kB", "")) * 1024;
  }

  private String field(String name) {
    Path status = Path.of("/proc/" + process().pid() + "/status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith(name + ":"))
          .findFirst()
          .map(line -> line.substring(name.length() + 1).strip())
          .orElseThrow(() -> new IllegalStateException(status + " has no " + name));
    } catch (IOException e) {
      throw new UncheckedIOException(status.toString(), e);
    }
  }

  /** Writes a line to it; its next line. */
  String ask(String question) throws InterruptedException {
    String before = last;
    try {
      entered.stdin().write((question + "\n").getBytes(StandardCharsets.UTF_8));
      entered.stdin().flush();
    } catch (IOException e) {
      throw new UncheckedIOException("it ended: " + last, e);
    }
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (last.equals(before)) {
      if (System.nanoTime() > deadline) {
        throw new IllegalStateException("no answer to \"" + question + "\"");
      }
      Thread.sleep(5);
    }
    return last;
  }

  @Override
  public void close() {
    if (entered.isAlive()) {
      process().destroyForcibly();
    }
    try {
      if (!entered.awaitEnd(ENDING)) {
        entered.kill();
      }
    } catch (InterruptedException e) {
      entered.kill();
      Thread.currentThread().interrupt();
    }
  }
}

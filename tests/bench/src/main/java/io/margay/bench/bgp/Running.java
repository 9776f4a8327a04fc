package io.margay.bench.bgp;

import io.margay.bench.frame.RunFailed;
import io.margay.bench.host.Room;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A subject that runs, in a folder of its own. It is killed when this is closed. */
final class Running implements AutoCloseable {
  private static final Duration STARTING = Duration.ofSeconds(30);
  private static final Duration ENDING = Duration.ofSeconds(20);
  private static final int LOOK_MILLIS = 5;
  private static final int LAST_LINES = 5;
  private static final long KIB = 1024;

  /** In a line of /proc/PID/net/tcp and tcp6: a socket that listens at port 179. */
  private static final Pattern LISTENS = Pattern.compile(":00B3 0+:0000 0A ");

  private final Child child;
  private final Path folder;

  private Running(Child child, Path folder) {
    this.child = child;
    this.folder = folder;
  }

  static Running start(Subject subject, Plan plan, Room room) {
    try {
      Path folder = Files.createTempDirectory("margay-bench-" + subject.name());
      // Some become another user before they make their sockets.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
      Path config = folder.resolve("config");
      Files.writeString(config, subject.config(plan));
      // It is to end with us, also when we are killed; what it says is for those who ask why.
      var argv = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >\"$0\" 2>&1"));
      argv.add(log(folder).toString());
      argv.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
      argv.addAll(subject.argv(folder, config));
      return new Running(room.start(argv), folder);
    } catch (IOException e) {
      throw new UncheckedIOException("a folder for " + subject.name(), e);
    }
  }

  private static Path log(Path folder) {
    return folder.resolve("out.log");
  }

  /** Waits until it takes connections. */
  void awaitListening() throws InterruptedException {
    Path sockets = Path.of("/proc/" + child.pid() + "/net");
    long deadline = System.nanoTime() + STARTING.toNanos();
    while (!LISTENS.matcher(read(sockets.resolve("tcp")) + read(sockets.resolve("tcp6"))).find()) {
      if (!child.isAlive() || System.nanoTime() > deadline) {
        throw new RunFailed("it does not listen: " + lastWords());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** The most resident memory that it ever had, of all its processes, in bytes. */
  long peakBytes() {
    return Stream.concat(
            Stream.of(child.pid()),
            ProcessHandle.of(child.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid))
        .mapToLong(Running::peakBytes)
        .sum();
  }

  private static long peakBytes(long pid) {
    return read(Path.of("/proc/" + pid + "/status"))
        .lines()
        .filter(line -> line.startsWith("VmHWM:"))
        .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * KIB)
        .findFirst()
        .orElse(0);
  }

  /** What it said last. */
  String lastWords() {
    List<String> lines = read(log(folder)).lines().toList();
    return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
        .collect(Collectors.joining(" | "));
  }

  /** Empty when it is gone. */
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  @Override
  public void close() {
    child.kill();
    try {
      child.awaitEnd(ENDING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
      Files.delete(folder);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + folder, e);
    }
  }
}

package io.margay.bench.host;

import io.margay.bench.frame.RunFailed;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A program that runs in a room until it is closed; what it says goes to a file. It ends with us,
 * also when we are killed.
 */
public final class Tenant implements AutoCloseable {
  private static final Duration STARTING = Duration.ofSeconds(30);
  private static final Duration ENDING = Duration.ofSeconds(20);
  private static final int LOOK_MILLIS = 5;
  private static final int LAST_LINES = 5;
  private static final long KIB = 1024;

  private final Child child;
  private final Path log;

  private Tenant(Child child, Path log) {
    this.child = child;
    this.log = log;
  }

  /**
   * Starts it.
   *
   * @param log the file that its output goes to; its folder is there
   */
  public static Tenant start(Room room, List<String> program, Path log) {
    var argv = new ArrayList<>(List.of("sh", "-c", "exec \"$@\" >\"$0\" 2>&1", log.toString()));
    argv.addAll(List.of("setpriv", "--pdeathsig", "KILL"));
    argv.addAll(program);
    return new Tenant(room.start(argv), log);
  }

  /** Waits until it takes TCP connections at that port. */
  public void awaitListening(int port) throws InterruptedException {
    Pattern listens = Pattern.compile(":%04X 0+:0000 0A ".formatted(port));
    await("it does not listen", () -> listens.matcher(read(net("tcp")) + read(net("tcp6"))).find());
  }

  /** Waits until it takes connections there; the file itself is there a moment before. */
  public void awaitListening(Path socket) throws InterruptedException {
    // Protocol, flags (__SO_ACCEPTCON), type, state and inode stand before the path.
    String listens = " 00010000 0001 01 +\\d+ " + Pattern.quote(socket.toString());
    Pattern line = Pattern.compile("(?m)" + listens + "$");
    await("it does not listen at " + socket, () -> line.matcher(read(net("unix"))).find());
  }

  /** Waits until its room has a network device of that name. */
  public void awaitDevice(String name) throws InterruptedException {
    Pattern line = Pattern.compile("(?m)^ *" + Pattern.quote(name) + ":");
    await("it makes no device " + name, () -> line.matcher(read(net("dev"))).find());
  }

  /**
   * Waits until something is as it should be.
   *
   * @throws RunFailed that begins with {@code complaint} when the program ends before, or it takes
   *     too long
   */
  public void await(String complaint, BooleanSupplier ready) throws InterruptedException {
    long deadline = System.nanoTime() + STARTING.toNanos();
    while (!ready.getAsBoolean()) {
      if (!child.isAlive() || System.nanoTime() > deadline) {
        throw new RunFailed(complaint + ": " + lastWords());
      }
      Thread.sleep(LOOK_MILLIS);
    }
  }

  /** The most resident memory that it ever had, of all its processes, in bytes. */
  public long peakBytes() {
    return Stream.concat(
            Stream.of(child.pid()),
            ProcessHandle.of(child.pid()).stream()
                .flatMap(ProcessHandle::descendants)
                .map(ProcessHandle::pid))
        .mapToLong(Tenant::peakBytes)
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

  /** Processors' time that it has had, its children left out. */
  public Duration cpu() {
    return ProcessHandle.of(child.pid())
        .flatMap(process -> process.info().totalCpuDuration())
        .orElse(Duration.ZERO);
  }

  /** What it said last. */
  public String lastWords() {
    List<String> lines = read(log).lines().toList();
    return lines.subList(Math.max(0, lines.size() - LAST_LINES), lines.size()).stream()
        .collect(Collectors.joining(" | "));
  }

  private Path net(String file) {
    return Path.of("/proc/" + child.pid() + "/net", file);
  }

  /** Empty when it is gone. */
  private static String read(Path file) {
    try {
      return Files.readString(file, StandardCharsets.UTF_8);
    } catch (IOException e) {
      return "";
    }
  }

  /** Kills it and waits for its end. */
  @Override
  public void close() {
    child.kill();
    try {
      child.awaitEnd(ENDING);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}

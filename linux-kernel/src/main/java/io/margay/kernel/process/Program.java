package io.margay.kernel.process;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A program to start: its arguments as a list (no shell sees them), what its environment has
 * besides ours, and where it runs. Immutable; may be run any number of times, by any thread.
 *
 * <p>A child has the network namespace of the thread that starts it. To run one elsewhere put
 * {@code nsenter --net=PATH} before its arguments: a thread that has gone into a namespace must not
 * start processes, because the JVM's threads that watch them would stay there.
 */
public final class Program {
  /**
   * After its end, how long to wait for output that a grandchild may still hold open. Long enough
   * for our own reader to have had its turn on a busy machine: what is read short looks whole.
   */
  private static final Duration DRAIN = Duration.ofSeconds(2);

  private final List<String> argv;
  private final Map<String, String> environment;
  private final Optional<Path> directory;
  private final boolean cleanEnvironment;

  private Program(
      List<String> argv,
      Map<String, String> environment,
      boolean cleanEnvironment,
      Optional<Path> directory) {
    if (argv.isEmpty()) {
      throw new IllegalArgumentException("a program without a name");
    }
    this.argv = List.copyOf(argv);
    this.environment = Map.copyOf(environment);
    this.cleanEnvironment = cleanEnvironment;
    this.directory = directory;
  }

  /** A program by name (searched in PATH) or path, with its arguments. */
  public static Program of(List<String> argv) {
    return new Program(argv, Map.of(), false, Optional.empty());
  }

  /** A program by name (searched in PATH) or path, with its arguments. */
  public static Program of(String name, String... arguments) {
    var argv = new ArrayList<String>(arguments.length + 1);
    argv.add(name);
    argv.addAll(List.of(arguments));
    return of(argv);
  }

  /** Runs a program in our environment; see {@link #run(Optional, Duration)}. */
  public static ProgramResult run(List<String> argv, Optional<String> stdin, Duration limit) {
    return of(argv).run(stdin, limit);
  }

  /** The same program with these variables besides ours. */
  public Program with(Map<String, String> variables) {
    return new Program(argv, variables, false, directory);
  }

  /** The same program with these variables and none of ours. */
  public Program withOnly(Map<String, String> variables) {
    return new Program(argv, variables, true, directory);
  }

  /** The same program, started in this directory. */
  public Program in(Path workingDirectory) {
    return new Program(argv, environment, cleanEnvironment, Optional.of(workingDirectory));
  }

  /**
   * Runs it to its end. The calling thread waits; at the limit the program and its children are
   * killed and the result says so.
   *
   * @param stdin text for its standard input, which is closed after that; empty: closed at once
   * @throws ProgramException when it cannot be started
   */
  public ProgramResult run(Optional<String> stdin, Duration limit) {
    Process process = start(builder());
    byte[] input = stdin.map(s -> s.getBytes(StandardCharsets.UTF_8)).orElseGet(() -> new byte[0]);
    var out = new Drain(process.getInputStream());
    var err = new Drain(process.getErrorStream());
    List<Thread> threads =
        List.of(
            thread("stdin", () -> feed(process.getOutputStream(), input)),
            thread("stdout", out),
            thread("stderr", err));
    boolean interrupted = false;
    boolean ended = false;
    try {
      ended = process.waitFor(limit.toNanos(), TimeUnit.NANOSECONDS);
    } catch (InterruptedException e) {
      interrupted = true;
    }
    if (!ended) {
      Child.kill(process);
    }
    int exit = reap(process);
    long deadline = System.nanoTime() + DRAIN.toNanos();
    for (Thread thread : threads) {
      interrupted |= !joinUntil(thread, deadline);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    Optional<Duration> killedAfter = ended ? Optional.empty() : Optional.of(limit);
    return new ProgramResult(argv, exit, out.text(), err.text(), killedAfter);
  }

  /**
   * Runs it to its end on our own three streams: what is typed goes to it, what it says is shown.
   *
   * @return its exit status; 128 plus the signal when one ended it
   * @throws ProgramException when it cannot be started
   */
  public int runAttached() {
    return reap(start(builder().inheritIO()));
  }

  /**
   * Starts a child that is spoken with through pipes. Its three streams must be used or drained, or
   * it stops when a pipe is full.
   *
   * @throws ProgramException when it cannot be started
   */
  public Child start() {
    return new Child(argv, start(builder()));
  }

  /**
   * Starts a child that outlives what we do: a session of its own (no signal of our terminal or
   * process group reaches it), no input, both outputs appended to a file.
   *
   * @throws ProgramException when it cannot be started
   */
  public Child startDetached(Path log) {
    var detached = new ArrayList<String>(argv.size() + 1);
    // setsid(1) execs in place when it leads no process group, and a child of ours leads none: the
    // pid is the program's.
    detached.add("setsid");
    detached.addAll(argv);
    var builder = new Program(detached, environment, cleanEnvironment, directory).builder();
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectErrorStream(true);
    builder.redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    return new Child(argv, start(builder));
  }

  @Override
  public String toString() {
    return String.join(" ", argv);
  }

  private ProcessBuilder builder() {
    var builder = new ProcessBuilder(argv);
    if (cleanEnvironment) {
      builder.environment().clear();
    }
    builder.environment().putAll(environment);
    directory.ifPresent(d -> builder.directory(d.toFile()));
    return builder;
  }

  private Process start(ProcessBuilder builder) {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new ProgramException(argv, this + ": cannot be started: " + e.getMessage(), e);
    }
  }

  private static Thread thread(String what, Runnable work) {
    return Thread.ofPlatform().daemon().name("program-" + what).start(work);
  }

  /** Waits for the end of a process that has ended or was killed; interrupts come later. */
  private static int reap(Process process) {
    boolean interrupted = false;
    try {
      while (true) {
        try {
          return process.waitFor();
        } catch (InterruptedException e) {
          interrupted = true;
        }
      }
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static boolean joinUntil(Thread thread, long deadline) {
    try {
      thread.join(Duration.ofNanos(Math.max(1, deadline - System.nanoTime())));
      return true;
    } catch (InterruptedException e) {
      return false;
    }
  }

  /** Writes all input; a program that ends without reading it is no error. */
  private static void feed(OutputStream to, byte[] input) {
    try (to) {
      to.write(input);
    } catch (IOException e) {
      // It closed its input: its exit status says whether that was a failure.
    }
  }

  /** Keeps what a stream gives; what came before a broken pipe stays. */
  private static final class Drain implements Runnable {
    private final InputStream from;
    private final ByteArrayOutputStream read = new ByteArrayOutputStream();

    Drain(InputStream from) {
      this.from = from;
    }

    @Override
    public void run() {
      try (from) {
        from.transferTo(read);
      } catch (IOException e) {
        // The process was killed; the part that came is what there is to show.
      }
    }

    String text() {
      return read.toString(StandardCharsets.UTF_8);
    }
  }
}

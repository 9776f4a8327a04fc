package io.margay.bench.host;

import io.margay.kernel.netns.Netns;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A network namespace without a name, held by a child that ends with us, also when we are killed:
 * it reads from a pipe that only we write to.
 */
public final class Room implements AutoCloseable {
  private static final Duration ENDING = Duration.ofSeconds(10);

  private final Child holder;

  private Room(Child holder) {
    this.holder = holder;
  }

  /** Makes it and waits until it is there. */
  public static Room open() {
    Child holder = Program.of("unshare", "--net", "cat").start();
    try {
      holder.stdin().write('\n');
      holder.stdin().flush();
      // What comes back comes from cat, which runs inside.
      if (holder.stdout().read() != '\n') {
        String said = new String(holder.stderr().readAllBytes(), StandardCharsets.UTF_8).strip();
        throw new IllegalStateException("no network namespace: " + said);
      }
      return new Room(holder);
    } catch (IOException e) {
      holder.kill();
      throw new UncheckedIOException("no network namespace", e);
    }
  }

  /** The namespace, which the caller closes. */
  public Netns netns() {
    return Netns.open(path());
  }

  /**
   * Runs a program inside to its end.
   *
   * @throws io.margay.kernel.process.ProgramException when it fails or takes longer
   */
  public ProgramResult run(List<String> argv, Duration limit) {
    return Program.run(entering(argv), Optional.empty(), limit).orThrow();
  }

  /** Starts a program inside; its process has the child's number. */
  public Child start(List<String> argv) {
    return Program.of(entering(argv)).start();
  }

  private List<String> entering(List<String> argv) {
    var all = new ArrayList<String>(argv.size() + 3);
    all.addAll(List.of("nsenter", "--net=" + path(), "--"));
    all.addAll(argv);
    return all;
  }

  /** A file of {@code /proc/net} as programs inside see it. */
  public Path net(String file) {
    return Path.of("/proc/" + holder.pid() + "/net", file);
  }

  private Path path() {
    return Path.of("/proc/" + holder.pid() + "/ns/net");
  }

  @Override
  public void close() {
    try {
      holder.stdin().close();
      if (!holder.awaitEnd(ENDING)) {
        holder.kill();
      }
    } catch (IOException e) {
      holder.kill();
    } catch (InterruptedException e) {
      holder.kill();
      Thread.currentThread().interrupt();
    }
  }
}

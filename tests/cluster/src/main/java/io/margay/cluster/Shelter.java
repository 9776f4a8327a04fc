package io.margay.cluster;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A PID and mount namespace that ends with this process, even when it is killed: its process 1
 * reads from a pipe of ours. At its end all processes inside are killed and the folder is removed.
 */
final class Shelter implements AutoCloseable {
  private static final Duration ENDS = Duration.ofSeconds(20);

  private final Child unshare;
  private final long init;
  private final Optional<Path> netns;

  private Shelter(Child unshare, long init, Optional<Path> netns) {
    this.unshare = unshare;
    this.init = init;
    this.netns = netns;
  }

  /**
   * Opens one; {@code etcd} in the folder is in memory, and seen inside only.
   *
   * @param directory an absolute path
   * @param netns the network namespace of what is started in it; empty: this process's
   */
  static Shelter open(Path directory, Optional<Path> netns) {
    var argv = new ArrayList<>(List.of("unshare", "--pid", "--mount", "--fork", "--kill-child"));
    argv.addAll(List.of("--mount-proc", "--propagation", "private"));
    argv.addAll(List.of("sh", "-c", script(), "shelter", directory.toString()));
    Child unshare = Program.of(argv).start();
    try {
      awaitReady(unshare);
      long init =
          ProcessHandle.of(unshare.pid())
              .flatMap(parent -> parent.children().findFirst())
              .orElseThrow(() -> new IllegalStateException("process 1 is gone"))
              .pid();
      return new Shelter(unshare, init, netns);
    } catch (RuntimeException e) {
      unshare.kill();
      throw e;
    }
  }

  private static void awaitReady(Child unshare) {
    try (var out = unshare.stdout();
        var err = unshare.stderr()) {
      var reader = new BufferedReader(new InputStreamReader(out, StandardCharsets.UTF_8));
      if (!"ready".equals(reader.readLine())) {
        String said = new String(err.readAllBytes(), StandardCharsets.UTF_8).strip();
        throw new IllegalStateException("no namespaces for a control plane: " + said);
      }
    } catch (IOException e) {
      throw new UncheckedIOException("no namespaces for a control plane", e);
    }
  }

  private static String script() {
    try (InputStream in = Shelter.class.getResourceAsStream("/shelter.sh")) {
      if (in == null) {
        throw new IllegalStateException("shelter.sh is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A command line that runs this one inside, in a folder. */
  List<String> entering(Path directory, List<String> argv) {
    var all = new ArrayList<>(List.of("nsenter", "-t", Long.toString(init), "-m", "-p"));
    netns.ifPresent(path -> all.add("--net=" + path));
    all.addAll(List.of("--", "env", "-C", directory.toString()));
    all.addAll(argv);
    return all;
  }

  @Override
  public void close() {
    try {
      unshare.stdin().close();
    } catch (IOException e) {
      // It has ended already.
    }
    try {
      if (!unshare.awaitEnd(ENDS)) {
        unshare.kill();
      }
    } catch (InterruptedException e) {
      unshare.kill();
      Thread.currentThread().interrupt();
    }
  }
}

package io.margay.lab.place;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A machine: network, mount and PID namespaces with an own /run, /etc, /opt, /var/lib and /var/log,
 * held by a process 1. When that process ends, the kernel ends all others in it and takes the
 * namespaces away; it ends with the process that opened the place.
 */
public final class Place {
  /** Enough for any command that is not waiting for something. */
  public static final Duration SOON = Duration.ofSeconds(60);

  private final String name;
  private final Path directory;
  private final long holder;

  private Place(String name, Path directory, long holder) {
    this.name = name;
    this.directory = directory;
    this.holder = holder;
  }

  /**
   * Makes the namespaces and waits until they are furnished.
   *
   * @param directory its folder: layers, logs; on a file system that an overlay may be kept on, and
   *     not under /run, which the place hides
   */
  public static Place open(String name, Path directory, Path labtool) {
    Child unshare =
        Program.of(
                List.of(
                    "unshare",
                    "--net",
                    "--mount",
                    "--pid",
                    "--fork",
                    "--kill-child",
                    "--mount-proc",
                    "--propagation",
                    "private",
                    "sh",
                    "-c",
                    script(),
                    "place",
                    directory.toString(),
                    labtool.toString()))
            .start();
    awaitReady(name, unshare);
    long holder =
        ProcessHandle.of(unshare.pid())
            .flatMap(parent -> parent.children().findFirst())
            .orElseThrow(() -> new IllegalStateException(name + ": its process 1 is gone"))
            .pid();
    return new Place(name, directory, holder);
  }

  private static void awaitReady(String name, Child unshare) {
    try (var out = unshare.stdout();
        var err = unshare.stderr()) {
      var reader = new BufferedReader(new InputStreamReader(out, StandardCharsets.UTF_8));
      if (!"ready".equals(reader.readLine())) {
        String said = new String(err.readAllBytes(), StandardCharsets.UTF_8).strip();
        throw new IllegalStateException(
            "namespace %s cannot be furnished: %s".formatted(name, said));
      }
    } catch (IOException e) {
      throw new UncheckedIOException("namespace " + name, e);
    }
  }

  private static String script() {
    try (InputStream in = Place.class.getResourceAsStream("/place.sh")) {
      if (in == null) {
        throw new IllegalStateException("place.sh is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public String name() {
    return name;
  }

  /** Its folder; {@code log} in it is its /var/log. */
  public Path directory() {
    return directory;
  }

  /** The process 1, as the process that opened the place counts. */
  public long holder() {
    return holder;
  }

  /** A path of its file system, as the process that opened the place sees it. */
  public Path file(String absolute) {
    return Path.of("/proc/" + holder + "/root" + absolute);
  }

  /** What to put before a command so that it runs inside. */
  public List<String> entering(List<String> argv) {
    var all = new ArrayList<String>(argv.size() + 8);
    all.addAll(List.of("nsenter", "-t", Long.toString(holder), "-m", "-p", "-n", "--"));
    all.addAll(argv);
    return all;
  }

  /** The same for one of its pods' namespaces; files and processes are the place's. */
  public List<String> enteringNetns(String netns, List<String> argv) {
    var all = new ArrayList<String>(argv.size() + 3);
    all.addAll(List.of("nsenter", "--net=/run/netns/" + netns, "--"));
    all.addAll(argv);
    return entering(all);
  }

  /** Runs a command inside to its end. */
  public ProgramResult run(String... argv) {
    return Program.run(entering(List.of(argv)), Optional.empty(), SOON);
  }

  /** Feeds a command inside and runs it to its end. */
  public ProgramResult feed(String stdin, String... argv) {
    return Program.run(entering(List.of(argv)), Optional.of(stdin), SOON);
  }

  /** Writes a file into it, with the folders above. */
  public void write(String absolute, String text) {
    Path file = file(absolute);
    try {
      if (file.getParent() != null) {
        Files.createDirectories(file.getParent());
      }
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(name + ": " + absolute, e);
    }
  }

  /** {@code ip -batch} with these lines. */
  public void ip(List<String> lines) {
    feed(String.join("\n", lines) + "\n", "ip", "-batch", "-").orThrow();
  }

  @Override
  public String toString() {
    return name + " (process " + holder + ")";
  }
}

package io.margay.cluster;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramException;
import io.margay.kernel.process.ProgramResult;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The Go compiler of this machine, at work on our module. */
final class GoBuild {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** For the download of some hundred modules over a slow line. */
  private static final Duration DOWNLOADS = Duration.ofMinutes(10);

  private static final Duration TELLS = Duration.ofSeconds(20);
  private static final int LAST_WORDS = 12;

  /**
   * What the caller's own Go settings could change is set; proxies and caches stay the caller's.
   */
  private static final Map<String, String> SETTINGS =
      Map.of("CGO_ENABLED", "0", "GO111MODULE", "on", "GOFLAGS", "", "GOWORK", "off");

  private final GoSources sources;
  private final Progress progress;

  GoBuild(GoSources sources, Progress progress) {
    this.sources = sources;
    this.progress = progress;
  }

  /** What {@code go version} says; empty without Go. */
  static Optional<String> version() {
    try {
      ProgramResult result = Program.run(List.of("go", "version"), Optional.empty(), SOON);
      return result.succeeded() ? Optional.of(result.out().strip()) : Optional.empty();
    } catch (ProgramException e) {
      return Optional.empty();
    }
  }

  /** The linker's flags: without them Kubernetes says that it is v0.0.0. */
  static String linkerFlags(GoSources sources) {
    var flags = new StringBuilder("-s -w");
    for (String versions :
        List.of("k8s.io/component-base/version", "k8s.io/client-go/pkg/version")) {
      flags.append(" -X ").append(versions).append(".gitVersion=").append(sources.kubernetes());
      flags.append(" -X ").append(versions).append(".gitMajor=1");
      flags.append(" -X ").append(versions).append(".gitMinor=").append(sources.minor());
    }
    return flags.toString();
  }

  /**
   * Gets the modules that the programs need.
   *
   * @param directory where the sources are
   * @return the reason when they cannot be had: no network, or a Go that is too old
   */
  Optional<String> download(Path directory, Collection<Tool> tools) {
    progress.say("downloading the modules of Kubernetes " + sources.kubernetes());
    var argv = new ArrayList<>(List.of("go", "list", "-deps", "-f", "{{.ImportPath}}"));
    argv.addAll(packages(tools));
    ProgramResult result =
        Program.of(argv).with(SETTINGS).in(directory).run(Optional.empty(), DOWNLOADS);
    return result.succeeded() ? Optional.empty() : Optional.of(lastLine(result));
  }

  private static String lastLine(ProgramResult result) {
    if (result.killedAfter().isPresent()) {
      return "the modules were not there after " + DOWNLOADS.toMinutes() + " minutes";
    }
    return result.err().strip().lines().reduce((_, last) -> last).orElse("go list failed");
  }

  /**
   * Builds the programs into a folder and tells how far it is.
   *
   * @throws IllegalStateException when that fails
   */
  void build(Path directory, Collection<Tool> tools, Path into) throws InterruptedException {
    progress.say(
        "building %s of Kubernetes %s; the first time takes 10 to 15 minutes on two cores"
            .formatted(
                String.join(", ", tools.stream().map(Tool::program).toList()),
                sources.kubernetes()));
    var argv = new ArrayList<>(List.of("nice", "-n", "10", "go", "build", "-v", "-trimpath"));
    argv.addAll(List.of("-buildvcs=false", "-ldflags", linkerFlags(sources), "-o", into + "/"));
    argv.addAll(packages(tools));
    long start = System.nanoTime();
    Child go = Program.of(argv).with(SETTINGS).in(directory).start();
    try {
      // It writes to one of its streams only: the other one is looked at so that it cannot fill.
      var out = CompletableFuture.runAsync(() -> drain(go));
      Deque<String> said = follow(go, start);
      out.join();
      int exit = go.exit().join();
      if (exit != 0) {
        throw new IllegalStateException("go build: exit " + exit + ": " + String.join("\n", said));
      }
    } finally {
      go.kill();
    }
    progress.say("built in " + took(start));
  }

  private static void drain(Child go) {
    try (var out = go.stdout()) {
      out.transferTo(OutputStream.nullOutputStream());
    } catch (IOException e) {
      // It was killed.
    }
  }

  /** With -v the compiler names each package that it compiles. */
  private Deque<String> follow(Child go, long start) {
    var last = new ArrayDeque<String>();
    long told = start;
    int packages = 0;
    try (var reader =
        new BufferedReader(new InputStreamReader(go.stderr(), StandardCharsets.UTF_8))) {
      for (String line = reader.readLine(); line != null; line = reader.readLine()) {
        packages++;
        last.addLast(line);
        if (last.size() > LAST_WORDS) {
          last.removeFirst();
        }
        if (System.nanoTime() - told > TELLS.toNanos()) {
          told = System.nanoTime();
          progress.say("%d packages compiled in %s".formatted(packages, took(start)));
        }
      }
    } catch (IOException e) {
      last.addLast("its output ended: " + e.getMessage());
    }
    return last;
  }

  private static String took(long start) {
    Duration took = Duration.ofNanos(System.nanoTime() - start);
    return "%d min %02d s".formatted(took.toMinutes(), took.toSecondsPart());
  }

  private static List<String> packages(Collection<Tool> tools) {
    return tools.stream().map(tool -> "./" + tool.program()).toList();
  }
}

package io.margay.bench;

import io.margay.bench.api.ApiBench;
import io.margay.bench.bgp.BgpBenches;
import io.margay.bench.fib.BirdBench;
import io.margay.bench.fib.FibBench;
import io.margay.bench.frame.Arguments;
import io.margay.bench.frame.Bench;
import io.margay.bench.frame.JsonLine;
import io.margay.bench.frame.Measure;
import io.margay.bench.frame.Plot;
import io.margay.bench.frame.Result;
import io.margay.bench.frame.Runner;
import io.margay.bench.frame.Selection;
import io.margay.bench.frame.Sheet;
import io.margay.bench.frame.Table;
import io.margay.bench.jmh.JmhBenches;
import io.margay.bench.tunnel.TunnelBenches;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.process.ProgramException;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * Entry point of {@code ./dev bench}: a line of JSON for each result on standard output, progress
 * and a table for people on the other one.
 */
public final class Main {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int USAGE = 2;

  private final Runner runner;
  private final PrintStream out;
  private final PrintStream err;
  private final Optional<Path> plot;
  private final Optional<Path> page;

  Main(
      OptionalInt runs,
      Optional<Path> plot,
      Optional<Path> page,
      PrintStream out,
      PrintStream err) {
    this.plot = plot;
    this.page = page;
    this.runner = new Runner(runs, System::nanoTime, line -> err.println("bench: " + line));
    this.out = out;
    this.err = err;
  }

  /** Runs what the names choose; {@code margay.root} is the repository. */
  public static void main(String[] arguments) {
    Path root = Path.of(System.getProperty("margay.root", ".")).toAbsolutePath();
    var all = new ArrayList<Bench>();
    all.add(new FibBench(FibBench.ROUTES, root.resolve(FibBench.AGENT_JVM_OPTIONS)));
    all.add(new BirdBench(FibBench.ROUTES, root.resolve(FibBench.AGENT_JVM_OPTIONS)));
    all.addAll(TunnelBenches.full());
    all.add(ApiBench.large(root));
    all.addAll(BgpBenches.large(root));
    all.addAll(JmhBenches.all(root));
    System.exit(start(all, List.of(arguments)));
  }

  private static int start(List<Bench> all, List<String> arguments) {
    return switch (Arguments.read(arguments)) {
      case Arguments.Bad(String error) -> {
        System.err.println("bench: " + error);
        yield USAGE;
      }
      case Arguments.Asked(var runs, var plot, var page, var names) ->
          new Main(runs, plot, page, System.out, System.err).run(all, names);
    };
  }

  /** The exit status: 2 when a name fits nothing, 1 when something cannot run here or fails. */
  int run(List<Bench> all, List<String> names) {
    return switch (Selection.of(all, names)) {
      case Selection.Unknown(String error) -> {
        err.println("bench: " + error);
        yield USAGE;
      }
      case Selection.Chosen(var benches) -> run(benches);
    };
  }

  private int run(Map<Bench, List<Measure>> chosen) {
    for (Bench bench : chosen.keySet()) {
      Optional<String> obstacle = bench.obstacle();
      if (obstacle.isPresent()) {
        err.println("bench: " + bench.name() + " " + obstacle.get());
        return FAILED;
      }
    }
    Optional<String> fault = page.flatMap(file -> fault(file, chosen.values()));
    if (fault.isPresent()) {
      err.println("bench: " + page.orElseThrow() + " " + fault.get());
      return FAILED;
    }
    var results = new ArrayList<Result>();
    try {
      chosen.forEach((bench, shown) -> {
        List<Result> found = runner.run(bench, shown);
        found.forEach(result -> out.println(JsonLine.of(result)));
        results.addAll(found);
      });
    } catch (ProgramException | KernelException e) {
      err.println("bench: " + e.getMessage());
      return FAILED;
    }
    err.println();
    err.print(Table.of(results));
    plot.ifPresent(file -> write(file, Plot.of(results)));
    page.ifPresent(file -> renew(file, results));
    return results.stream().allMatch(Result::isWhole) ? OK : FAILED;
  }

  /** Why a page cannot take these: seen before they have taken their time. */
  private static Optional<String> fault(Path file, Collection<List<Measure>> measures) {
    if (!Files.isRegularFile(file) || !Files.isWritable(file)) {
      return Optional.of("is no file that can be written");
    }
    return Sheet.hasPlace(read(file), measures)
        ? Optional.empty()
        : Optional.of(
            "has no place for any of these: a line \"<!-- bench NAME -->\" and behind it a line \""
                + Sheet.END
                + '"');
  }

  private static void renew(Path file, List<Result> results) {
    write(file, Sheet.ofHereAndNow().in(read(file), results));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
  }

  private static void write(Path file, String text) {
    try {
      Files.writeString(file, text);
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be written", e);
    }
  }
}

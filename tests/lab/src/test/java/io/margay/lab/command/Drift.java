package io.margay.lab.command;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** What margayctl finds on a node that is not as it should be. */
final class Drift {
  private Drift() {}

  /** A line for each tunnel and each route. */
  static List<String> of(TestLab lab, String node) {
    // Both at once: most of the time is the start of a JVM.
    try (ExecutorService other = Executors.newSingleThreadExecutor()) {
      CompletableFuture<String> routes =
          CompletableFuture.supplyAsync(() -> lab.margayctl(node, "fib", "diff"), other);
      var lines = new ArrayList<>(lab.margayctl(node, "tunnel", "show").lines().skip(1).toList());
      lines.removeIf(line -> line.contains("  ok  "));
      routes
          .join()
          .lines()
          .filter(line -> !line.equals("The kernel has what it should have."))
          .forEach(lines::add);
      return lines;
    }
  }
}

package io.margay.lab.command;

import java.util.ArrayList;
import java.util.List;

/** What margayctl finds on a node that is not as it should be. */
final class Drift {
  private Drift() {}

  /** A line for each tunnel and each route. */
  static List<String> of(TestLab lab, String node) {
    var lines = new ArrayList<>(margayctl(lab, node, "tunnel", "show").lines().skip(1).toList());
    lines.removeIf(line -> line.contains("  ok  "));
    margayctl(lab, node, "fib", "diff")
        .lines()
        .filter(line -> !line.equals("The kernel has what it should have."))
        .forEach(lines::add);
    return lines;
  }

  private static String margayctl(TestLab lab, String node, String... words) {
    return lab.java(node, "io.margay.ctl.verb.Margayctl", words);
  }
}

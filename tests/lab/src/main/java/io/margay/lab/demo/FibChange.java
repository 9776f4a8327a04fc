package io.margay.lab.demo;

import io.margay.lab.fib.Route;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Lines of {@code ip route} that came, went or changed. */
final class FibChange {
  private FibChange() {}

  static List<String> between(String machine, Map<String, List<Route>> before, List<Route> now) {
    Set<String> was = lines(before.getOrDefault(machine, List.of()));
    Set<String> is = lines(now);
    var changes = new ArrayList<String>();
    was.stream()
        .filter(line -> !is.contains(line))
        .forEach(line -> changes.add(machine + " lost " + line));
    is.stream()
        .filter(line -> !was.contains(line))
        .forEach(line -> changes.add(machine + " got " + line));
    return changes;
  }

  private static Set<String> lines(List<Route> routes) {
    var lines = new LinkedHashSet<String>();
    routes.forEach(route -> lines.add(route.line()));
    return lines;
  }
}

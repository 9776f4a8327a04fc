package io.margay.bench.frame;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Which measures of which benches were asked for. */
public sealed interface Selection {
  /** The benches to run, each with the measures to show, in the house's order. */
  record Chosen(Map<Bench, List<Measure>> benches) implements Selection {}

  /** Names that fit nothing, as an error that lists what there is. */
  record Unknown(String error) implements Selection {}

  /**
   * Chooses by name.
   *
   * @param names of measures, or their first words: {@code fib} is all of {@code fib.*}; none at
   *     all is everything
   */
  static Selection of(List<Bench> all, List<String> names) {
    var chosen = new LinkedHashMap<Bench, List<Measure>>();
    var unknown = new ArrayList<>(names);
    for (Bench bench : all) {
      var measures = new ArrayList<Measure>();
      for (Measure measure : bench.measures()) {
        List<String> fitting = names.stream().filter(n -> covers(n, measure.name())).toList();
        unknown.removeAll(fitting);
        if (names.isEmpty() || !fitting.isEmpty()) {
          measures.add(measure);
        }
      }
      if (!measures.isEmpty()) {
        chosen.put(bench, List.copyOf(measures));
      }
    }
    return unknown.isEmpty() ? new Chosen(chosen) : new Unknown(error(all, unknown));
  }

  /** Whether a name is that, or begins with it and a dot. */
  static boolean covers(String asked, String name) {
    return name.equals(asked) || name.startsWith(asked + ".");
  }

  private static String error(List<Bench> all, List<String> unknown) {
    String there =
        all.stream()
            .flatMap(bench -> bench.measures().stream())
            .map(Measure::name)
            .collect(Collectors.joining(", "));
    String names = unknown.stream().map(n -> '"' + n + '"').collect(Collectors.joining(", "));
    return "nothing is measured as " + names + "; there are " + there + ", and their first words";
  }
}

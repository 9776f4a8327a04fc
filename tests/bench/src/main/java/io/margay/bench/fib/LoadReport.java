package io.margay.bench.fib;

import io.margay.bench.frame.Series;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a load wrote: a line for each operation, its name and nanoseconds.
 *
 * @param times for each operation one entry for each time that it was done, in that order
 */
record LoadReport(Map<Operation, List<Series>> times) {
  /** Reads a load's standard output. */
  static LoadReport read(String text) {
    var times = new EnumMap<Operation, List<Series>>(Operation.class);
    text.lines()
        .forEach(line -> {
          String[] words = line.split(" ");
          var nanos = Arrays.stream(words).skip(1).map(Double::valueOf).toList();
          times
              .computeIfAbsent(Operation.of(words[0]), _ -> new ArrayList<>())
              .add(new Series(nanos));
        });
    return new LoadReport(times);
  }

  /** The first time that an operation was done. */
  Series first(Operation operation) {
    return all(operation).getFirst();
  }

  /** The last time that an operation was done. */
  Series last(Operation operation) {
    return all(operation).getLast();
  }

  private List<Series> all(Operation operation) {
    List<Series> found = times.get(operation);
    if (found == null) {
      throw new IllegalStateException("the load says nothing of \"" + operation.word() + "\"");
    }
    return found;
  }
}

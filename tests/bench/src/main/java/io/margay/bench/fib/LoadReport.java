package io.margay.bench.fib;

import io.margay.bench.frame.Series;
import io.margay.bench.host.Room;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * What a load wrote: a line for each operation, its name and nanoseconds, or bytes.
 *
 * @param times for each operation one entry for each time that it was done, in that order
 */
record LoadReport(Map<Operation, List<Series>> times) {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  /** Has a load do a plan with so many routes, in a room with a {@link Cable}. */
  static LoadReport of(Room room, List<String> load, int routes, List<Operation> plan) {
    var argv = new ArrayList<>(load);
    argv.add(Integer.toString(routes));
    argv.add(Cable.DEVICE);
    plan.forEach(operation -> argv.add(operation.word()));
    return read(room.run(argv, LIMIT).out());
  }

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

  boolean has(Operation operation) {
    return times.containsKey(operation);
  }

  private List<Series> all(Operation operation) {
    List<Series> found = times.get(operation);
    if (found == null) {
      throw new IllegalStateException("the load says nothing of \"" + operation.word() + "\"");
    }
    return found;
  }
}

package io.margay.bench.bgp;

import io.margay.bench.frame.RunFailed;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A line of the load: a word and numbers by name.
 *
 * @param values of each name, in their order
 */
record LoadReport(String word, Map<String, List<Long>> values) {
  private static final String FAILED = "failed ";

  /**
   * Reads a line.
   *
   * @throws RunFailed when it says that the load failed, with its reason
   */
  static LoadReport read(String line) {
    if (line.startsWith(FAILED)) {
      throw new RunFailed(line.substring(FAILED.length()));
    }
    List<String> words = List.of(line.split(" ", -1));
    var values = new LinkedHashMap<String, List<Long>>();
    for (String pair : words.subList(1, words.size())) {
      int equals = pair.indexOf('=');
      if (equals < 0) {
        throw new IllegalStateException("the load said \"" + line + "\", which is no report");
      }
      values
          .computeIfAbsent(pair.substring(0, equals), _ -> new ArrayList<>())
          .add(Long.parseLong(pair.substring(equals + 1)));
    }
    return new LoadReport(words.getFirst(), values);
  }

  /** The numbers of that name, one or more. */
  List<Long> all(String name) {
    List<Long> found = values.get(name);
    if (found == null) {
      throw new IllegalStateException("\"" + word + "\" without \"" + name + "\"");
    }
    return found;
  }

  long value(String name) {
    return all(name).getFirst();
  }

  /** Nanoseconds that the step took. */
  long took() {
    return value("done") - value("begin");
  }
}

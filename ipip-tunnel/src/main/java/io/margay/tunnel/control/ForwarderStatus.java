package io.margay.tunnel.control;

import io.margay.tunnel.wire.Counter;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * What a running forwarder says of itself; also what its metrics are made of.
 *
 * @param protocol what it speaks; see {@link ControlText#PROTOCOL}
 * @param handsOver how it hands over to a successor; see {@link ControlText#HANDS_OVER}
 * @param build what it was started as ({@link ForwarderLaunch#build}); empty when it does not know
 * @param came how it came to be the one that moves packets
 * @param version the number that came with its table; empty before the first
 * @param counters since the start of the process, or of the first of those that handed over to each
 *     other; one that had to stop the one before ({@link Came#STOPPED}) counts anew
 */
public record ForwarderStatus(
    int protocol,
    int handsOver,
    String build,
    Came came,
    long pid,
    String device,
    OptionalLong version,
    int routes,
    int sources,
    ForwarderQueues queues,
    Map<Counter, Long> counters) {
  public ForwarderStatus {
    counters = Map.copyOf(counters);
  }

  /** Its lines, each with its line feed. */
  public String text() {
    var out = new StringBuilder();
    line(out, "protocol", protocol);
    line(out, "hands-over", handsOver);
    if (!build.isEmpty()) {
      line(out, "build", build);
    }
    if (came != Came.UNKNOWN) {
      line(out, "came", came.text());
    }
    line(out, "pid", pid);
    line(out, "device", device);
    version.ifPresent(v -> line(out, "version", v));
    line(out, "routes", routes);
    line(out, "sources", sources);
    out.append(queues.text());
    for (Counter counter : Counter.values()) {
      line(out, counter.text(), counters.getOrDefault(counter, 0L));
    }
    return out.toString();
  }

  private static void line(StringBuilder out, String key, Object value) {
    out.append(key).append(' ').append(value).append('\n');
  }

  /** Reads those lines; what is not known is skipped, what is missing counts as zero. */
  public static ForwarderStatus read(List<String> lines) {
    var values = new HashMap<String, String>();
    for (String line : lines) {
      int blank = line.indexOf(' ');
      if (blank > 0) {
        values.put(line.substring(0, blank), line.substring(blank + 1));
      }
    }
    var counters = new EnumMap<Counter, Long>(Counter.class);
    for (Counter counter : Counter.values()) {
      counters.put(counter, number(values, counter.text()).orElse(0));
    }
    return new ForwarderStatus(
        (int) number(values, "protocol").orElse(0),
        (int) number(values, "hands-over").orElse(0),
        values.getOrDefault("build", ""),
        Came.of(values.getOrDefault("came", "")),
        number(values, "pid").orElse(0),
        values.getOrDefault("device", ""),
        number(values, "version"),
        (int) number(values, "routes").orElse(0),
        (int) number(values, "sources").orElse(0),
        ForwarderQueues.read(values),
        counters);
  }

  private static OptionalLong number(Map<String, String> values, String key) {
    return Optional.ofNullable(values.get(key))
        .filter(text -> text.matches("-?[0-9]{1,18}"))
        .map(text -> OptionalLong.of(Long.parseLong(text)))
        .orElse(OptionalLong.empty());
  }
}

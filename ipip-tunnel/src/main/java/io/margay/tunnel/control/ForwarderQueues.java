package io.margay.tunnel.control;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The queues of a forwarder, each with a thread for either direction; a flow stays at one.
 *
 * @param wanted how many it was started for: it has fewer or more where it took over a device that
 *     was made for another number
 * @param each of them, at least one
 */
public record ForwarderQueues(int wanted, List<Load> each) {
  /** More than the kernel has for a device. */
  private static final int MOST = 256;

  private static final String COUNT = "queues";
  private static final String WANTED = "queues-wanted";
  private static final String LOAD = "queue-";
  private static final Pattern LOAD_TEXT =
      Pattern.compile("sent ([0-9]{1,18}) received ([0-9]{1,18})");

  /** Packets that one queue has moved. */
  public record Load(long sent, long received) {}

  public ForwarderQueues {
    each = List.copyOf(each);
  }

  public int count() {
    return each.size();
  }

  /** One that has moved nothing. */
  public static ForwarderQueues one() {
    return new ForwarderQueues(1, List.of(new Load(0, 0)));
  }

  /** Its lines in a status, each with its line feed. */
  String text() {
    var out = new StringBuilder();
    out.append(COUNT).append(' ').append(count()).append('\n');
    if (wanted != count()) {
      out.append(WANTED).append(' ').append(wanted).append('\n');
    }
    for (int i = 0; i < count() && count() > 1; i++) {
      Load load = each.get(i);
      out.append(LOAD).append(i);
      out.append(" sent ").append(load.sent()).append(" received ").append(load.received());
      out.append('\n');
    }
    return out.toString();
  }

  /** Reads those lines; a forwarder that does not say has one queue. */
  static ForwarderQueues read(Map<String, String> values) {
    int count = number(values, COUNT, 1);
    var each = new ArrayList<Load>();
    for (int i = 0; i < count; i++) {
      Matcher load = LOAD_TEXT.matcher(values.getOrDefault(LOAD + i, ""));
      each.add(
          load.matches()
              ? new Load(Long.parseLong(load.group(1)), Long.parseLong(load.group(2)))
              : new Load(0, 0));
    }
    return new ForwarderQueues(number(values, WANTED, count), each);
  }

  private static int number(Map<String, String> values, String key, int otherwise) {
    String text = values.getOrDefault(key, "");
    int number = text.matches("[0-9]{1,4}") ? Integer.parseInt(text) : otherwise;
    return Math.clamp(number, 1, MOST);
  }
}

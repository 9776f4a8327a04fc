package io.margay.tunnel.control;

import io.margay.tunnel.wire.Counter;
import java.util.ArrayList;
import java.util.List;
import java.util.function.ToLongFunction;

/**
 * A counter of the forwarder as its readers know it; they start anew with each process that is not
 * handed what another has.
 *
 * @param name with its {@code _total}
 * @param help says when to worry
 * @param label name and value of the one label
 */
public record ForwarderMetric(
    String name, String help, Label label, ToLongFunction<ForwarderStatus> value) {
  public record Label(String key, String value) {}

  private static final String ANEW = " (from 0 again after a start that was no hand-over)";

  /** All of them. */
  public static final List<ForwarderMetric> ALL = all();

  private static List<ForwarderMetric> all() {
    String packets =
        "Packets moved by the userspace forwarder"
            + ANEW
            + "; worry when one direction alone stands still.";
    String bytes =
        "Bytes moved by the userspace forwarder, outer headers included"
            + ANEW
            + "; worry when a core is busy with them.";
    String dropped =
        "Packets dropped by the userspace forwarder" + ANEW + "; worry when one keeps growing.";
    var metrics = new ArrayList<ForwarderMetric>();
    for (Counter counter : Counter.values()) {
      metrics.add(
          switch (counter) {
            case SENT_PACKETS -> metric("packets", packets, "direction", "sent", counter);
            case SENT_BYTES -> metric("bytes", bytes, "direction", "sent", counter);
            case RECEIVED_PACKETS -> metric("packets", packets, "direction", "received", counter);
            case RECEIVED_BYTES -> metric("bytes", bytes, "direction", "received", counter);
            case DROPPED_NOT_IPV4,
                DROPPED_NO_ROUTE,
                DROPPED_TOO_BIG,
                DROPPED_REFUSED,
                DROPPED_UNKNOWN_SOURCE,
                DROPPED_MALFORMED,
                DROPPED_CONGESTION,
                DROPPED_DEVICE_DOWN -> {
              String reason = counter.text().substring("dropped_".length());
              yield metric("dropped_packets", dropped, "reason", reason, counter);
            }
          });
    }
    return List.copyOf(metrics);
  }

  private static ForwarderMetric metric(
      String what, String help, String key, String value, Counter counter) {
    return new ForwarderMetric(
        "margay_tunnel_" + what + "_total",
        help,
        new Label(key, value),
        status -> status.counters().getOrDefault(counter, 0L));
  }
}

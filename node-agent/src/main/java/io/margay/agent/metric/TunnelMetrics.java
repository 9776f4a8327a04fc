package io.margay.agent.metric;

import io.margay.agent.metric.Registry.Row;
import io.margay.tunnel.control.ForwarderMetric;
import io.margay.tunnel.control.ForwarderStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The userspace forwarders; nothing but their starts where the kernel moves the packets. */
public final class TunnelMetrics {
  private static final String TOTAL = "_total";
  private static final String DEVICE = "device";

  private TunnelMetrics() {}

  /**
   * Binds the forwarders.
   *
   * @param status of those that run and answer
   * @param starts processes that this agent started
   */
  public static void bind(
      Registry registry, Supplier<List<ForwarderStatus>> status, LongSupplier starts) {
    Supplier<List<ForwarderStatus>> asked = registry.oncePerPage(status);
    registry.counter(
        "margay_tunnel_forwarder_starts",
        "Forwarder processes that were started, to upgrade one that runs and in vain as well; worry"
            + " when it keeps growing: it dies, or cannot be upgraded.",
        starts::getAsLong);
    registry.gauges(
        "margay_tunnel_forwarder_queues",
        "Queues of the forwarder, each with a thread for either direction; worry when a core is"
            + " busy with one.",
        List.of(DEVICE),
        () ->
            asked.get().stream()
                .map(s -> new Row(List.of(s.device()), s.queues().count()))
                .toList());
    registry.gauges(
        "margay_tunnel_forwarder_routes",
        "Destinations in the table of the forwarder; worry when it falls unasked.",
        List.of(DEVICE),
        () -> asked.get().stream().map(s -> new Row(List.of(s.device()), s.routes())).toList());
    Map<String, List<ForwarderMetric>> families = new LinkedHashMap<>();
    for (ForwarderMetric metric : ForwarderMetric.ALL) {
      families.computeIfAbsent(metric.name(), _ -> new ArrayList<>()).add(metric);
    }
    families.forEach((name, members) ->
        registry.counters(
            name.substring(0, name.length() - TOTAL.length()),
            members.getFirst().help(),
            List.of(DEVICE, members.getFirst().label().key()),
            () -> asked.get().stream().flatMap(now -> rows(members, now)).toList()));
  }

  private static Stream<Row> rows(List<ForwarderMetric> members, ForwarderStatus now) {
    return members.stream()
        .map(m -> new Row(List.of(now.device(), m.label().value()), m.value().applyAsLong(now)));
  }
}

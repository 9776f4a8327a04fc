package io.margay.agent.metric;

import io.margay.agent.metric.Registry.Row;
import io.margay.tunnel.control.ForwarderMetric;
import io.margay.tunnel.control.ForwarderStatus;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** The userspace forwarder; nothing but its starts where the kernel moves the packets. */
public final class TunnelMetrics {
  private static final String TOTAL = "_total";

  private TunnelMetrics() {}

  /**
   * Binds the forwarder.
   *
   * @param status empty when none runs or it does not answer
   * @param starts processes that this agent started
   */
  public static void bind(
      Registry registry, Supplier<Optional<ForwarderStatus>> status, LongSupplier starts) {
    Supplier<Optional<ForwarderStatus>> asked = registry.oncePerPage(status);
    registry.counter(
        "margay_tunnel_forwarder_starts",
        "Forwarder processes that were started; worry when it keeps growing: it dies.",
        starts::getAsLong);
    registry.gauges(
        "margay_tunnel_forwarder_routes",
        "Destinations in the table of the forwarder; worry when it falls unasked.",
        List.of(),
        () -> asked.get().map(s -> List.of(new Row(List.of(), s.routes()))).orElse(List.of()));
    Map<String, List<ForwarderMetric>> families = new LinkedHashMap<>();
    for (ForwarderMetric metric : ForwarderMetric.ALL) {
      families.computeIfAbsent(metric.name(), _ -> new ArrayList<>()).add(metric);
    }
    families.forEach((name, members) ->
        registry.counters(
            name.substring(0, name.length() - TOTAL.length()),
            members.getFirst().help(),
            List.of(members.getFirst().label().key()),
            () -> asked.get().map(now -> rows(members, now)).orElse(List.of())));
  }

  private static List<Row> rows(List<ForwarderMetric> members, ForwarderStatus now) {
    return members.stream()
        .map(m -> new Row(List.of(m.label().value()), m.value().applyAsLong(now)))
        .toList();
  }
}

package io.margay.agent.metric;

import io.margay.agent.host.AddressNews.Stats;
import java.util.function.Supplier;

/** What others on the node's segments are told. */
public final class HostMetrics {
  private HostMetrics() {}

  /** Binds what announces pods' addresses. */
  public static void bind(Registry registry, Supplier<Stats> stats) {
    registry.counter(
        "margay_host_announcements",
        "Gratuitous ARP and unsolicited neighbour advertisements sent; says nothing by itself.",
        () -> stats.get().sent());
    registry.counter(
        "margay_host_announcement_failures",
        "Announcements of addresses that the kernel refused; worry when it grows: others find a"
            + " moved pod half a minute later.",
        () -> stats.get().failed());
  }
}

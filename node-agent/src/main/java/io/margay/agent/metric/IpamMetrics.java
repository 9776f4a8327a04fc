package io.margay.agent.metric;

import io.margay.ipam.allocate.AllocatorStats;
import java.util.function.Supplier;
import java.util.function.ToLongFunction;

/** What the allocator of this node has done since the agent started. */
public final class IpamMetrics {
  private final Registry registry;
  private final Supplier<AllocatorStats> stats;

  private IpamMetrics(Registry registry, Supplier<AllocatorStats> stats) {
    this.registry = registry;
    this.stats = stats;
  }

  public static void bind(Registry registry, Supplier<AllocatorStats> stats) {
    var metrics = new IpamMetrics(registry, registry.oncePerPage(stats));
    metrics.addresses();
    metrics.blocks();
  }

  private void addresses() {
    counter(
        "assigned",
        "Addresses given out; worry when it grows much faster than pods are made.",
        AllocatorStats::assigned);
    counter(
        "released",
        "Addresses taken back; worry when it stands still while pods go.",
        AllocatorStats::released);
    counter(
        "refused",
        "Requests that got no address; worry when it grows: no pool has one left for this node.",
        AllocatorStats::refused);
  }

  private void blocks() {
    counter(
        "block_writes",
        "Writes of blocks; worry when it grows faster than addresses come and go.",
        AllocatorStats::blockWrites);
    counter(
        "block_conflicts",
        "Writes of blocks that failed because somebody else wrote; worry when most of them do.",
        AllocatorStats::conflicts);
    counter(
        "blocks_claimed",
        "Blocks claimed for this node; worry when it keeps growing while pods do not.",
        AllocatorStats::claimed);
    counter(
        "blocks_stolen",
        "Of them, empty blocks of other nodes; worry when it grows: a pool is too small.",
        AllocatorStats::stolen);
  }

  private void counter(String what, String help, ToLongFunction<AllocatorStats> value) {
    registry.counter("margay_ipam_" + what, help, () -> value.applyAsLong(stats.get()));
  }
}

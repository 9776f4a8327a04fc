package io.margay.agent.stage;

import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.fib.FibKey;
import java.util.OptionalInt;

/**
 * Where a speaker's routes stand in the kernel.
 *
 * @param metric as BIRD's by default: what a person adds without one is preferred
 * @param rulePriority of a rule that sends all packets to the table; empty for none
 */
public record Install(int table, int metric, OptionalInt rulePriority) {
  /** In the main table. */
  public static final Install MAIN = new Install(RouteEntry.TABLE_MAIN, 32, OptionalInt.empty());

  /** Where a route stands. */
  public FibKey key(Prefix prefix) {
    return new FibKey(table, prefix, metric);
  }
}

package io.margay.route.target;

import io.margay.foundation.addr.Family;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.RouteEntry;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Predicate;

/** Whether a program that ran before left routes. */
public final class RoutesOfBefore {
  /** A table that changes meanwhile may hide some. */
  private static final int ATTEMPTS = 5;

  private RoutesOfBefore() {}

  /**
   * Whether a table has a route for which this holds. Makes objects only until one is found, of
   * what may be a million.
   */
  public static boolean areThere(Rtnl rtnl, int table, Predicate<RouteEntry> which) {
    var found = new AtomicBoolean();
    for (Family family : Family.values()) {
      boolean consistent = false;
      for (int i = 0; i < ATTEMPTS && !consistent && !found.get(); i++) {
        consistent =
            rtnl.routes(
                family,
                table,
                message -> {
                  if (!found.get()) {
                    found.set(message.entry().filter(which).isPresent());
                  }
                });
      }
    }
    return found.get();
  }
}

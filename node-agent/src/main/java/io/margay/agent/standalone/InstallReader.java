package io.margay.agent.standalone;

import io.margay.agent.stage.Install;
import io.margay.foundation.tree.Tree;
import io.margay.kernel.rtnl.RouteEntry;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;

/** Reads {@code install}: whether, and where, routes stand in the kernel. */
final class InstallReader {
  /** The largest number that the kernel takes for a table, a metric and a priority. */
  private static final long LAST = 0xffff_ffffL;

  private InstallReader() {}

  /** True, or an object with what is otherwise than in {@link Install#MAIN}; empty for false. */
  static Optional<Install> read(Tree tree) {
    boolean isObject = tree.raw().filter(Map.class::isInstance).isPresent();
    if (!isObject) {
      return tree.flag(false) ? Optional.of(Install.MAIN) : Optional.empty();
    }
    tree.only("table", "metric", "rulePriority");
    int table = number(tree.at("table"), 1, Install.MAIN.table());
    if (table == RouteEntry.TABLE_LOCAL) {
      tree.at("table").problem("a table other than local (255), which is the kernel's own");
    }
    OptionalLong priority = tree.at("rulePriority").integer(0, LAST);
    if (priority.isPresent() && table == Install.MAIN.table()) {
      tree.at("rulePriority").problem("nothing, as a rule to the main table is there already");
    }
    return Optional.of(
        new Install(
            table,
            number(tree.at("metric"), 0, Install.MAIN.metric()),
            priority.isPresent()
                ? OptionalInt.of((int) priority.getAsLong())
                : OptionalInt.empty()));
  }

  /** Of 32 bits without a sign, as the kernel's are. */
  private static int number(Tree tree, long least, int fallback) {
    return (int) tree.integer(least, LAST).orElse(Integer.toUnsignedLong(fallback));
  }
}

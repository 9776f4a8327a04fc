package io.margay.agent.standalone;

import io.margay.bgp.rib.PrefixLimit;
import io.margay.foundation.addr.Family;
import io.margay.foundation.tree.Tree;
import java.time.Duration;
import java.util.EnumMap;
import java.util.Map;
import java.util.OptionalLong;

/** Reads {@code maxPrefix}: how many routes of each family a neighbor may announce. */
final class PrefixLimits {
  private static final Map<String, PrefixLimit.Action> ACTIONS =
      Map.of("stop", new PrefixLimit.Action.Stop(), "warn", new PrefixLimit.Action.Warn());

  private PrefixLimits() {}

  /** A number, or an object with {@code limit} and what goes with it; none when it is missing. */
  static Map<Family, PrefixLimit> read(Tree tree) {
    boolean alone = tree.raw().filter(value -> !(value instanceof Map<?, ?>)).isPresent();
    if (!alone) {
      tree.only("limit", "warning", "restart", "action");
    }
    Tree place = alone ? tree : tree.at("limit");
    OptionalLong limit = place.integer(1, Integer.MAX_VALUE);
    if (tree.isPresent() && !place.isPresent()) {
      place.problem("a whole number, 1 to " + Integer.MAX_VALUE);
    }
    if (limit.isEmpty()) {
      return Map.of();
    }
    int most = (int) limit.getAsLong();
    var each =
        alone
            ? new PrefixLimit(most, PrefixLimit.WARNING, new PrefixLimit.Action.Stop())
            : new PrefixLimit(
                most, tree.at("warning").integer(1, 100, PrefixLimit.WARNING), action(tree));
    var all = new EnumMap<Family, PrefixLimit>(Family.class);
    for (Family family : Family.values()) {
      all.put(family, each);
    }
    return all;
  }

  private static PrefixLimit.Action action(Tree tree) {
    OptionalLong pause = tree.at("restart").integer(1, 86_400);
    if (pause.isPresent() && tree.at("action").isPresent()) {
      tree.at("action").problem("nothing, as restart is given");
    }
    return pause.isPresent()
        ? new PrefixLimit.Action.Restart(Duration.ofSeconds(pause.getAsLong()))
        : tree.at("action").choice(ACTIONS).orElseGet(PrefixLimit.Action.Stop::new);
  }
}

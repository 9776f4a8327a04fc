package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.policy.model.Direction;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * From an interface to its workload's chain in two steps: the part that all names share is left
 * out, and where several go on with the same character a chain of its own looks at these. A packet
 * of an interface that nobody knows is dropped.
 */
final class DispatchChains {
  private final Family family;
  private final Direction direction;
  private final String deny;

  private DispatchChains(Family family, Direction direction, String deny) {
    this.family = family;
    this.direction = direction;
    this.deny = deny;
  }

  /** The chains of one direction for these interfaces. */
  static void render(
      Family family,
      Direction direction,
      SortedSet<String> interfaces,
      String deny,
      Map<? super ChainKey, ? super Chain> out) {
    new DispatchChains(family, direction, deny).render(interfaces, out);
  }

  private void render(SortedSet<String> interfaces, Map<? super ChainKey, ? super Chain> out) {
    int common = commonPrefix(interfaces);
    SortedMap<String, SortedSet<String>> branches = new TreeMap<>();
    for (String name : interfaces) {
      String branch = name.substring(0, Math.min(common + 1, name.length()));
      branches.computeIfAbsent(branch, _ -> new TreeSet<>()).add(name);
    }
    String root = ChainNames.dispatch(direction);
    var rules = new ArrayList<Rule>();
    branches.forEach((branch, names) -> {
      if (names.size() == 1) {
        rules.add(toWorkload(names.first()));
      } else {
        String child = ChainNames.dispatchChild(direction, branch.substring(common));
        rules.add(Rule.of(of(branch + "+"), Rule.goTo(child)));
        put(child, names.stream().map(this::toWorkload).toList(), out);
      }
    });
    put(root, rules, out);
  }

  private void put(String name, List<Rule> rules, Map<? super ChainKey, ? super Chain> out) {
    var all = new ArrayList<>(rules);
    all.add(Rule.of(Match.ALL, deny, "Unknown interface"));
    out.put(new ChainKey(family, Table.FILTER, name), ChainWriter.chain(name, all));
  }

  private Rule toWorkload(String name) {
    return Rule.of(of(name), Rule.goTo(ChainNames.workload(direction, name)));
  }

  private Match of(String interfaceName) {
    return direction == Direction.INGRESS
        ? Match.ALL.out(interfaceName)
        : Match.ALL.in(interfaceName);
  }

  /** How many characters all names begin with; of a single name: all but the last. */
  private static int commonPrefix(SortedSet<String> names) {
    if (names.isEmpty()) {
      return 0;
    }
    // Sorted: what the first and the last share, all share.
    String first = names.first();
    String last = names.last();
    int length = 0;
    int end = Math.min(first.length(), last.length()) - 1;
    while (length < end && first.charAt(length) == last.charAt(length)) {
      length++;
    }
    return length;
  }
}

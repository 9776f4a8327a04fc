package io.margay.policy.apply;

import io.margay.foundation.addr.Family;
import io.margay.policy.render.Chain;
import io.margay.policy.render.ChainKey;
import io.margay.policy.render.ChainRule;
import io.margay.policy.render.Table;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Reads what iptables-save prints and keeps what is ours: chains by their names (Calico's, of all
 * its ages), rules in kernel chains by their hash, and such that jump to a chain of ours without
 * one.
 */
final class SavedTables {
  private static final Pattern OWN =
      Pattern.compile("(cali-|califw-|calitw-|califh-|calith-|calipi-|calipo-|felix-).*");
  private static final Pattern JUMP_TO_OWN =
      Pattern.compile(".* -[jg] (cali-|califw-|calitw-|felix-)\\S+.*");

  private final Family family;
  private final Map<ChainKey, List<ChainRule>> rules = new LinkedHashMap<>();

  /** For kernel chains: where each of our rules stands among all. */
  private final Map<ChainKey, List<Integer>> places = new HashMap<>();

  private final Map<ChainKey, Integer> counts = new HashMap<>();

  private SavedTables(Family family) {
    this.family = family;
  }

  /** True for names of chains that nobody but us, or Calico before us, makes. */
  static boolean isOwn(String chain) {
    return OWN.matcher(chain).matches();
  }

  /** All that is ours in this text. */
  static Map<ChainKey, Chain> read(Family family, String text) {
    var saved = new SavedTables(family);
    Optional<Table> table = Optional.empty();
    for (String line : text.lines().toList()) {
      if (line.startsWith("*")) {
        table = Table.parse(line.substring(1).strip());
      } else if (table.isPresent()) {
        saved.take(table.get(), line);
      }
    }
    return saved.chains();
  }

  private void take(Table table, String line) {
    if (line.startsWith(":")) {
      ChainKey key = key(table, line.substring(1));
      if (isOwn(key.name())) {
        rules.putIfAbsent(key, new ArrayList<>());
      }
    } else if (line.startsWith("-A ")) {
      ChainKey key = key(table, line.substring(3));
      if (isOwn(key.name())) {
        rules.computeIfAbsent(key, _ -> new ArrayList<>()).add(ChainRule.read(line));
      } else if (key.isKernel()) {
        takeHook(key, line);
      }
    }
  }

  private void takeHook(ChainKey key, String line) {
    int place = counts.merge(key, 1, Integer::sum) - 1;
    ChainRule rule = ChainRule.read(line);
    if (!rule.hash().isEmpty() || JUMP_TO_OWN.matcher(line).matches()) {
      rules.computeIfAbsent(key, _ -> new ArrayList<>()).add(rule);
      places.computeIfAbsent(key, _ -> new ArrayList<>()).add(place);
    }
  }

  private ChainKey key(Table table, String rest) {
    int end = rest.indexOf(' ');
    return new ChainKey(family, table, end < 0 ? rest : rest.substring(0, end));
  }

  private Map<ChainKey, Chain> chains() {
    var chains = new LinkedHashMap<ChainKey, Chain>();
    rules.forEach((key, list) -> chains.put(key, new Chain(list, isInPlace(key, list))));
    return chains;
  }

  /** Whether those that go first, and those that go last, have no rule of others on their side. */
  private boolean isInPlace(ChainKey key, List<ChainRule> list) {
    List<Integer> at = places.getOrDefault(key, List.of());
    int all = counts.getOrDefault(key, 0);
    for (int i = 0; i < at.size(); i++) {
      int expected = list.get(i).last() ? all - at.size() + i : i;
      if (at.get(i) != expected) {
        return false;
      }
    }
    return true;
  }
}

package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import io.margay.policy.Golden;
import io.margay.policy.World;
import io.margay.policy.engine.PolicyEngine;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

@Tag("golden")
class ChainRendererTest {
  @TestFactory
  Stream<DynamicTest> rendersEveryGoldenCase() {
    return Golden.cases("render", yaml -> text(World.read(yaml)));
  }

  /**
   * Refusals, sets and transactions of a world; of those chains that are always there only asked.
   */
  private static String text(World world) {
    var engine = new PolicyEngine(world.settings());
    engine.apply(world.delta());
    var fixed = new PolicyEngine(world.settings()).desired().keySet();
    SortedMap<SetName, SetSpec> sets = new TreeMap<>();
    SortedMap<ChainKey, Chain> chains = new TreeMap<>();
    engine
        .desired()
        .forEach((key, value) -> {
          if (world.all() || !fixed.contains(key)) {
            switch (key) {
              case SetName name -> sets.put(name, (SetSpec) value);
              case ChainKey name -> chains.put(name, (Chain) value);
            }
          }
        });
    var out = new StringBuilder();
    world.problems().forEach(problem -> out.append("# refused: ").append(problem).append('\n'));
    sets.forEach((name, set) -> {
      String family = set.family() == Family.IPV4 ? "inet" : "inet6";
      out.append("create " + name + " " + set.type() + " family " + family + "\n");
      new TreeSet<>(set.members()).forEach(m -> out.append("add " + name + " " + m + "\n"));
    });
    for (Family family : Family.values()) {
      for (Table table : Table.values()) {
        Map<ChainKey, Chain> part = new TreeMap<>(chains);
        part.keySet().removeIf(key -> key.family() != family || key.table() != table);
        if (!part.isEmpty()) {
          out.append("# ").append(family).append('\n');
          out.append(RestoreText.put(table, part, Map.of()).text());
        }
      }
    }
    return out.toString();
  }
}

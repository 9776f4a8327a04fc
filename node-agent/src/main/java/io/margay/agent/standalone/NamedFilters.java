package io.margay.agent.standalone;

import io.margay.agent.stage.FilterStage;
import io.margay.bgp.filter.BgpFilter;
import io.margay.foundation.tree.Tree;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The filters of a file, in the words of a BGPFilter's spec. A route that no rule decides is
 * rejected: a file has no built-in rules behind its filters.
 */
final class NamedFilters {
  /** Words that mean something else where a filter's name may stand. */
  private static final Set<String> TAKEN = Set.of("accept", "reject", "originated");

  private final Map<String, FilterStage.Directions> byName = new HashMap<>();

  private NamedFilters() {}

  static NamedFilters read(Tree tree) {
    var filters = new NamedFilters();
    tree.entries()
        .forEach((name, spec) -> {
          if (TAKEN.contains(name)) {
            spec.problem("another name; this one has a meaning of its own");
          }
          spec.only("exportV4", "importV4", "exportV6", "importV6");
          filters.byName.put(
              name,
              FilterStage.directions(
                  io.margay.kube.types.BgpFilter.read(name, spec),
                  (field, rule) ->
                      spec.at(field).items().get(rule).problem("communities that exist")));
        });
    return filters;
  }

  Optional<BgpFilter> imports(String name) {
    return Optional.ofNullable(byName.get(name)).map(FilterStage.Directions::imports);
  }

  Optional<BgpFilter> exports(String name) {
    return Optional.ofNullable(byName.get(name)).map(FilterStage.Directions::exports);
  }
}

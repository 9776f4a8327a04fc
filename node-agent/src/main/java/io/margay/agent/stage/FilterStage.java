package io.margay.agent.stage;

import io.margay.bgp.filter.BgpFilter;
import io.margay.bgp.filter.FilterRule;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpFilter.Rule;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** BGPFilter objects as the speaker's rules. */
public final class FilterStage {
  private FilterStage() {}

  /**
   * The filters of both directions by name.
   *
   * @param notes filters that say something that cannot be a rule; such a filter rejects all, so
   *     that nothing leaves or comes that its author wanted to stop
   */
  record Filters(
      Map<String, BgpFilter> exports, Map<String, BgpFilter> imports, List<String> notes) {}

  /** One object's rules for what is sent and for what is received. */
  public record Directions(BgpFilter exports, BgpFilter imports) {}

  /** Hears of a rule that cannot be one. */
  @FunctionalInterface
  public interface Refused {
    /**
     * Its communities are none.
     *
     * @param field {@code exportV4}
     * @param rule its place in the list, from zero
     */
    void rule(String field, int rule);
  }

  private static final FilterRule REJECT_ALL =
      new FilterRule(
          Optional.empty(),
          false,
          Optional.empty(),
          Optional.empty(),
          Optional.empty(),
          List.of(),
          OptionalLong.empty(),
          FilterRule.Action.REJECT,
          List.of());

  static Filters of(ClusterImage image) {
    var exports = new HashMap<String, BgpFilter>();
    var imports = new HashMap<String, BgpFilter>();
    var notes = new ArrayList<String>();
    for (var object : image.bgpFilters().values()) {
      String name = object.name();
      Directions directions =
          directions(
              object,
              (field, rule) ->
                  notes.add(
                      "BGPFilter \"%s\": spec.%s[%d] has a community that is none; the filter rejects all routes of its direction until it is mended"
                          .formatted(name, field, rule)));
      exports.put(name, directions.exports());
      imports.put(name, directions.imports());
    }
    return new Filters(exports, imports, notes);
  }

  /** An object's rules; a direction with a refused one rejects everything. */
  public static Directions directions(io.margay.kube.types.BgpFilter object, Refused refused) {
    return new Directions(
        new BgpFilter(
            object.name(),
            rules("exportV4", object.exportV4(), refused),
            rules("exportV6", object.exportV6(), refused)),
        new BgpFilter(
            object.name(),
            rules("importV4", object.importV4(), refused),
            rules("importV6", object.importV6(), refused)));
  }

  private static List<FilterRule> rules(String field, List<Rule> rules, Refused refused) {
    var read = new ArrayList<FilterRule>();
    for (int i = 0; i < rules.size(); i++) {
      Optional<FilterRule> rule = FilterRules.rule(rules.get(i));
      if (rule.isEmpty()) {
        refused.rule(field, i);
        return List.of(REJECT_ALL);
      }
      read.add(rule.get());
    }
    return read;
  }
}

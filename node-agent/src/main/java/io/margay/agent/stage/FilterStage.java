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
final class FilterStage {
  private FilterStage() {}

  /**
   * The filters of both directions by name.
   *
   * @param notes filters that say something that cannot be a rule; such a filter rejects all, so
   *     that nothing leaves or comes that its author wanted to stop
   */
  record Filters(
      Map<String, BgpFilter> exports, Map<String, BgpFilter> imports, List<String> notes) {}

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
      exports.put(name, filter(name, "export", object.exportV4(), object.exportV6(), notes));
      imports.put(name, filter(name, "import", object.importV4(), object.importV6(), notes));
    }
    return new Filters(exports, imports, notes);
  }

  private static BgpFilter filter(
      String name, String direction, List<Rule> ipv4, List<Rule> ipv6, List<String> notes) {
    return new BgpFilter(
        name,
        rules(name, direction + "V4", ipv4, notes),
        rules(name, direction + "V6", ipv6, notes));
  }

  private static List<FilterRule> rules(
      String name, String field, List<Rule> rules, List<String> notes) {
    var read = new ArrayList<FilterRule>();
    for (int i = 0; i < rules.size(); i++) {
      Optional<FilterRule> rule = FilterRules.rule(rules.get(i));
      if (rule.isEmpty()) {
        notes.add(
            "BGPFilter \"%s\": spec.%s[%d] has a community that is none; the filter rejects all routes of its direction until it is mended"
                .formatted(name, field, i));
        return List.of(REJECT_ALL);
      }
      read.add(rule.get());
    }
    return read;
  }
}

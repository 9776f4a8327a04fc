package io.margay.agent.clean;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Dump;
import org.snakeyaml.engine.v2.api.DumpSettings;
import org.snakeyaml.engine.v2.common.FlowStyle;

/** What was found and what became of it, as text. */
final class Report {
  private static final List<String> HEADING = List.of("KIND", "RESULT", "NAME", "WHY");

  private final List<Cleanup.Outcome> outcomes;
  private final boolean dryRun;

  Report(List<Cleanup.Outcome> outcomes, boolean dryRun) {
    this.outcomes = List.copyOf(outcomes);
    this.dryRun = dryRun;
  }

  /** Whether something that should be gone is there still. */
  boolean isIncomplete() {
    return outcomes.stream().anyMatch(outcome -> !outcome.stays().isEmpty());
  }

  String text(Options.Format format) {
    return switch (format) {
      case TABLE -> table();
      case JSON -> json();
      case YAML -> yaml();
    };
  }

  private String result(Cleanup.Outcome outcome) {
    return outcome.stays().isEmpty() ? (dryRun ? "would go" : "removed") : "stays";
  }

  private List<Map<String, String>> rows() {
    return outcomes.stream()
        .map(outcome -> {
          Map<String, String> row = new LinkedHashMap<>();
          row.put("kind", outcome.item().kind());
          row.put("result", result(outcome));
          row.put("name", outcome.item().name());
          row.put("why", outcome.item().why());
          row.put("reason", outcome.stays());
          return row;
        })
        .toList();
  }

  private String json() {
    try {
      return JsonMapper.builder()
              .build()
              .writerWithDefaultPrettyPrinter()
              .writeValueAsString(rows())
          + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("rows of text can be written", e);
    }
  }

  private String yaml() {
    var settings = DumpSettings.builder().setDefaultFlowStyle(FlowStyle.BLOCK).build();
    return new Dump(settings).dumpToString(rows());
  }

  /** Columns as kubectl prints them; the last one, the reason, may be of any length. */
  private String table() {
    if (outcomes.isEmpty()) {
      return "Nothing of ours is on this node.\n";
    }
    var lines = new ArrayList<List<String>>();
    lines.add(HEADING);
    for (Cleanup.Outcome outcome : outcomes) {
      Item item = outcome.item();
      String why =
          outcome.stays().isEmpty() ? item.why() : item.why() + "; stays: " + outcome.stays();
      lines.add(List.of(item.kind(), result(outcome), item.name(), why));
    }
    var out = new StringBuilder();
    int last = HEADING.size() - 1;
    for (List<String> line : lines) {
      for (int i = 0; i < last; i++) {
        int column = i;
        int width = lines.stream().mapToInt(each -> each.get(column).length()).max().orElse(0);
        out.append(line.get(i)).append(" ".repeat(width + 2 - line.get(i).length()));
      }
      out.append(line.get(last)).append('\n');
    }
    return out.toString();
  }
}

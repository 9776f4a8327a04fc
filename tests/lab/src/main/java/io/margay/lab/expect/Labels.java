package io.margay.lab.expect;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.stream.StreamSupport;

/** LabelSelector, as its documentation in the API says: all requirements are ANDed. */
final class Labels {
  private Labels() {}

  static Map<String, String> of(JsonNode object) {
    var labels = new LinkedHashMap<String, String>();
    object.properties().forEach(e -> labels.put(e.getKey(), e.getValue().asText()));
    return labels;
  }

  /** An empty selector selects all. */
  static boolean select(JsonNode selector, Map<String, String> labels) {
    for (Map.Entry<String, JsonNode> wanted : selector.path("matchLabels").properties()) {
      if (!wanted.getValue().asText().equals(labels.get(wanted.getKey()))) {
        return false;
      }
    }
    for (JsonNode expression : selector.path("matchExpressions")) {
      if (!holds(expression, labels)) {
        return false;
      }
    }
    return true;
  }

  private static boolean holds(JsonNode expression, Map<String, String> labels) {
    String value = labels.get(expression.path("key").asText());
    boolean listed =
        value != null
            && StreamSupport.stream(expression.path("values").spliterator(), false)
                .anyMatch(each -> each.asText().equals(value));
    String operator = expression.path("operator").asText();
    return switch (operator) {
      case "In" -> listed;
      case "NotIn" -> !listed;
      case "Exists" -> value != null;
      case "DoesNotExist" -> value == null;
      default -> throw new IllegalArgumentException("operator of a label selector: " + operator);
    };
  }
}

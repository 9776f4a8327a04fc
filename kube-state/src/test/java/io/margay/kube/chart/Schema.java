package io.margay.kube.chart;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A structural schema of a CRD, as far as ours use it. Stricter than the API server: a field that
 * is not modelled is told, even where the server would keep it.
 */
final class Schema {
  private final List<String> problems = new ArrayList<>();

  private Schema() {}

  /** What the server would refuse or prune, with paths. */
  static List<String> check(Map<?, ?> schema, Object value) {
    var check = new Schema();
    check.value(schema, value, "");
    return check.problems;
  }

  private void value(Map<?, ?> schema, Object value, String path) {
    if (value == null) {
      if (!Boolean.TRUE.equals(schema.get("nullable"))) {
        problems.add(path + " is null");
      }
      return;
    }
    if (Boolean.TRUE.equals(schema.get("x-kubernetes-int-or-string"))) {
      expect(value instanceof Integer || value instanceof String, value, "number or text", path);
      return;
    }
    switch (String.valueOf(schema.get("type"))) {
      case "object" -> object(schema, value, path);
      case "array" -> array(schema, value, path);
      case "string" -> string(schema, value, path);
      case "boolean" -> expect(value instanceof Boolean, value, "boolean", path);
      case "integer" ->
          expect(value instanceof Integer || value instanceof Long, value, "integer", path);
      case "number" -> expect(value instanceof Number, value, "number", path);
      default -> problems.add(path + ": the schema gives no type");
    }
  }

  private void string(Map<?, ?> schema, Object value, String path) {
    expect(value instanceof String, value, "string", path);
    if (schema.get("enum") instanceof List<?> words && !words.contains(value)) {
      problems.add(path + " is " + value + ", not of " + words);
    }
  }

  private void array(Map<?, ?> schema, Object value, String path) {
    if (!(value instanceof List<?> list)) {
      problems.add(path + " is no array");
      return;
    }
    for (int i = 0; i < list.size(); i++) {
      value((Map<?, ?>) schema.get("items"), list.get(i), path + "[" + i + "]");
    }
  }

  private void object(Map<?, ?> schema, Object value, String path) {
    if (!(value instanceof Map<?, ?> map)) {
      problems.add(path + " is no object");
      return;
    }
    if (schema.get("required") instanceof List<?> required) {
      required.stream()
          .filter(name -> !map.containsKey(name))
          .forEach(name -> problems.add(path + "." + name + " is required"));
    }
    Map<?, ?> properties = schema.get("properties") instanceof Map<?, ?> p ? p : Map.of();
    map.forEach((name, child) -> {
      if (properties.get(name) instanceof Map<?, ?> property) {
        value(property, child, path + "." + name);
      } else if (schema.get("additionalProperties") instanceof Map<?, ?> any) {
        value(any, child, path + "." + name);
      } else if (!properties.isEmpty()) {
        problems.add(path + "." + name + " is not modelled");
      }
    });
  }

  private void expect(boolean right, Object value, String what, String path) {
    if (!right) {
      problems.add(path + " is " + value + ", no " + what);
    }
  }
}

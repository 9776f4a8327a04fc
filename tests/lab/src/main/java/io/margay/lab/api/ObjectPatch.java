package io.margay.lab.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Patches as the API server understands them. */
final class ObjectPatch {
  /** Lists whose elements a strategic patch finds by a key; all others are replaced. */
  private static final Map<String, String> MERGE_KEYS =
      Map.of(
          "conditions", "type",
          "addresses", "type",
          "podIPs", "ip",
          "containers", "name",
          "env", "name",
          "volumes", "name",
          "ports", "containerPort",
          "taints", "key");

  private ObjectPatch() {}

  /** RFC 7386. */
  static JsonNode merge(JsonNode target, JsonNode patch) {
    return apply(target, patch, false);
  }

  /** Kubernetes' strategic merge, for the lists that the built-in kinds merge by key. */
  static JsonNode strategic(JsonNode target, JsonNode patch) {
    return apply(target, patch, true);
  }

  private static JsonNode apply(@Nullable JsonNode target, JsonNode patch, boolean strategic) {
    if (!(patch instanceof ObjectNode changes)) {
      return patch.deepCopy();
    }
    ObjectNode result =
        target instanceof ObjectNode object ? object.deepCopy() : changes.objectNode();
    for (Map.Entry<String, JsonNode> change : changes.properties()) {
      String field = change.getKey();
      JsonNode value = change.getValue();
      if (value.isNull()) {
        result.remove(field);
      } else if (strategic && mergesByKey(field, result.get(field), value)) {
        mergeList((ArrayNode) result.get(field), (ArrayNode) value, MERGE_KEYS.get(field));
      } else if (!field.startsWith("$")) {
        result.set(field, apply(result.get(field), value, strategic));
      }
    }
    return result;
  }

  private static boolean mergesByKey(String field, @Nullable JsonNode target, JsonNode value) {
    return target instanceof ArrayNode
        && value instanceof ArrayNode
        && MERGE_KEYS.containsKey(field);
  }

  private static void mergeList(ArrayNode target, ArrayNode patch, @Nullable String key) {
    for (JsonNode element : patch) {
      int at = indexOf(target, key, element.path(key));
      boolean delete = element.path("$patch").asText().equals("delete");
      if (at < 0 && !delete) {
        target.add(element.deepCopy());
      } else if (at >= 0 && delete) {
        target.remove(at);
      } else if (at >= 0) {
        target.set(at, apply(target.get(at), element, true));
      }
    }
  }

  private static int indexOf(ArrayNode list, @Nullable String key, JsonNode value) {
    for (int i = 0; i < list.size(); i++) {
      if (list.get(i).path(key).equals(value)) {
        return i;
      }
    }
    return -1;
  }
}

package io.margay.kube.status;

import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Parsed objects that are read, changed in a few places, and written back whole. */
final class Trees {
  private Trees() {}

  /** A copy of a member's members; empty when it has none. */
  static Map<String, Object> members(Map<String, Object> object, String name) {
    return members(object.get(name));
  }

  /** A copy of the members of what should be an object. */
  static Map<String, Object> members(@Nullable Object object) {
    var members = new LinkedHashMap<String, Object>();
    if (object instanceof Map<?, ?> map) {
      map.forEach((key, value) -> members.put(String.valueOf(key), value));
    }
    return members;
  }

  /** A member that is a text; empty when it is missing or something else. */
  static String text(Map<String, Object> object, String name) {
    return object.get(name) instanceof String text ? text : "";
  }
}

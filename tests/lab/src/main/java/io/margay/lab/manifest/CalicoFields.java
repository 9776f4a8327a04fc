package io.margay.lab.manifest;

import io.margay.foundation.tree.Tree;
import io.margay.lab.api.ResourceKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** The fields of Calico's kinds, from the table calico-fields.yaml. */
final class CalicoFields {
  private static final Map<?, ?> TABLE = load();
  private static final String CIDR = "cidr";

  private CalicoFields() {}

  static boolean know(ResourceKind kind) {
    return TABLE.containsKey(kind.kind());
  }

  static void check(ResourceKind kind, Tree object) {
    object.only("apiVersion", "kind", "metadata", "spec", "status");
    Object fields = TABLE.get(kind.kind());
    if (fields != null) {
      check(fields, object.at("spec"));
    }
  }

  private static void check(Object shape, Tree value) {
    switch (shape) {
      case Map<?, ?> fields -> {
        value.only(fields.keySet().stream().map(String::valueOf).toArray(String[]::new));
        fields.forEach((name, inner) -> {
          if (inner != null) {
            check(inner, value.at(String.valueOf(name)));
          }
        });
      }
      case List<?> list -> value.items().forEach(item -> list.forEach(s -> check(s, item)));
      case String word when word.equals(CIDR) -> value.prefix();
      default -> throw new IllegalStateException("calico-fields.yaml: " + shape);
    }
  }

  private static Map<?, ?> load() {
    try (InputStream in = CalicoFields.class.getResourceAsStream("/calico-fields.yaml")) {
      if (in != null
          && new Load(LoadSettings.builder().build()).loadFromInputStream(in)
              instanceof Map<?, ?> m) {
        return m;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw new IllegalStateException("calico-fields.yaml is not on the class path");
  }
}

package io.margay.lab.manifest;

import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.lab.api.ResourceKind;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** Calico's kinds as the chart's CustomResourceDefinitions describe them. */
final class CalicoFields {
  /** A schema calls these texts; that they are networks is only in their description. */
  private static final Set<String> NETWORKS = Set.of("cidr", "reservedCIDRs", "nets", "notNets");

  private static final Map<ResourceKind, Optional<Tree>> SCHEMAS = new ConcurrentHashMap<>();

  private CalicoFields() {}

  static boolean know(ResourceKind kind) {
    return schema(kind).isPresent();
  }

  static void check(ResourceKind kind, Tree object) {
    schema(kind).ifPresent(schema -> check(schema, object.at("spec"), "spec"));
    object.only("apiVersion", "kind", "metadata", "spec", "status");
  }

  private static void check(Tree schema, Tree value, String name) {
    if (!value.isPresent()) {
      return;
    }
    switch (schema.at("type").text("")) {
      case "object" -> checkObject(schema, value);
      case "array" -> value.items().forEach(item -> check(schema.at("items"), item, name));
      case "string" -> checkText(schema, value, name);
      case "boolean" -> {
        boolean _ = value.flag(false);
      }
      case "integer" -> {
        var _ = value.integer(Long.MIN_VALUE, Long.MAX_VALUE);
      }
      default -> {
        // A number or a text, as AS numbers are: whoever reads it says more.
      }
    }
  }

  private static void checkObject(Tree schema, Tree value) {
    Map<String, Tree> fields = schema.at("properties").entries();
    if (fields.isEmpty()) {
      return;
    }
    value.only(fields.keySet().toArray(String[]::new));
    fields.forEach((name, inner) -> check(inner, value.at(name), name));
    for (Tree required : schema.at("required").items()) {
      Tree member = value.at(required.text(""));
      if (!member.isPresent()) {
        member.problem("something: it is required");
      }
    }
  }

  private static void checkText(Tree schema, Tree value, String name) {
    if (NETWORKS.contains(name)) {
      var _ = value.prefix();
      return;
    }
    Optional<String> text = value.text();
    var words = schema.at("enum").items().stream().map(word -> word.text("")).toList();
    if (!words.isEmpty() && text.isPresent() && !words.contains(text.get())) {
      value.problem("one of " + String.join(", ", words));
    }
  }

  private static Optional<Tree> schema(ResourceKind kind) {
    return SCHEMAS.computeIfAbsent(kind, CalicoFields::load);
  }

  private static Optional<Tree> load(ResourceKind kind) {
    String group = kind.apiVersion().replaceFirst("/.*", "");
    String file = "/crds/" + group + "_" + kind.plural() + ".yaml";
    try (InputStream in = CalicoFields.class.getResourceAsStream(file)) {
      if (in == null) {
        return Optional.empty();
      }
      Object crd = new Load(LoadSettings.builder().setLabel(file).build()).loadFromInputStream(in);
      Tree version = Tree.of(file, crd, new Problems()).at("spec", "versions").items().getFirst();
      return Optional.of(version.at("schema", "openAPIV3Schema", "properties", "spec"));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }
}

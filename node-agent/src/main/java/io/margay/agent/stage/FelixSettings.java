package io.margay.agent.stage;

import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;

/**
 * What the FelixConfigurations say to a node, by Felix's order: its own, one that selects it, and
 * the cluster's. The environment, which stands before them, is the caller's to ask.
 *
 * @param objects the specs, the one that counts first
 */
record FelixSettings(List<Tree> objects) {
  /**
   * Those of a node.
   *
   * @param problems told what cannot be used
   */
  static FelixSettings of(ClusterImage image, NodeName self, Problems problems) {
    var objects = new ArrayList<FelixConfiguration>();
    Optional.ofNullable(image.felixConfigurations().get("node." + self)).ifPresent(objects::add);
    Node node = image.nodes().get(self);
    Map<String, String> labels = node == null ? Map.of() : node.labels();
    image.felixConfigurations().values().stream()
        .filter(object -> !object.nodeSelector().isEmpty())
        .filter(object -> PoolStage.matches(object.nodeSelector(), labels))
        .sorted(Comparator.comparing(FelixConfiguration::name))
        .forEach(objects::add);
    Optional.ofNullable(image.felixConfigurations().get("default")).ifPresent(objects::add);
    return new FelixSettings(
        objects.stream()
            .map(object ->
                Tree.of(
                    "FelixConfiguration \"" + object.name() + "\": spec",
                    object.settings(),
                    problems))
            .toList());
  }

  /** The first that says true or false. */
  Optional<Boolean> flag(String name) {
    return first(
        name,
        tree -> {
          boolean value = tree.flag(false); // notes what is none
          return tree.raw().filter(Boolean.class::isInstance).map(_ -> value);
        });
  }

  /** A number of 0 says nothing, wherever it stands. */
  int number(int environment, String name, int most, int fallback) {
    if (environment != 0) {
      return environment;
    }
    return first(name, tree -> Optional.of(tree.integer(0, most, 0)).filter(number -> number != 0))
        .orElse(fallback);
  }

  /** The first that says something the reader understands. */
  <T> Optional<T> first(String name, Function<Tree, Optional<T>> reader) {
    for (Tree object : objects) {
      Optional<T> value = reader.apply(object.at(name));
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }
}

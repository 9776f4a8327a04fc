package io.margay.lab.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts pods on nodes: where they ask to be, else where the fewest are, in the nodes' order. */
public final class Scheduler {
  private Scheduler() {}

  /**
   * Chooses a node.
   *
   * @param pod a Pod object; spec.nodeName passes by the scheduler, as in Kubernetes
   * @param nodes Node objects; those that are cordoned (unschedulable) are only taken by nodeName
   * @param load pods on each node, by its name
   */
  public static Placement choose(JsonNode pod, List<JsonNode> nodes, Map<String, Integer> load) {
    JsonNode spec = pod.path("spec");
    if (spec.hasNonNull("nodeName")) {
      String name = spec.path("nodeName").asText();
      boolean known = nodes.stream().anyMatch(node -> name(node).equals(name));
      return known
          ? new Placement.On(name)
          : new Placement.Nowhere("spec.nodeName is \"" + name + "\"; there is no such node");
    }
    var reasons = new ArrayList<String>();
    var candidates = new ArrayList<String>();
    for (JsonNode node : nodes) {
      refusal(spec, node)
          .ifPresentOrElse(
              why -> reasons.add(name(node) + " " + why), () -> candidates.add(name(node)));
    }
    return candidates.stream()
        .min(Comparator.comparingInt(name -> load.getOrDefault(name, 0)))
        .<Placement>map(Placement.On::new)
        .orElseGet(() -> new Placement.Nowhere("no node takes it: " + String.join(", ", reasons)));
  }

  private static Optional<String> refusal(JsonNode spec, JsonNode node) {
    if (node.path("spec").path("unschedulable").asBoolean()) {
      return Optional.of("is cordoned");
    }
    for (Map.Entry<String, JsonNode> wanted : spec.path("nodeSelector").properties()) {
      JsonNode has = node.path("metadata").path("labels").path(wanted.getKey());
      if (!has.equals(wanted.getValue())) {
        return Optional.of("has not " + wanted.getKey() + "=" + wanted.getValue().asText());
      }
    }
    return Optional.empty();
  }

  private static String name(JsonNode node) {
    return node.path("metadata").path("name").asText();
  }
}

package io.margay.lab.kubelet;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A conflist: the chain of plugins of a network, and what each one is fed. As libcni does it.
 *
 * @param plugins as written, in order
 */
record NetworkConfig(String name, String cniVersion, List<ObjectNode> plugins) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * Reads a conflist, or a plain conf as a chain of one.
   *
   * @throws PodNetworkException when it is neither
   */
  static NetworkConfig read(String file, String text) {
    try {
      JsonNode root = JSON.readTree(text);
      var plugins = new ArrayList<ObjectNode>();
      Iterable<JsonNode> listed = root.has("plugins") ? root.path("plugins") : List.of(root);
      for (JsonNode plugin : listed) {
        if (!(plugin instanceof ObjectNode object) || !plugin.hasNonNull("type")) {
          throw new PodNetworkException(file + ": a plugin without a type");
        }
        plugins.add(object);
      }
      String version = root.path("cniVersion").asText("0.2.0");
      return new NetworkConfig(root.path("name").asText(), version, List.copyOf(plugins));
    } catch (JsonProcessingException e) {
      throw new PodNetworkException(file + " is not JSON: " + e.getOriginalMessage());
    }
  }

  /** What the plugin at this place reads from its standard input. */
  String stdin(int plugin, PodSpec pod, Optional<JsonNode> previousResult) {
    ObjectNode config = plugins.get(plugin).deepCopy();
    config.put("name", name).put("cniVersion", cniVersion);
    ObjectNode runtime = runtimeConfig(config.path("capabilities"), pod);
    if (!runtime.isEmpty()) {
      config.set("runtimeConfig", runtime);
    }
    previousResult.ifPresent(result -> config.set("prevResult", result));
    return config.toString();
  }

  /** From 0.4.0 on a DEL is told what the ADD had answered. */
  boolean delTakesPreviousResult() {
    return !cniVersion.matches("0\\.[0-3]\\..*");
  }

  private static ObjectNode runtimeConfig(JsonNode capabilities, PodSpec pod) {
    ObjectNode runtime = JSON.createObjectNode();
    if (capabilities.path("portMappings").asBoolean()) {
      ArrayNode mappings = JSON.createArrayNode();
      for (PodSpec.Port port : pod.ports()) {
        if (port.hostPort() > 0) {
          mappings
              .addObject()
              .put("hostPort", port.hostPort())
              .put("containerPort", port.containerPort())
              .put("protocol", port.protocol().toLowerCase(Locale.ROOT));
        }
      }
      if (!mappings.isEmpty()) {
        runtime.set("portMappings", mappings);
      }
    }
    if (capabilities.path("bandwidth").asBoolean()) {
      ObjectNode bandwidth = JSON.createObjectNode();
      pod.ingressBitsPerSecond().ifPresent(rate -> rate(bandwidth, "ingress", rate));
      pod.egressBitsPerSecond().ifPresent(rate -> rate(bandwidth, "egress", rate));
      if (!bandwidth.isEmpty()) {
        runtime.set("bandwidth", bandwidth);
      }
    }
    return runtime;
  }

  // The burst that container runtimes give: the most a 32-bit bucket holds.
  private static void rate(ObjectNode bandwidth, String direction, long bitsPerSecond) {
    bandwidth.put(direction + "Rate", bitsPerSecond).put(direction + "Burst", Integer.MAX_VALUE);
  }
}

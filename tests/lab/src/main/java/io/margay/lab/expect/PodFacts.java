package io.margay.lab.expect;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.foundation.addr.Ip;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What policies look at in a pod.
 *
 * @param namedPorts port number by "protocol/name", protocols in capitals
 */
public record PodFacts(
    String namespace,
    String name,
    Map<String, String> labels,
    Ip ip,
    Map<String, Integer> namedPorts) {
  public PodFacts {
    labels = Map.copyOf(labels);
    namedPorts = Map.copyOf(namedPorts);
  }

  /** Of a Pod object with this address. */
  public static PodFacts of(JsonNode pod, Ip ip) {
    JsonNode metadata = pod.path("metadata");
    var named = new LinkedHashMap<String, Integer>();
    for (JsonNode container : pod.path("spec").path("containers")) {
      for (JsonNode port : container.path("ports")) {
        if (port.hasNonNull("name")) {
          String protocol = port.path("protocol").asText("TCP");
          named.put(
              protocol + "/" + port.path("name").asText(), port.path("containerPort").asInt());
        }
      }
    }
    return new PodFacts(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        Labels.of(metadata.path("labels")),
        ip,
        named);
  }
}

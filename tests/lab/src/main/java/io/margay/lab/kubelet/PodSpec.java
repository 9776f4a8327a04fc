package io.margay.lab.kubelet;

import com.fasterxml.jackson.databind.JsonNode;
import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/** What the container runtime has to know of a Pod object. */
record PodSpec(
    String namespace,
    String name,
    String uid,
    List<Port> ports,
    OptionalLong ingressBitsPerSecond,
    OptionalLong egressBitsPerSecond) {

  private static final Map<String, Long> SUFFIXES =
      Map.of(
          "k",
          1_000L,
          "M",
          1_000_000L,
          "G",
          1_000_000_000L,
          "Ki",
          1L << 10,
          "Mi",
          1L << 20,
          "Gi",
          1L << 30);

  /** A container's port; host port 0: none. */
  record Port(String protocol, int containerPort, int hostPort) {
    /** As labtool wants it: {@code tcp:80}. Only what it can open: not SCTP. */
    Optional<String> door() {
      String lower = protocol.toLowerCase(Locale.ROOT);
      return lower.equals("tcp") || lower.equals("udp")
          ? Optional.of(lower + ":" + containerPort)
          : Optional.empty();
    }
  }

  static PodSpec of(JsonNode pod) {
    JsonNode metadata = pod.path("metadata");
    var ports = new ArrayList<Port>();
    for (JsonNode container : pod.path("spec").path("containers")) {
      for (JsonNode port : container.path("ports")) {
        ports.add(
            new Port(
                port.path("protocol").asText("TCP"),
                port.path("containerPort").asInt(),
                port.path("hostPort").asInt()));
      }
    }
    JsonNode annotations = metadata.path("annotations");
    return new PodSpec(
        metadata.path("namespace").asText(),
        metadata.path("name").asText(),
        metadata.path("uid").asText(),
        List.copyOf(ports),
        rate(annotations.path("kubernetes.io/ingress-bandwidth")),
        rate(annotations.path("kubernetes.io/egress-bandwidth")));
  }

  /** A quantity such as 10M. */
  private static OptionalLong rate(JsonNode annotation) {
    String text = annotation.asText().strip();
    String number = text.replaceFirst("[a-zA-Z]*$", "");
    Long factor =
        text.equals(number) ? Long.valueOf(1) : SUFFIXES.get(text.substring(number.length()));
    return factor == null || !number.matches("\\d+(\\.\\d+)?")
        ? OptionalLong.empty()
        : OptionalLong.of(new BigDecimal(number).multiply(BigDecimal.valueOf(factor)).longValue());
  }

  /** Its path on the API server. */
  String path() {
    return "/api/v1/namespaces/" + namespace + "/pods/" + name;
  }

  /** The ports that a responder is to open, each one once. */
  List<String> doors() {
    return ports.stream().flatMap(port -> port.door().stream()).distinct().toList();
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

package io.margay.lab.probe;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * A pod that runs, as a place to probe from and to.
 *
 * @param object the Pod object
 */
public record PodEndpoint(
    String namespace,
    String name,
    String uid,
    String node,
    Ip ip,
    List<Door> doors,
    JsonNode object) {

  /** A port that something answers on. */
  public record Door(String protocol, int port) {
    @Override
    public String toString() {
      return protocol + "/" + port;
    }
  }

  public PodEndpoint {
    doors = List.copyOf(doors);
  }

  /** The pod, when it runs and has an address. */
  public static Optional<PodEndpoint> of(JsonNode pod) {
    Optional<Ip> ip = Ip.parse(pod.path("status").path("podIP").asText());
    boolean ending = pod.path("metadata").hasNonNull("deletionTimestamp");
    if (ip.isEmpty() || ending || !pod.path("status").path("phase").asText().equals("Running")) {
      return Optional.empty();
    }
    return Optional.of(
        new PodEndpoint(
            pod.path("metadata").path("namespace").asText(),
            pod.path("metadata").path("name").asText(),
            pod.path("metadata").path("uid").asText(),
            pod.path("spec").path("nodeName").asText(),
            ip.get(),
            doors(pod),
            pod));
  }

  /** All its addresses, the one that its status has first. */
  public List<Ip> ips() {
    var ips = new ArrayList<Ip>();
    for (JsonNode each : object.path("status").path("podIPs")) {
      Ip.parse(each.path("ip").asText()).ifPresent(ips::add);
    }
    return ips;
  }

  private static List<Door> doors(JsonNode pod) {
    var doors = new ArrayList<Door>();
    for (JsonNode container : pod.path("spec").path("containers")) {
      for (JsonNode port : container.path("ports")) {
        String protocol = port.path("protocol").asText("TCP").toLowerCase(Locale.ROOT);
        var door = new Door(protocol, port.path("containerPort").asInt());
        if (!protocol.equals("sctp") && !doors.contains(door)) {
          doors.add(door);
        }
      }
    }
    return doors;
  }

  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}

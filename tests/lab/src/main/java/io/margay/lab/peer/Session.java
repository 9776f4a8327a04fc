package io.margay.lab.peer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A BGP session as one end tells it.
 *
 * @param state in that program's word, for people
 */
public record Session(Ip peer, boolean established, String state) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** GoBGP's API counts states from 1: idle, connect, active, open sent, open confirm, this. */
  private static final int GOBGP_ESTABLISHED = 6;

  /** Of {@code birdc show protocols}: sessions are named after their peer, as Calico names them. */
  public static List<Session> ofBird(String protocols) {
    var sessions = new ArrayList<Session>();
    for (String line : protocols.lines().toList()) {
      List<String> words = List.of(line.strip().split("\\s+"));
      if (words.size() < 6 || !words.get(1).equals("BGP")) {
        continue;
      }
      String address = words.getFirst().replaceFirst("^[A-Za-z]+_", "").replace('_', '.');
      String info = String.join(" ", words.subList(5, words.size()));
      Ip.parse(address)
          .ifPresent(ip -> sessions.add(new Session(ip, info.startsWith("Established"), info)));
    }
    return sessions;
  }

  /** Of FRR's {@code show bgp ipv4 unicast summary json}. */
  public static List<Session> ofFrr(String summary) {
    var sessions = new ArrayList<Session>();
    for (Map.Entry<String, JsonNode> peer : json(summary).path("peers").properties()) {
      String state = peer.getValue().path("state").asText();
      Ip.parse(peer.getKey())
          .ifPresent(ip -> sessions.add(new Session(ip, state.equals("Established"), state)));
    }
    return sessions;
  }

  /** Of {@code gobgp neighbor -j}. */
  public static List<Session> ofGobgp(String neighbors) {
    var sessions = new ArrayList<Session>();
    for (JsonNode neighbor : json(neighbors)) {
      int state = neighbor.path("state").path("session_state").asInt();
      Ip.parse(neighbor.path("conf").path("neighbor_address").asText())
          .ifPresent(ip ->
              sessions.add(
                  new Session(
                      ip,
                      state == GOBGP_ESTABLISHED,
                      state == GOBGP_ESTABLISHED ? "Established" : "state " + state)));
    }
    return sessions;
  }

  /**
   * Of {@code ss -Htn state established}: a connection from or to port 179 is all that the kernel
   * knows of a session.
   */
  public static List<Session> ofSockets(String sockets) {
    var sessions = new ArrayList<Session>();
    for (String line : sockets.lines().toList()) {
      List<String> words = List.of(line.strip().split("\\s+"));
      if (words.size() < 4) {
        continue;
      }
      String local = words.get(2);
      String remote = words.get(3);
      if (local.endsWith(":179") || remote.endsWith(":179")) {
        address(remote).ifPresent(ip -> sessions.add(new Session(ip, true, "connected")));
      }
    }
    return sessions;
  }

  /** 10.0.0.1 of 10.0.0.1:179, and of [::ffff:10.0.0.1]:179. */
  private static Optional<Ip> address(String endpoint) {
    String address = endpoint.substring(0, endpoint.lastIndexOf(':'));
    return Ip.parse(address.replaceAll("[\\[\\]]|::ffff:|%.*", ""));
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
  }
}

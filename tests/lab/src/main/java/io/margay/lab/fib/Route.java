package io.margay.lab.fib;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A line of {@code ip route}.
 *
 * @param type unicast, blackhole and so on
 * @param via the next hop; absent for one that is directly there
 * @param line what the program printed, without the numbers of FRR's next-hop objects, which say
 *     nothing
 */
public record Route(
    Prefix destination,
    String type,
    Optional<Ip> via,
    String device,
    String protocol,
    String line) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Of {@code ip -j route}. */
  public static List<Route> read(String text) {
    JsonNode all;
    try {
      all = JSON.readTree(text.isBlank() ? "[]" : text);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException("not JSON: " + text, e);
    }
    var routes = new ArrayList<Route>();
    for (JsonNode each : all) {
      ObjectNode line = each.deepCopy();
      line.remove("nhid");
      destination(each.path("dst").asText())
          .ifPresent(destination ->
              routes.add(
                  new Route(
                      destination,
                      each.path("type").asText("unicast"),
                      Ip.parse(each.path("gateway").asText()),
                      each.path("dev").asText(),
                      each.path("protocol").asText("boot"),
                      line.toString())));
    }
    return routes;
  }

  private static Optional<Prefix> destination(String text) {
    if (text.equals("default")) {
      return Optional.of(Prefix.ALL_IPV4);
    }
    return text.contains("/") ? Prefix.parse(text) : Ip.parse(text).map(Ip::asPrefix);
  }

  /** For people: {@code via 172.30.2.13 dev tunl0}. */
  public String way() {
    if (!type.equals("unicast")) {
      return type;
    }
    return via.map(ip -> "via " + ip + " ").orElse("") + "dev " + device;
  }
}

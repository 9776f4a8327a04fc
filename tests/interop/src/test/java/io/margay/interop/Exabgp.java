package io.margay.interop;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.foundation.addr.Family;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;

/**
 * ExaBGP, which is no router: it writes down what it hears, and says what it is told to say. Its
 * table is made here from what it wrote. It always dials, and never listens.
 */
final class Exabgp implements Daemon {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Wire wire;
  private final Path folder;
  private final Path heard;
  private final Path orders;
  private final Peering peering;
  private final TreeSet<String> announced = new TreeSet<>();
  private Optional<Child> child = Optional.empty();

  Exabgp(Wire wire, Path folder, Peering peering) {
    this.wire = wire;
    this.folder = folder;
    this.heard = folder.resolve("exabgp.json");
    this.orders = folder.resolve("exabgp.orders");
    this.peering = peering;
  }

  /** One session: is it up, what was announced in it, and how many UPDATEs came. */
  private static final class Session {
    /** By prefix and path identifier. */
    final Map<String, Map<String, String>> routes = new LinkedHashMap<>();

    boolean up;
    long updates;
  }

  @Override
  public void start(boolean restarted) throws Exception {
    Path config = folder.resolve("exabgp.conf");
    Files.writeString(config, config());
    Files.writeString(heard, "");
    Files.deleteIfExists(orders);
    wire.run(Wire.End.THERE, "mkfifo", orders.toString());
    child =
        Optional.of(
            wire.start(
                Wire.End.THERE,
                folder.resolve("exabgp.log"),
                "env",
                "exabgp.daemon.user=root",
                "exabgp.log.destination=stdout",
                "exabgp.api.cli=false",
                "/usr/sbin/exabgp",
                config.toString()));
  }

  @Override
  public void kill() {
    child.ifPresent(Wire::kill);
  }

  @Override
  public void announce(String prefix) throws IOException {
    announced.add(prefix);
    order("neighbor " + margay(prefix) + " announce route " + prefix + " next-hop self");
  }

  @Override
  public void withdraw(String prefix) throws IOException {
    announced.remove(prefix);
    order("neighbor " + margay(prefix) + " withdraw route " + prefix + " next-hop self");
  }

  @Override
  public String route(String prefix) throws IOException {
    return String.join("\n", known(prefix).values());
  }

  @Override
  public int paths(String prefix) throws IOException {
    return known(prefix).size();
  }

  private Map<String, String> known(String prefix) throws IOException {
    return sessions().get(margay(prefix)).routes.getOrDefault(prefix, Map.of());
  }

  @Override
  public boolean isEstablished() throws IOException {
    return sessions().values().stream().allMatch(session -> session.up);
  }

  @Override
  public long updates(Family family) throws IOException {
    return sessions().get(family == Family.IPV4 ? Wire.MARGAY : Wire.MARGAY6).updates;
  }

  @Override
  public void refresh() throws IOException {
    order("neighbor " + Wire.MARGAY + " announce route-refresh ipv4 unicast");
    order("neighbor " + Wire.MARGAY6 + " announce route-refresh ipv6 unicast");
  }

  @Override
  public String story() throws IOException {
    return Files.readString(folder.resolve("exabgp.log")) + Files.readString(heard);
  }

  @Override
  public void close() {
    kill();
  }

  private static String margay(String prefix) {
    return prefix.contains(":") ? Wire.MARGAY6 : Wire.MARGAY;
  }

  private void order(String line) {
    if (child.isPresent() && child.get().isAlive()) {
      // A FIFO: its reader holds it open, so that one writer after the other may come and go.
      wire.run(Wire.End.THERE, "sh", "-c", "echo '" + line + "' >" + orders);
    }
  }

  private Map<String, Session> sessions() throws IOException {
    var sessions = new LinkedHashMap<String, Session>();
    sessions.put(Wire.MARGAY, new Session());
    sessions.put(Wire.MARGAY6, new Session());
    for (String line : Files.readString(heard).split("\n", -1)) {
      take(line, sessions);
    }
    return sessions;
  }

  private static void take(String line, Map<String, Session> sessions) {
    JsonNode neighbour;
    try {
      neighbour = JSON.readTree(line).path("neighbor");
    } catch (JsonProcessingException e) {
      return; // "done" behind an order, or a line that is being written
    }
    Session session = sessions.get(neighbour.path("address").path("peer").asText());
    if (session == null) {
      return;
    }
    if (neighbour.has("state")) {
      session.up = neighbour.path("state").asText().equals("up");
      if (!session.up) {
        session.routes.clear();
        session.updates = 0;
      }
    }
    JsonNode update = neighbour.path("message").path("update");
    if (update.isObject()) {
      session.updates++;
      update
          .path("withdraw")
          .forEach(family ->
              family.forEach(r ->
                  session
                      .routes
                      .getOrDefault(r.path("nlri").asText(), new LinkedHashMap<>())
                      .remove(r.path("path-information").asText())));
      String attributes = update.path("attribute").toString();
      update
          .path("announce")
          .forEach(family ->
              family.forEach(hop ->
                  hop.forEach(r ->
                      session
                          .routes
                          .computeIfAbsent(r.path("nlri").asText(), _ -> new LinkedHashMap<>())
                          .put(r.path("path-information").asText(), attributes))));
    }
  }

  private String config() {
    return """
    process margay {
      run /bin/sh -c "exec 3<&0; cat <&3 >>%s & exec cat <>%s";
      encoder json;
    }
    """
            .formatted(heard, orders)
        + neighbour(Wire.MARGAY, Wire.OTHER, "ipv4")
        + neighbour(Wire.MARGAY6, Wire.OTHER6, "ipv6");
  }

  private String neighbour(String margay, String local, String family) {
    var routes = new StringBuilder();
    for (String prefix : announced) {
      if (margay(prefix).equals(margay)) {
        routes.append("    route ").append(prefix).append(" next-hop self;\n");
      }
    }
    String guard =
        switch (peering.guard()) {
          case NONE -> "outgoing-ttl 64;";
          case MD5 -> "outgoing-ttl 64; md5-password \"" + Peering.PASSWORD + "\";";
          case GTSM -> "outgoing-ttl 255; incoming-ttl 255;";
        };
    return """
    neighbor %s {
      router-id %s; local-address %s; local-as %d; peer-as %d; hold-time 90; %s
      family { %s unicast; }
      capability { graceful-restart 60; route-refresh enable; %s }
      api { processes [ margay ]; neighbor-changes; receive { parsed; update; } }
      static {
    %s  }
    }
    """
        .formatted(
            margay,
            Wire.OTHER,
            local,
            peering.role().asn(),
            Peering.MARGAY_AS,
            guard,
            family,
            peering.extra() == Peering.Extra.ADD_PATH ? "add-path send/receive;" : "",
            routes);
  }
}

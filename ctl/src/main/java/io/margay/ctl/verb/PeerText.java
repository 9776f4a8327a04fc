package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.Table;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.StringJoiner;

/** BGP's sessions as text. */
final class PeerText {
  private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss");
  private static final DateTimeFormatter DAY = DateTimeFormatter.ofPattern("yyyy-MM-dd");
  private static final DateTimeFormatter FULL = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private static final long DAY_SECONDS = Duration.ofDays(1).toSeconds();

  private PeerText() {}

  static String summary(JsonNode summary) {
    var out = new StringBuilder();
    line(out, "Router id", summary.path("routerId").asText());
    if (summary.has("clusterId")) {
      line(out, "Cluster id", summary.path("clusterId").asText());
    }
    line(
        out,
        "Table",
        summary.path("prefixes").asText()
            + " prefixes, "
            + summary.path("attributeSets").asText()
            + " attribute sets");
    if (summary.path("recovering").asBoolean()) {
      line(out, "Recovering", "waits for " + words(summary.path("waitingFor")));
    }
    for (JsonNode address : summary.path("notListening")) {
      line(out, "Not listening", address.asText());
    }
    if (summary.path("strangers").asLong() > 0) {
      line(out, "Strangers", summary.path("strangers").asText() + " connections refused");
    }
    out.append('\n');
    var table =
        new Table("PEER", "ADDRESS", "AS", "MSG IN", "MSG OUT", "STATE", "SINCE", "RCVD", "SENT");
    for (JsonNode peer : summary.path("peers")) {
      JsonNode counters = peer.path("counters");
      table.row(
          peer.path("name").asText(),
          peer.path("address").asText(),
          peer.path("remoteAs").asText(),
          counters.path("messagesIn").asText(),
          counters.path("messagesOut").asText(),
          state(peer),
          since(peer),
          counters.path("received").asText(),
          counters.path("advertised").asText());
    }
    return out.append(table.isEmpty() ? "No peers.\n" : table.columns()).toString();
  }

  static String table(JsonNode peers) {
    var table =
        new Table(
            "PEER",
            "ADDRESS",
            "AS",
            "TYPE",
            "STATE",
            "SINCE",
            "RECEIVED",
            "ACCEPTED",
            "SENT",
            "LAST ERROR");
    for (JsonNode peer : peers) {
      JsonNode counters = peer.path("counters");
      table.row(
          peer.path("name").asText(),
          peer.path("address").asText(),
          peer.path("remoteAs").asText(),
          peer.path("type").asText(),
          state(peer),
          since(peer),
          counters.path("received").asText(),
          counters.path("accepted").asText(),
          counters.path("advertised").asText(),
          peer.path("lastDown").path("what").asText("-"));
    }
    return table.columns();
  }

  static String full(JsonNode peer) {
    var out = new StringBuilder();
    boolean internal = peer.path("localAs").asLong() == peer.path("remoteAs").asLong();
    line(
        out,
        "Peer",
        "%s (%s), %s port %s"
            .formatted(
                peer.path("name").asText(),
                peer.path("type").asText(),
                peer.path("address").asText(),
                peer.path("port").asText()));
    if (peer.has("range")) {
      line(out, "Range", peer.path("range").asText());
    }
    line(
        out,
        "AS",
        "%s, own %s (%s)"
            .formatted(
                peer.path("remoteAs").asText(),
                peer.path("localAs").asText(),
                internal ? "iBGP" : "eBGP"));
    line(out, "State", state(peer) + " since " + at(peer.path("since").asText()));
    agreed(out, peer.path("agreed"));
    line(out, "Import", peer.path("imports").asText());
    line(out, "Export", peer.path("exports").asText());
    if (peer.has("lastAgreed")) {
      line(out, "Last session", "as it was:");
      agreed(out, peer.path("lastAgreed"));
    }
    counters(out, peer);
    event(out, "Last down", peer.path("lastDown"));
    event(out, "Error sent", peer.path("errorSent"));
    event(out, "Error received", peer.path("errorReceived"));
    var steps = new Table("AT", "FROM", "EVENT", "TO");
    for (JsonNode step : peer.path("steps")) {
      steps.row(
          at(step.path("at").asText()),
          step.path("from").asText(),
          step.path("event").asText(),
          step.path("to").asText());
    }
    if (!steps.isEmpty()) {
      out.append("\nLast steps\n").append(steps.columns());
    }
    return out.toString();
  }

  private static void agreed(StringBuilder out, JsonNode agreed) {
    if (agreed.isMissingNode()) {
      return;
    }
    line(
        out,
        "Connection",
        "%s port %s to port %s, router id %s"
            .formatted(
                agreed.path("localAddress").asText(),
                agreed.path("localPort").asText(),
                agreed.path("remotePort").asText(),
                agreed.path("routerId").asText()));
    line(
        out,
        "Timers",
        "hold %s s, keepalive %s s"
            .formatted(
                agreed.path("holdSeconds").asText(), agreed.path("keepaliveSeconds").asText()));
    line(
        out,
        "Families",
        words(agreed.path("families"))
            + (agreed.path("gracefulRestart").asBoolean() ? ", graceful restart" : ""));
    severalPaths(out, agreed.path("pathsIn"), agreed.path("pathsOut"));
    line(out, "We offered", words(agreed.path("ownCapabilities")));
    line(out, "It offered", words(agreed.path("peerCapabilities")));
  }

  /** Add-path (RFC 7911), where it is agreed on. */
  private static void severalPaths(StringBuilder out, JsonNode in, JsonNode to) {
    var ways = new StringJoiner(", ");
    if (!in.isEmpty()) {
      ways.add("received of " + words(in));
    }
    if (!to.isEmpty()) {
      ways.add("sent of " + words(to));
    }
    if (ways.length() > 0) {
      line(out, "Several paths", ways.toString());
    }
  }

  private static void counters(StringBuilder out, JsonNode peer) {
    JsonNode c = peer.path("counters");
    line(
        out,
        "Routes",
        "%s received, %s accepted, %s sent"
            .formatted(
                c.path("received").asText(),
                c.path("accepted").asText(),
                c.path("advertised").asText()));
    if (!peer.path("staleFamilies").isEmpty()) {
      line(out, "Stale", words(peer.path("staleFamilies")) + ", kept while the peer restarts");
    }
    if (!peer.path("longLivedFamilies").isEmpty()) {
      line(
          out,
          "Long-lived",
          words(peer.path("longLivedFamilies")) + ", away for long: the last choice of all");
    }
    for (JsonNode limit : peer.path("limits")) {
      line(
          out,
          "Limit",
          "%s: %s of %s (warning at %s), then %s"
              .formatted(
                  limit.path("family").asText(),
                  limit.path("received").asText(),
                  limit.path("most").asText(),
                  limit.path("warningAt").asText(),
                  limit.path("action").asText()));
    }
    line(
        out,
        "Messages",
        "%s in (%s updates, %s malformed), %s out (%s updates)"
            .formatted(
                c.path("messagesIn").asText(),
                c.path("updatesIn").asText(),
                c.path("malformed").asText(),
                c.path("messagesOut").asText(),
                c.path("updatesOut").asText()));
    line(out, "Sessions", c.path("established").asText() + " since it was configured");
  }

  private static void event(StringBuilder out, String name, JsonNode event) {
    if (!event.isMissingNode()) {
      line(out, name, event.path("what").asText() + ", " + at(event.path("at").asText()));
    }
  }

  /** A peer that only waits has a state of its own for people, as BIRD has. */
  private static String state(JsonNode peer) {
    String state = peer.path("state").asText();
    return peer.path("passive").asBoolean() && state.equals("Active") ? "Passive" : state;
  }

  /** The time of today, or else the day. */
  private static String since(JsonNode peer) {
    boolean today = peer.path("seconds").asLong() < DAY_SECONDS;
    return (today ? CLOCK : DAY)
        .format(Instant.parse(peer.path("since").asText()).atZone(ZoneId.systemDefault()));
  }

  private static String at(String instant) {
    return FULL.format(Instant.parse(instant).atZone(ZoneId.systemDefault()));
  }

  private static String words(JsonNode list) {
    var out = new StringJoiner(", ");
    list.forEach(word -> out.add(word.asText()));
    return out.length() == 0 ? "-" : out.toString();
  }

  private static void line(StringBuilder out, String name, String value) {
    out.append("%-15s %s\n".formatted(name + ":", value));
  }
}

package io.margay.ctl.verb;

import com.fasterxml.jackson.databind.JsonNode;
import io.margay.ctl.print.LongTable;
import io.margay.ctl.print.RowSink;
import java.io.PrintWriter;
import java.util.Locale;
import java.util.Map;
import java.util.StringJoiner;

/** BGP's routes as text, printed as they come. */
final class RouteText {
  private RouteText() {}

  /** A line a path. */
  static final class Paths implements RowSink {
    private final LongTable table;

    Paths(PrintWriter out) {
      this.table =
          new LongTable(
              out,
              "PREFIX",
              "STATE",
              "NEXT HOP",
              "PEER",
              "PATH",
              "LOCPREF",
              "MED",
              "AS PATH",
              "ORIGIN");
    }

    @Override
    public void row(JsonNode row) {
      for (JsonNode path : row.path("paths")) {
        JsonNode a = path.path("attributes");
        table.row(
            row.path("prefix").asText(),
            state(path),
            nextHop(path),
            path.path("peer").asText(),
            pathId(path),
            text(a, "localPreference"),
            text(a, "med"),
            text(a, "asPath"),
            origin(a));
      }
    }

    @Override
    public void end() {
      table.end();
    }
  }

  /** A line a route of one peer. */
  static final class Received implements RowSink {
    private final LongTable table;

    Received(PrintWriter out) {
      this.table =
          new LongTable(
              out,
              "PREFIX",
              "PATH",
              "NEXT HOP",
              "LOCPREF",
              "MED",
              "AS PATH",
              "ORIGIN",
              "STATE",
              "WHY");
    }

    @Override
    public void row(JsonNode row) {
      for (JsonNode path : row.path("paths")) {
        JsonNode a = path.path("attributes");
        table.row(
            row.path("prefix").asText(),
            pathId(path),
            nextHop(path),
            text(a, "localPreference"),
            text(a, "med"),
            text(a, "asPath"),
            origin(a),
            state(path),
            path.path("why").asText());
      }
    }

    @Override
    public void end() {
      table.end();
    }
  }

  /** A line a route that a peer was told of, or was not. */
  static final class Advertised implements RowSink {
    private final LongTable table;

    Advertised(PrintWriter out) {
      this.table =
          new LongTable(
              out,
              "PREFIX",
              "PATH",
              "TOLD",
              "NEXT HOP",
              "LOCPREF",
              "MED",
              "AS PATH",
              "ORIGIN",
              "WHY");
    }

    @Override
    public void row(JsonNode row) {
      JsonNode a = row.path("attributes");
      table.row(
          row.path("prefix").asText(),
          pathId(row),
          row.path("told").asBoolean() ? "yes" : "no",
          text(a, "nextHop"),
          text(a, "localPreference"),
          text(a, "med"),
          text(a, "asPath"),
          origin(a),
          row.path("why").asText());
    }

    @Override
    public void end() {
      table.end();
    }
  }

  /** Each path in full. */
  static final class Explained implements RowSink {
    private final PrintWriter out;

    Explained(PrintWriter out) {
      this.out = out;
    }

    @Override
    public void row(JsonNode row) {
      int paths = row.path("paths").size();
      out.print(row.path("prefix").asText());
      if (row.has("used")) {
        out.print(row.path("used").asBoolean() ? ", used" : ", not used");
      }
      out.print(", " + paths + (paths == 1 ? " path\n" : " paths\n"));
      row.path("paths").forEach(this::path);
    }

    @Override
    public void end() {}

    private void path(JsonNode path) {
      String from =
          path.has("address")
              ? path.path("address").asText()
              : path.path("kind").asText()
                  + (path.has("interface") ? ", " + path.path("interface").asText() : "");
      String id = path.has("pathId") ? ", path id " + pathId(path) : "";
      out.print("  %-9s %s (%s)%s\n".formatted(state(path), path.path("peer").asText(), from, id));
      out.print("            " + path.path("why").asText() + "\n");
      out.print("            " + attributes(path.path("attributes")) + "\n");
      if (path.has("received")) {
        out.print("            as received: " + attributes(path.path("received")) + "\n");
      }
    }
  }

  private static String attributes(JsonNode a) {
    var out = new StringJoiner(", ");
    for (Map.Entry<String, JsonNode> e : a.properties()) {
      String value = e.getValue().isArray() ? words(e.getValue()) : e.getValue().asText();
      out.add(words(e.getKey()) + " " + (value.isEmpty() ? "empty" : value));
    }
    return out.toString();
  }

  /** {@code local preference} of {@code localPreference}. */
  private static String words(String name) {
    return switch (name) {
      case "asPath" -> "AS path";
      case "med" -> "MED";
      default -> name.replaceAll("([A-Z])", " $1").toLowerCase(Locale.ROOT);
    };
  }

  private static String words(JsonNode list) {
    var out = new StringJoiner(" ");
    list.forEach(word -> out.add(word.asText()));
    return out.toString();
  }

  private static String state(JsonNode path) {
    return path.path("state").asText() + (path.path("stale").asBoolean() ? ",stale" : "");
  }

  /** Of a peer with add-path (RFC 7911). */
  private static String pathId(JsonNode path) {
    return path.path("pathId").asText("-");
  }

  private static String nextHop(JsonNode path) {
    JsonNode hop = path.path("attributes").path("nextHop");
    return hop.isMissingNode() ? path.path("interface").asText("-") : hop.asText();
  }

  private static String text(JsonNode attributes, String name) {
    String text = attributes.path(name).asText();
    return text.isEmpty() ? "-" : text;
  }

  /** As routers write it. */
  private static String origin(JsonNode attributes) {
    return switch (attributes.path("origin").asText()) {
      case "IGP" -> "i";
      case "EGP" -> "e";
      case "INCOMPLETE" -> "?";
      default -> "-";
    };
  }
}

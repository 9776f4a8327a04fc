package io.margay.interop;

import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.agent.bgpd.Main;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.io.InputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The speaker without Kubernetes, as a process in a namespace, with a file of the test's. */
final class Bgpd implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Wire wire;
  private final Wire.End end;
  private final Path socket;
  private final Path config;
  private final Path log;
  private final int heapMegabytes;
  private Child child;

  /** Starts one whose file and log have the folder's name; its file says {@link #socket}. */
  Bgpd(Wire wire, Wire.End end, Path folder, String text) throws IOException {
    this(wire, end, folder, text, 64);
  }

  /** One for many routes. */
  Bgpd(Wire wire, Wire.End end, Path folder, String text, int heapMegabytes) throws IOException {
    this.heapMegabytes = heapMegabytes;
    this.wire = wire;
    this.end = end;
    this.socket = socket(folder, end);
    this.config = folder.resolve(name(end) + ".yaml");
    this.log = folder.resolve(name(end) + ".log");
    Files.writeString(config, text);
    this.child = launch();
  }

  /** Where a speaker on this end answers. */
  static Path socket(Path folder, Wire.End end) {
    return folder.resolve(name(end) + ".sock");
  }

  private static String name(Wire.End end) {
    return end == Wire.End.HERE ? "bgpd" : "third";
  }

  private Child launch() {
    return wire.start(
        end,
        log,
        "env",
        "--default-signal=HUP", // the tests may run under nohup
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-Xmx" + heapMegabytes + "m",
        "-ea",
        "--enable-native-access=ALL-UNNAMED",
        "--sun-misc-unsafe-memory-access=allow",
        "-cp",
        System.getProperty("java.class.path"),
        Main.class.getName(),
        "--config",
        config.toString());
  }

  /** Another text in its file, and SIGHUP. */
  void reload(String text) throws IOException {
    Files.writeString(config, text);
    wire.run(end, "kill", "-HUP", Long.toString(child.pid()));
  }

  /** kill -9. */
  void kill() {
    Wire.kill(child);
  }

  /** A new process with the same file. */
  void start() {
    child = launch();
  }

  /** SIGTERM, and waits for the end. */
  void stop() throws InterruptedException {
    child.terminate();
    if (!child.awaitEnd(Duration.ofSeconds(30))) {
      throw new AssertionError("bgpd does not end at SIGTERM; see " + log);
    }
  }

  int exitCode() {
    return child.exit().join();
  }

  boolean isAlive() {
    return child.isAlive();
  }

  /** Asks it for a view; missing while it does not answer. */
  JsonNode ask(String verb) {
    try (var channel = question(verb)) {
      InputStream in = Channels.newInputStream(channel);
      return JSON.readTree(in.readAllBytes()).path("value");
    } catch (IOException e) {
      return JSON.missingNode(); // starting, or stopped
    }
  }

  /** By its own view: everything that it has a best path to. Many do not fit one document. */
  Set<String> prefixes() throws IOException {
    var prefixes = new TreeSet<String>();
    try (var channel = question("bgp-routes");
        var in = JSON.createParser(Channels.newInputStream(channel))) {
      String prefix = "";
      for (JsonToken token = in.nextToken(); token != null; token = in.nextToken()) {
        if (token == JsonToken.FIELD_NAME && in.currentName().equals("prefix")) {
          prefix = in.nextTextValue();
        } else if (token == JsonToken.FIELD_NAME && in.currentName().equals("used")) {
          if (in.nextToken() == JsonToken.VALUE_TRUE) {
            prefixes.add(prefix);
          }
        }
      }
    }
    return prefixes;
  }

  private SocketChannel question(String verb) throws IOException {
    var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
    String line = "{\"verb\":\"" + verb + "\"}\n";
    channel.write(ByteBuffer.wrap(line.getBytes(StandardCharsets.UTF_8)));
    return channel;
  }

  /** By its own view: the paths to a prefix, each with all about it. */
  JsonNode paths(String prefix) {
    for (JsonNode row : ask("bgp-routes")) {
      if (row.path("prefix").asText().equals(prefix)) {
        return row.path("paths");
      }
    }
    return JSON.missingNode();
  }

  /** By its own view: the sessions with these are up. */
  boolean isEstablished(List<String> addresses) {
    return addresses.stream()
        .allMatch(address -> peer(address).path("state").asText().equals("up"));
  }

  /** By its own view: the sessions with these are not up. */
  boolean isDown(List<String> addresses) {
    return addresses.stream()
        .allMatch(address -> peer(address).path("state").asText().equals("start"));
  }

  /** Routes that it has of a peer; -1 when it does not say. */
  int received(String address) {
    return peer(address).path("received").asInt(-1);
  }

  /** By its own view of a session: how it ended last, and the NOTIFICATIONs of both sides. */
  String errors(String address) {
    JsonNode session = session(address);
    return Stream.of("lastDown", "errorSent", "errorReceived")
        .map(field -> field + " " + session.path(field).path("what").asText("-"))
        .collect(Collectors.joining("; "));
  }

  private JsonNode session(String address) {
    return of(address, ask("bgp-peers"));
  }

  private JsonNode peer(String address) {
    return of(address, ask("node").path("peers"));
  }

  private static JsonNode of(String address, JsonNode peers) {
    for (JsonNode peer : peers) {
      if (peer.path("address").asText().equals(address)) {
        return peer;
      }
    }
    return JSON.missingNode();
  }

  /** By the kernel of its namespace: it has installed a route to the prefix. */
  boolean installed(String prefix) {
    return route(prefix).contains(" proto bgp ");
  }

  /** The kernel's routes to the prefix. */
  String route(String prefix) {
    String family = prefix.contains(":") ? "-6" : "-4";
    return wire.run(end, "ip", family, "route", "show", prefix).out();
  }

  /** How many lines of its log have all this in them. */
  long told(String... what) throws IOException {
    return log().lines().filter(line -> Stream.of(what).allMatch(line::contains)).count();
  }

  String log() throws IOException {
    return Files.exists(log) ? Files.readString(log) : "";
  }

  @Override
  public void close() {
    Wire.kill(child);
  }
}

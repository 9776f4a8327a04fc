package io.margay.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.foundation.addr.Ip4;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Margay, BIRD and FRR with the same sessions from the same senders, set so that they decide by the
 * same rules: MED of one neighbour AS only and in any order of arrival (RFC 4271, 9.1.2.2), router
 * ids before the age of a path, the IGP cost by the kernel's routes. They do not know each other.
 */
final class Routers implements AutoCloseable {
  static final Ip4 ID = Ip4.of("10.255.0.1");

  /** A next hop on the link. */
  static final Ip4 NEAR = Ip4.of("10.90.0.101");

  /** A next hop behind a router on the link. */
  static final Ip4 FAR = Ip4.of("10.91.0.1");

  private static final String FAR_NETWORK = "10.91.0.0/24";
  private static final String GATEWAY = "10.90.0.100";
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern BIRD_BEST =
      Pattern.compile("(?m)^(\\S+/\\d+) +\\S+ \\[(S\\d) .*\\] \\* ");

  private final Wire wire;
  private final Path folder;
  private final Path frr;
  private final Bgpd margay;

  /** All three run when this is made. */
  Routers(Wire wire, Path folder) throws Exception {
    this.wire = wire;
    this.folder = folder;
    this.frr = folder.resolve("frr");
    for (Sender sender : Sender.ALL) {
      wire.run(Wire.End.HERE, "ip", "address", "add", sender.address() + "/32", "dev", "eth0");
    }
    for (Wire.End end : Wire.End.values()) {
      wire.run(end, "ip", "route", "add", FAR_NETWORK, "via", GATEWAY, "metric", "20");
    }
    this.margay = new Bgpd(wire, Wire.End.HERE, folder, margayFile());
    startBird();
    startFrr();
  }

  /** One of them: its name, and where it listens. */
  enum Router {
    MARGAY(Wire.MARGAY),
    BIRD(Wire.OTHER),
    FRR(Wire.THIRD);

    private final String address;

    Router(String address) {
      this.address = address;
    }

    String address() {
      return address;
    }
  }

  /** By its own view: the sender of the best path to each prefix that has one. */
  Map<String, String> best(Router router) throws IOException {
    return switch (router) {
      case MARGAY -> bestOfMargay("address");
      case BIRD -> bestOfBird();
      case FRR -> bestOfFrr();
    };
  }

  /** Margay's reasons for the best path to each prefix. */
  Map<String, String> reasons() {
    return bestOfMargay("reason");
  }

  /** What each says of a prefix, for a failed test. */
  String story(String prefix) {
    var paths = new StringBuilder();
    for (JsonNode row : margay.ask("bgp-routes")) {
      if (row.path("prefix").asText().equals(prefix)) {
        row.path("paths")
            .forEach(path ->
                paths
                    .append(path.path("address").asText())
                    .append(' ')
                    .append(path.path("why").asText())
                    .append('\n'));
      }
    }
    return paths
        + birdc("show route " + prefix + " all")
        + vtysh("show bgp ipv4 unicast " + prefix);
  }

  @Override
  public void close() {
    margay.close(); // the others end with their namespaces
  }

  private Map<String, String> bestOfMargay(String field) {
    var best = new TreeMap<String, String>();
    for (JsonNode row : margay.ask("bgp-routes")) {
      for (JsonNode path : row.path("paths")) {
        if (path.path("state").asText().equals("best")) {
          best.put(row.path("prefix").asText(), path.path(field).asText());
        }
      }
    }
    return best;
  }

  private Map<String, String> bestOfBird() {
    var senders =
        Sender.ALL.stream().collect(Collectors.toMap(Sender::label, s -> s.address().toString()));
    var best = new TreeMap<String, String>();
    Matcher line = BIRD_BEST.matcher(birdc("show route primary"));
    while (line.find()) {
      best.put(line.group(1), senders.getOrDefault(line.group(2), ""));
    }
    return best;
  }

  private Map<String, String> bestOfFrr() throws IOException {
    var best = new TreeMap<String, String>();
    JSON.readTree(vtysh("show bgp ipv4 unicast json"))
        .path("routes")
        .properties()
        .forEach(row ->
            row.getValue()
                .forEach(path -> {
                  if (path.path("bestpath").asBoolean()) {
                    best.put(row.getKey(), path.path("peerId").asText());
                  }
                }));
    return best;
  }

  private String birdc(String command) {
    String socket = folder.resolve("bird.ctl").toString();
    return wire.run(Wire.End.THERE, "/usr/sbin/birdc", "-s", socket, command).out();
  }

  private String vtysh(String command) {
    return wire.run(
            Wire.End.BESIDE, "/usr/bin/vtysh", "--vty_socket", frr.toString(), "-c", command)
        .out();
  }

  private String margayFile() {
    var text = new StringBuilder();
    text.append(
        """
        asn: %d
        routerId: %s
        listen: [ { address: %s } ]
        socket: %s
        install: true
        neighbors:
        """
            .formatted(Sender.ROUTERS_AS, ID, Wire.MARGAY, Bgpd.socket(folder, Wire.End.HERE)));
    for (Sender sender : Sender.ALL) {
      text.append(
          "  - { address: %s, asn: %d, passive: true, multihop: true, %s }\n"
              .formatted(sender.address(), sender.asn(), "import: accept, export: reject"));
    }
    return text.toString();
  }

  private void startBird() throws IOException {
    var text = new StringBuilder();
    text.append(
        """
        router id %s;
        protocol device { }
        protocol direct { ipv4; }
        protocol static onward { ipv4; route %s via %s; }
        """
            .formatted(ID, FAR_NETWORK, GATEWAY));
    for (Sender sender : Sender.ALL) {
      text.append(
          """
          protocol bgp %s {
            local %s as %d; neighbor %s as %d; multihop; passive on; deterministic med on;
            ipv4 { import all; export none; gateway recursive; };
          }
          """
              .formatted(
                  sender.label(), Wire.OTHER, Sender.ROUTERS_AS, sender.address(), sender.asn()));
    }
    Path config = folder.resolve("bird.conf");
    Files.writeString(config, text);
    wire.start(
        Wire.End.THERE,
        folder.resolve("bird.log"),
        "/usr/sbin/bird",
        "-f",
        "-c",
        config.toString(),
        "-s",
        folder.resolve("bird.ctl").toString(),
        "-P",
        folder.resolve("bird.pid").toString());
  }

  /** With zebra, which tells bgpd of the kernel's routes. */
  private void startFrr() throws Exception {
    Files.createDirectories(frr);
    Files.setPosixFilePermissions(frr, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Files.writeString(frr.resolve("zebra.conf"), "");
    Files.writeString(frr.resolve("bgpd.conf"), frrFile());
    startFrr("zebra", "-P", "0");
    Wait.until("zebra answers", LIMIT, () -> vtysh("show version").contains("FRR"));
    startFrr("bgpd", "-n", "-P", "0");
    Wait.until(
        "bgpd answers", LIMIT, () -> vtysh("show bgp summary").contains("BGP router identifier"));
  }

  private void startFrr(String program, String... more) {
    var argv =
        new ArrayList<>(
            List.of(
                "/usr/lib/frr/" + program,
                "-f",
                frr.resolve(program + ".conf").toString(),
                "-i",
                frr.resolve(program + ".pid").toString(),
                "-z",
                frr.resolve("zserv").toString(),
                "--vty_socket",
                frr.toString()));
    argv.addAll(List.of(more));
    wire.start(Wire.End.BESIDE, frr.resolve(program + ".out"), argv.toArray(String[]::new));
  }

  private static String frrFile() {
    var text = new StringBuilder();
    text.append(
        """
        router bgp %d
         bgp router-id %s
         bgp deterministic-med
         bgp bestpath compare-routerid
         no bgp ebgp-requires-policy
         no bgp default ipv4-unicast
         no bgp network import-check
        """
            .formatted(Sender.ROUTERS_AS, ID));
    for (Sender sender : Sender.ALL) {
      text.append(
          " neighbor %1$s remote-as %2$d\n neighbor %1$s passive\n"
              .formatted(sender.address(), sender.asn()));
      if (!sender.isInternal()) {
        text.append(" neighbor %s ebgp-multihop 255\n".formatted(sender.address()));
      }
    }
    text.append(" address-family ipv4 unicast\n");
    for (Sender sender : Sender.ALL) {
      text.append("  neighbor %s activate\n".formatted(sender.address()));
    }
    return text.append(" exit-address-family\n").toString();
  }
}

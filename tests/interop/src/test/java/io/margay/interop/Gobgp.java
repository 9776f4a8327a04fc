package io.margay.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.foundation.addr.Family;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** GoBGP; it originates by its API only. */
final class Gobgp implements Daemon {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Wire wire;
  private final Path folder;
  private final Peering peering;
  private final TreeSet<String> announced = new TreeSet<>();
  private Optional<Child> child = Optional.empty();

  Gobgp(Wire wire, Path folder, Peering peering) {
    this.wire = wire;
    this.folder = folder;
    this.peering = peering;
  }

  @Override
  public void start(boolean restarted) throws Exception {
    Path config = folder.resolve("gobgp.toml");
    Files.writeString(config, config());
    var argv =
        new ArrayList<>(
            List.of(
                "/usr/bin/gobgpd",
                "-f",
                config.toString(),
                "-t",
                "toml",
                "--api-hosts",
                "127.0.0.1:50051",
                "--pprof-disable"));
    if (restarted) {
      argv.add("-r");
    }
    child =
        Optional.of(
            wire.start(Wire.End.THERE, folder.resolve("gobgpd.log"), argv.toArray(String[]::new)));
    Wait.until("gobgpd answers", Duration.ofSeconds(30), () -> gobgp("neighbor").contains("Peer"));
    announced.forEach(this::add);
  }

  @Override
  public void kill() {
    child.ifPresent(Wire::kill);
  }

  @Override
  public void announce(String prefix) {
    announced.add(prefix);
    if (isRunning()) {
      add(prefix);
    }
  }

  @Override
  public void withdraw(String prefix) {
    announced.remove(prefix);
    if (isRunning()) {
      gobgp("global", "rib", "del", prefix, "-a", family(prefix));
    }
  }

  @Override
  public String route(String prefix) {
    String out = gobgp("global", "rib", prefix, "-a", family(prefix));
    return out.contains(prefix + " ") ? out : "";
  }

  @Override
  public int paths(String prefix) {
    return route(prefix).split(prefix + " ", -1).length - 1;
  }

  @Override
  public boolean isEstablished() {
    return gobgp("neighbor").lines().filter(l -> l.contains("Establ")).count() == 2;
  }

  @Override
  public long updates(Family family) throws IOException {
    String margay = family == Family.IPV4 ? Wire.MARGAY : Wire.MARGAY6;
    JsonNode peer = JSON.readTree(gobgp("neighbor", margay, "-j"));
    return peer.path("state").path("messages").path("received").path("update").asLong();
  }

  @Override
  public void refresh() {
    throw new UnsupportedOperationException("softresetin judges anew what GoBGP has");
  }

  @Override
  public String story() {
    return gobgp("neighbor") + gobgp("global", "rib") + gobgp("global", "rib", "-a", "ipv6");
  }

  @Override
  public void close() {
    kill();
  }

  private boolean isRunning() {
    return child.isPresent() && child.get().isAlive();
  }

  private void add(String prefix) {
    gobgp("global", "rib", "add", prefix, "-a", family(prefix));
  }

  private static String family(String prefix) {
    return prefix.contains(":") ? "ipv6" : "ipv4";
  }

  private String gobgp(String... arguments) {
    var argv = new ArrayList<>(List.of("/usr/bin/gobgp"));
    argv.addAll(List.of(arguments));
    return wire.run(Wire.End.THERE, argv.toArray(String[]::new)).out();
  }

  private String config() {
    return """
    [global.config]
      as = %d
      router-id = "%s"
    """
            .formatted(peering.role().asn(), Wire.OTHER)
        + neighbour(Wire.MARGAY, Wire.OTHER, "ipv4-unicast")
        + neighbour(Wire.MARGAY6, Wire.OTHER6, "ipv6-unicast");
  }

  private String neighbour(String margay, String local, String family) {
    String password =
        peering.guard() == Peering.Guard.MD5
            ? "    auth-password = \"" + Peering.PASSWORD + "\"\n"
            : "";
    return """
    [[neighbors]]
      [neighbors.config]
        neighbor-address = "%s"
        peer-as = %d
    %s  [neighbors.transport.config]
        local-address = "%s"
        passive-mode = %s
      [neighbors.timers.config]
        connect-retry = 1
        idle-hold-time-after-reset = 1
    %s%s  [neighbors.graceful-restart.config]
        enabled = true
        restart-time = 60
      [[neighbors.afi-safis]]
        [neighbors.afi-safis.config]
          afi-safi-name = "%s"
        [neighbors.afi-safis.mp-graceful-restart.config]
          enabled = true
    %s\
    """
        .formatted(
            margay,
            Peering.MARGAY_AS,
            password,
            local,
            !peering.daemonDials(),
            distance(),
            reflects(),
            family,
            severalPaths());
  }

  private String severalPaths() {
    return peering.extra() == Peering.Extra.ADD_PATH
        ? """
            [neighbors.afi-safis.add-paths.config]
              receive = true
              send-max = 8
        """
        : "";
  }

  private String distance() {
    if (peering.guard() == Peering.Guard.GTSM) {
      return """
        [neighbors.ttl-security.config]
          enabled = true
          ttl-min = 255
      """;
    }
    return peering.role() == Peering.Role.EBGP
        ? """
          [neighbors.ebgp-multihop.config]
            enabled = true
            multihop-ttl = 64
        """
        : "";
  }

  private String reflects() {
    return peering.role() == Peering.Role.REFLECTORS
        ? """
          [neighbors.route-reflector.config]
            route-reflector-client = true
            route-reflector-cluster-id = "%s"
        """
            .formatted(Wire.OTHER)
        : "";
  }
}

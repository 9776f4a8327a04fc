package io.margay.interop;

import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** GoBGP as a watcher of another AS; it originates by its API only. */
final class Gobgp implements Daemon {
  private final Wire wire;
  private final Path folder;
  private final TreeSet<String> announced = new TreeSet<>();
  private Optional<Child> child = Optional.empty();

  Gobgp(Wire wire, Path folder) {
    this.wire = wire;
    this.folder = folder;
  }

  @Override
  public long asn() {
    return 64514;
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
    if (child.isPresent()) {
      add(prefix);
    }
  }

  @Override
  public void withdraw(String prefix) {
    announced.remove(prefix);
    gobgp("global", "rib", "del", prefix, "-a", family(prefix));
  }

  @Override
  public boolean knows(String prefix) {
    return gobgp("global", "rib", "-a", family(prefix))
        .lines()
        .anyMatch(line -> line.contains(prefix + " ") && line.contains("64512"));
  }

  @Override
  public boolean isEstablished() {
    return gobgp("neighbor").lines().filter(l -> l.contains("Establ")).count() == 2;
  }

  @Override
  public String story() {
    return gobgp("neighbor") + gobgp("global", "rib") + gobgp("global", "rib", "-a", "ipv6");
  }

  @Override
  public void close() {
    kill();
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

  private static String config() throws IOException {
    return """
    [global.config]
      as = 64514
      router-id = "%s"
    """
            .formatted(Wire.OTHER)
        + neighbour(Wire.MARGAY, Wire.OTHER, "ipv4-unicast")
        + neighbour(Wire.MARGAY6, Wire.OTHER6, "ipv6-unicast");
  }

  private static String neighbour(String margay, String local, String family) {
    return """
    [[neighbors]]
      [neighbors.config]
        neighbor-address = "%s"
        peer-as = 64512
      [neighbors.transport.config]
        local-address = "%s"
      [neighbors.timers.config]
        connect-retry = 1
        idle-hold-time-after-reset = 1
      [neighbors.ebgp-multihop.config]
        enabled = true
        multihop-ttl = 64
      [neighbors.graceful-restart.config]
        enabled = true
        restart-time = 60
      [[neighbors.afi-safis]]
        [neighbors.afi-safis.config]
          afi-safi-name = "%s"
        [neighbors.afi-safis.mp-graceful-restart.config]
          enabled = true
    """
        .formatted(margay, local, family);
  }
}

package io.margay.interop;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.foundation.addr.Family;
import io.margay.kernel.process.Child;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/** FRR's bgpd without zebra: every next hop is taken as valid. */
final class Frr implements Daemon {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Wire wire;
  private final Peering peering;
  private final Path folder;
  private final TreeSet<String> announced = new TreeSet<>();
  private Optional<Child> child = Optional.empty();

  Frr(Wire wire, Path folder, Peering peering) {
    this.wire = wire;
    this.peering = peering;
    this.folder = folder.resolve("frr");
  }

  @Override
  public void start(boolean restarted) throws Exception {
    // It changes to a user of its own, who needs these.
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path config = folder.resolve("frr.conf");
    Files.writeString(config, config());
    String pid = folder.resolve("bgpd.pid").toString();
    child =
        Optional.of(
            wire.start(
                Wire.End.THERE,
                folder.resolve("bgpd.out"),
                "/usr/lib/frr/bgpd",
                "-Z",
                "-n",
                "-f",
                config.toString(),
                "-i",
                pid,
                "--vty_socket",
                folder.toString(),
                "-P",
                "0"));
    Wait.until(
        "bgpd listens to vtysh",
        Duration.ofSeconds(30),
        () -> vtysh("show version").contains("FRR"));
  }

  @Override
  public void kill() {
    child.ifPresent(Wire::kill);
  }

  @Override
  public void announce(String prefix) {
    announced.add(prefix);
    network("network " + prefix, prefix);
  }

  @Override
  public void withdraw(String prefix) {
    announced.remove(prefix);
    network("no network " + prefix, prefix);
  }

  @Override
  public String route(String prefix) {
    String out = vtysh("show bgp " + family(prefix) + " unicast " + prefix + " json");
    return out.contains("\"peerId\":\"" + margay(prefix) + "\"") ? out : "";
  }

  @Override
  public int paths(String prefix) {
    return route(prefix).split("\"peerId\":\"" + margay(prefix) + "\"", -1).length - 1;
  }

  @Override
  public boolean isEstablished() {
    String out = vtysh("show bgp summary json");
    return out.split("\"state\":\"Established\"", -1).length == 3;
  }

  @Override
  public long updates(Family family) throws IOException {
    String margay = family == Family.IPV4 ? Wire.MARGAY : Wire.MARGAY6;
    JsonNode all = JSON.readTree(vtysh("show bgp neighbors " + margay + " json"));
    return all.path(margay).path("messageStats").path("updatesRecv").asLong();
  }

  @Override
  public void refresh() {
    vtysh("clear bgp ipv4 unicast * soft in", "clear bgp ipv6 unicast * soft in");
  }

  @Override
  public String story() {
    return vtysh("show bgp summary", "show bgp ipv4 unicast", "show bgp ipv6 unicast");
  }

  @Override
  public void close() {
    kill();
  }

  private void network(String command, String prefix) {
    if (child.isPresent() && child.get().isAlive()) {
      vtysh(
          "configure terminal",
          "router bgp " + peering.role().asn(),
          "address-family " + family(prefix) + " unicast",
          command);
    }
  }

  private static String family(String prefix) {
    return prefix.contains(":") ? "ipv6" : "ipv4";
  }

  private static String margay(String prefix) {
    return prefix.contains(":") ? Wire.MARGAY6 : Wire.MARGAY;
  }

  private String vtysh(String... commands) {
    var argv = new ArrayList<>(List.of("/usr/bin/vtysh", "--vty_socket", folder.toString()));
    for (String command : commands) {
      argv.add("-c");
      argv.add(command);
    }
    return wire.run(Wire.End.THERE, argv.toArray(String[]::new)).out();
  }

  private String config() {
    return """
    router bgp %d
     bgp router-id %s
     bgp cluster-id %s
     bgp graceful-restart
     bgp graceful-restart preserve-fw-state
     coalesce-time 0
     no bgp ebgp-requires-policy
     no bgp network import-check
     no bgp default ipv4-unicast
    """
            .formatted(peering.role().asn(), Wire.OTHER, Wire.OTHER)
        + neighbour(Wire.MARGAY)
        + neighbour(Wire.MARGAY6)
        + family("ipv4", Wire.MARGAY)
        + family("ipv6", Wire.MARGAY6);
  }

  private String neighbour(String margay) {
    String multihop =
        peering.role() == Peering.Role.EBGP ? " neighbor " + margay + " ebgp-multihop 255\n" : "";
    String passive = peering.daemonDials() ? "" : " neighbor " + margay + " passive\n";
    return " neighbor %1$s remote-as %2$d\n neighbor %1$s timers connect 1\n"
            .formatted(margay, Peering.MARGAY_AS)
        + passive
        + switch (peering.guard()) {
          case NONE -> multihop;
          case MD5 -> multihop + " neighbor " + margay + " password " + Peering.PASSWORD + "\n";
          case GTSM -> " neighbor " + margay + " ttl-security hops 1\n";
        };
  }

  private String family(String family, String margay) {
    var text = new StringBuilder();
    text.append(" address-family ").append(family).append(" unicast\n");
    text.append("  neighbor ").append(margay).append(" activate\n");
    if (peering.role() == Peering.Role.REFLECTORS) {
      text.append("  neighbor ").append(margay).append(" route-reflector-client\n");
    }
    if (peering.extra() == Peering.Extra.ADD_PATH) {
      text.append("  neighbor ").append(margay).append(" addpath-tx-all-paths\n");
    }
    for (String prefix : announced) {
      if (family(prefix).equals(family)) {
        text.append("  network ").append(prefix).append("\n");
      }
    }
    return text.append(" exit-address-family\n").toString();
  }
}

package io.margay.interop;

import io.margay.kernel.process.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** FRR's bgpd without zebra, as a router of another AS. */
final class Frr implements Daemon {
  private final Wire wire;
  private final Path folder;
  private Optional<Child> child = Optional.empty();

  Frr(Wire wire, Path folder) {
    this.wire = wire;
    this.folder = folder.resolve("frr");
  }

  @Override
  public long asn() {
    return 64513;
  }

  @Override
  public void start(boolean restarted) throws Exception {
    // It changes to a user of its own, who needs these.
    Files.createDirectories(folder);
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxrwxrwx"));
    Files.setPosixFilePermissions(folder.getParent(), PosixFilePermissions.fromString("rwxr-xr-x"));
    Path config = folder.resolve("frr.conf");
    if (!restarted) {
      Files.writeString(config, config());
    }
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
    network("network " + prefix, prefix);
  }

  @Override
  public void withdraw(String prefix) {
    network("no network " + prefix, prefix);
  }

  @Override
  public boolean knows(String prefix) {
    String family = prefix.contains(":") ? "ipv6" : "ipv4";
    return vtysh("show bgp " + family + " unicast " + prefix).contains("64512");
  }

  @Override
  public boolean isEstablished() {
    String out = vtysh("show bgp summary json");
    return out.split("\"state\":\"Established\"", -1).length == 3;
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
    String family = prefix.contains(":") ? "ipv6" : "ipv4";
    vtysh(
        "configure terminal", "router bgp 64513", "address-family " + family + " unicast", command);
  }

  private String vtysh(String... commands) {
    var argv = new ArrayList<>(List.of("/usr/bin/vtysh", "--vty_socket", folder.toString()));
    for (String command : commands) {
      argv.add("-c");
      argv.add(command);
    }
    return wire.run(Wire.End.THERE, argv.toArray(String[]::new)).out();
  }

  private static String config() {
    return """
    router bgp 64513
     bgp router-id %2$s
     bgp graceful-restart
     bgp graceful-restart preserve-fw-state
     coalesce-time 0
     no bgp ebgp-requires-policy
     no bgp network import-check
     no bgp default ipv4-unicast
     neighbor %1$s remote-as 64512
     neighbor %1$s timers connect 1
     neighbor %1$s ebgp-multihop 255
     neighbor %3$s remote-as 64512
     neighbor %3$s timers connect 1
     neighbor %3$s ebgp-multihop 255
     address-family ipv4 unicast
      neighbor %1$s activate
      network 10.21.0.0/26
     address-family ipv6 unicast
      neighbor %3$s activate
      network fd21::/122
    """
        .formatted(Wire.MARGAY, Wire.OTHER, Wire.MARGAY6);
  }
}

package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** IPv4's routes with IPv6 next hops (RFC 8950), from BIRD into the kernel and back to BIRD. */
class ExtendedNextHopTest {
  private static final String OURS = "10.20.0.0/26";
  private static final String THEIRS = "10.21.0.0/26";
  private static final String MORE = "10.21.0.64/26";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
    assumeTrue(Files.isExecutable(Daemon.Kind.BIRD.program()), "no BIRD here");
  }

  @Test
  void ipv4GoesByIpv6() throws Exception {
    try (var wire = new Wire();
        var margay = new Bgpd(wire, Wire.End.HERE, folder, margayFile())) {
      startBird(wire, THEIRS, MORE);
      Wait.until("they know ours", LIMIT, () -> knowsOurs(wire));
      Wait.until("theirs is installed", LIMIT, () -> isInstalled(margay, THEIRS, MORE));

      margay.kill();
      assertThat(isInstalled(margay, THEIRS, MORE)).isTrue();
      birdConfig(THEIRS);
      birdc(wire, "configure");
      margay.start();
      Wait.until("what they lost goes", LIMIT, () -> !margay.installed(MORE));
      assertThat(isInstalled(margay, THEIRS)).isTrue();
      Wait.until("they know ours again", LIMIT, () -> knowsOurs(wire));
      assertThat(margay.told("fib.adopted", "{186=2}")).as(margay.log()).isEqualTo(1);
    }
  }

  private static boolean isInstalled(Bgpd margay, String... prefixes) {
    for (String prefix : prefixes) {
      if (!margay.route(prefix).contains("via inet6 " + Wire.OTHER6 + " dev eth0 proto bgp")) {
        return false;
      }
    }
    return true;
  }

  private boolean knowsOurs(Wire wire) {
    return birdc(wire, "show route " + OURS + " all").contains("BGP.next_hop: " + Wire.MARGAY6);
  }

  private String birdc(Wire wire, String command) {
    String socket = folder.resolve("bird.ctl").toString();
    return wire.run(Wire.End.THERE, "/usr/sbin/birdc", "-s", socket, command).out();
  }

  private String margayFile() {
    return """
    asn: 64512
    routerId: %s
    listen: [ { address: "%s" } ]
    socket: %s
    install: true
    originate: [ %s ]
    neighbors:
      - { address: "%s", source: "%s", asn: 64512, families: [ipv4, ipv6], extendedNextHop: true }
    """
        .formatted(
            Wire.MARGAY,
            Wire.MARGAY6,
            Bgpd.socket(folder, Wire.End.HERE),
            OURS,
            Wire.OTHER6,
            Wire.MARGAY6);
  }

  private void startBird(Wire wire, String... prefixes) throws Exception {
    wire.start(
        Wire.End.THERE,
        folder.resolve("bird.log"),
        "/usr/sbin/bird",
        "-f",
        "-c",
        birdConfig(prefixes).toString(),
        "-s",
        folder.resolve("bird.ctl").toString(),
        "-P",
        folder.resolve("bird.pid").toString());
  }

  private Path birdConfig(String... prefixes) throws Exception {
    var routes = new StringBuilder();
    List.of(prefixes).forEach(p -> routes.append("  route ").append(p).append(" blackhole;\n"));
    return Files.writeString(
        folder.resolve("bird.conf"),
        """
        router id %s;
        protocol device { }
        protocol direct { ipv4; ipv6; }
        protocol static st4 { ipv4;
        %s}
        protocol bgp Margay {
          local %s as 64512; neighbor %s as 64512; multihop; passive on; graceful restart on;
          ipv4 { import all; export where source = RTS_STATIC; extended next hop on; };
          ipv6 { import all; export none; };
        }
        """
            .formatted(Wire.OTHER, routes, Wire.OTHER6, Wire.MARGAY6));
  }
}

package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.margay.kernel.process.Child;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The speaker without Kubernetes beside a BIRD: its file, its signals, its routes in the kernel.
 */
class BgpdTest {
  private static final String OURS = "10.20.0.0/26";
  private static final String MORE = "10.20.0.64/26";
  private static final String THEIRS = "10.21.0.0/26";
  private static final Peering PEERING =
      new Peering(Daemon.Kind.BIRD, Peering.Role.IBGP, Peering.Guard.NONE);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
  }

  @Test
  void livesByItsFile() throws Exception {
    assumeTrue(Files.isExecutable(Daemon.Kind.BIRD.program()), "no BIRD here");
    try (var wire = new Wire();
        Daemon bird = new Bird(wire, folder, PEERING);
        var bgpd = new Bgpd(wire, Wire.End.HERE, folder, file(OURS))) {
      bird.announce(THEIRS);
      bird.start(false);
      try {
        Wait.until("bird has our route", LIMIT, () -> bird.knows(OURS));
        Wait.until("the kernel has theirs", LIMIT, () -> isInstalled(wire));
        Path socket = folder.resolve("bgpd.sock");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(socket)))
            .isEqualTo("rw-------");
        Wait.until("both sessions are up", LIMIT, () -> bgpd.told("bgp.session.up") == 2);

        bgpd.reload(file(OURS + ", " + MORE));
        Wait.until("bird has what the file added", LIMIT, () -> bird.knows(MORE));
        bgpd.reload(file(OURS) + "colour: blue\n");
        Wait.until("a broken file is refused", LIMIT, () -> bgpd.told("config.refused") == 1);
        assertThat(bgpd.log()).contains("bgpd.yaml:10:9: colour is \\\"blue\\\"; expected no such");
        assertThat(bird.knows(MORE)).as("the file before it counts").isTrue();
        bgpd.reload(file(OURS));
        Wait.until("bird forgets what the file lost", LIMIT, () -> !bird.knows(MORE));
        assertThat(bgpd.told("bgp.session.up")).as("sessions go on").isEqualTo(2);

        bgpd.reload(file(OURS).replace("install: true", "install: false"));
        Wait.until("the kernel is left alone", LIMIT, () -> !isInstalled(wire));
        bgpd.reload(file(OURS));
        Wait.until("the kernel has theirs again", LIMIT, () -> isInstalled(wire));
        assertThat(bgpd.told("bgp.session.up")).as("sessions go on").isEqualTo(2);

        bgpd.reload(
            file(OURS)
                .replace(
                    "install: true", "install: { table: 100, metric: 50, rulePriority: 1000 }"));
        Wait.until("theirs moves into another table", LIMIT, () -> isInstalledApart(wire));
        assertThat(wire.run(Wire.End.HERE, "ip", "-6", "rule", "show").out())
            .contains("lookup 100 proto bgp");
        Path changes = folder.resolve("rules.log");
        Child watch = wire.start(Wire.End.HERE, changes, "ip", "monitor", "rule");
        bgpd.kill();
        bgpd.start();
        Wait.until("it is back", LIMIT, () -> bgpd.told("bgpd.recovered") == 2);
        Wire.kill(watch);
        assertThat(Files.readString(changes)).as("rules outlive a kill").doesNotContain("Deleted");
        assertThat(isInstalledApart(wire)).isTrue();
        bgpd.reload(file(OURS));
        Wait.until(
            "and back, and the rules go",
            LIMIT,
            () ->
                isInstalled(wire) && !wire.run(Wire.End.HERE, "ip", "rule").out().contains("bgp"));

        bgpd.kill();
        bgpd.start();
        Wait.until("it is back", LIMIT, () -> bgpd.told("bgpd.recovered") == 3);
        assertThat(bgpd.log()).contains("restarted=true");
        assertThat(isInstalled(wire)).isTrue();
        bgpd.stop();
        assertThat(isInstalled(wire)).as("routes outlive a stop").isTrue();
        assertThat(bird.knows(OURS)).as("at the peer, too").isTrue();
        assertThat(socket).doesNotExist();
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + bgpd.log() + bird.story(), e);
      }
    }
  }

  @Test
  void aBrokenFileIsNoBeginning() throws Exception {
    try (var wire = new Wire();
        var bgpd = new Bgpd(wire, Wire.End.HERE, folder, "asn: none\nrouterId: 192.0.2.1\n")) {
      assertThat(bgpd.exitCode()).isEqualTo(1);
      assertThat(bgpd.log()).contains("bgpd.yaml:1:6: asn is");
    }
  }

  private static boolean isInstalled(Wire wire) {
    String route = wire.run(Wire.End.HERE, "ip", "route", "show", THEIRS).out();
    return route.contains("via " + Wire.OTHER) && route.contains("proto bgp metric 32");
  }

  private static boolean isInstalledApart(Wire wire) {
    String route = wire.run(Wire.End.HERE, "ip", "route", "show", "table", "all", THEIRS).out();
    String rules = wire.run(Wire.End.HERE, "ip", "rule").out();
    return route.lines().count() == 1
        && route.contains("table 100 proto bgp metric 50")
        && rules.contains("1000:\tfrom all lookup 100 proto bgp");
  }

  private String file(String originated) {
    return """
    asn: 64512
    routerId: %s
    listen: [ { address: %s }, { address: "%s" } ]
    socket: %s
    install: true
    originate: [ %s ]
    neighbors:
      - { address: %s, source: %s, asn: 64512 }
      - { address: "%s", source: "%s", asn: 64512 }
    """
        .formatted(
            Wire.MARGAY,
            Wire.MARGAY,
            Wire.MARGAY6,
            folder.resolve("bgpd.sock"),
            originated,
            Wire.OTHER,
            Wire.MARGAY,
            Wire.OTHER6,
            Wire.MARGAY6);
  }
}

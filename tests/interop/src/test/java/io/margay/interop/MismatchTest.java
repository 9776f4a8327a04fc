package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.margay.interop.Daemon.Kind;
import io.margay.interop.Peering.Guard;
import io.margay.interop.Peering.Role;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What does not fit on the two sides of a session: it stays down and says why, others go on, and
 * when it is mended it comes up.
 */
class MismatchTest {
  private static final String OURS = "10.20.0.0/26";
  private static final List<String> OTHER = List.of(Wire.OTHER);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private static final Mismatch PASSWORD =
      new Mismatch("password: " + Peering.PASSWORD, "password: loud", "no answer");
  private static final Mismatch NO_PASSWORD =
      new Mismatch(", password: " + Peering.PASSWORD, "", "no answer");
  private static final Mismatch AS =
      new Mismatch(
          "asn: 64512, reflectorClient: true",
          "asn: 64999, import: accept, export: accept",
          "Bad Peer AS");

  /**
   * Nothing that is sent arrives (RFC 5082), but the other side's OPEN does. That side waits four
   * minutes for ours before it takes another connection.
   */
  private static final Mismatch TTL =
      new Mismatch("ttlSecurity: 1", "multihop: false", "HOLD_TIMER_EXPIRED");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  /** In the line of the session over IPv4: what stands for what, and what the view says then. */
  private record Mismatch(String right, String wrong, String words) {
    String in(String file) {
      return file.lines()
          .map(line ->
              line.contains("address: \"" + Wire.OTHER + "\"") ? line.replace(right, wrong) : line)
          .collect(Collectors.joining("\n"));
    }
  }

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
  }

  @Test
  void passwordAndAsBesideBird() throws Exception {
    live(Kind.BIRD, Guard.MD5, List.of(PASSWORD, AS));
  }

  @Test
  void idBesideBird() throws Exception {
    sameId(Kind.BIRD);
  }

  @ParameterizedTest
  @EnumSource(
      value = Kind.class,
      names = {"BIRD", "FRR"})
  @Tag("long")
  void ttl(Kind kind) throws Exception {
    live(kind, Guard.GTSM, List.of(TTL));
  }

  @Test
  @Tag("long")
  void passwordAndAsBesideFrr() throws Exception {
    live(Kind.FRR, Guard.MD5, List.of(PASSWORD, AS, NO_PASSWORD));
  }

  @Test
  @Tag("long")
  void idBesideFrr() throws Exception {
    sameId(Kind.FRR);
  }

  private void live(Kind kind, Guard guard, List<Mismatch> mismatches) throws Exception {
    assumeTrue(Files.isExecutable(kind.program()), "no " + kind.program() + " here");
    var peering = new Peering(kind, Role.CLIENT, guard);
    // Where nothing arrives, the view says so only then.
    String right = (guard == Guard.GTSM ? "holdTime: 9\n" : "") + file(peering);
    List<String> others = List.of(Wire.OTHER6, Wire.THIRD, Wire.THIRD6);
    try (var wire = new Wire();
        Daemon daemon = kind.on(wire, folder, peering);
        var margay = new Bgpd(wire, Wire.End.HERE, folder, mismatches.getFirst().in(right));
        var third = third(wire)) {
      daemon.start(false);
      int times = 0;
      for (Mismatch mismatch : mismatches) {
        if (times > 0) {
          margay.reload(mismatch.in(right));
        }
        told(margay, mismatch.words());
        Wait.until("the others are up", LIMIT, () -> margay.isEstablished(others));
        assertThat(timesUp(margay, Wire.OTHER)).as("not with " + mismatch).isEqualTo(times++);
        if (!mismatch.equals(TTL)) {
          margay.reload(right);
          Wait.until("mended: " + mismatch, LIMIT, () -> margay.isEstablished(OTHER));
          Wait.until("it knows ours", LIMIT, () -> daemon.knows(OURS));
        }
      }
      for (String other : others) {
        assertThat(timesUp(margay, other)).as(other).isEqualTo(1);
      }
      assertThat(third.isEstablished(List.of(Wire.MARGAY))).isTrue();
    }
  }

  /** RFC 4271, 6.2: inside an AS no two speakers have one id. */
  private void sameId(Kind kind) throws Exception {
    assumeTrue(Files.isExecutable(kind.program()), "no " + kind.program() + " here");
    var peering = new Peering(kind, Role.CLIENT, Guard.NONE);
    String right = file(peering);
    String wrong = right.replace("routerId: " + Wire.MARGAY, "routerId: " + Wire.OTHER);
    try (var wire = new Wire();
        Daemon daemon = kind.on(wire, folder, peering);
        var margay = new Bgpd(wire, Wire.End.HERE, folder, wrong);
        var third = third(wire)) {
      daemon.start(false);
      told(margay, "Bad BGP Identifier");
      List<String> others = List.of(Wire.THIRD, Wire.THIRD6);
      Wait.until("the others are up", LIMIT, () -> margay.isEstablished(others));
      assertThat(timesUp(margay, Wire.OTHER)).isZero();
      assertThat(timesUp(margay, Wire.OTHER6)).isZero();
      margay.reload(right);
      Wait.until("mended", LIMIT, () -> margay.isEstablished(List.of(Wire.OTHER, Wire.OTHER6)));
      Wait.until("it knows ours", LIMIT, () -> daemon.knows(OURS));
      assertThat(third.isAlive()).isTrue();
    }
  }

  private static long timesUp(Bgpd margay, String address) throws IOException {
    return margay.told("bgp.session.up peer=", " address=" + address + " ");
  }

  private static void told(Bgpd margay, String words) throws Exception {
    try {
      Wait.until("the view says " + words, LIMIT, () -> margay.errors(Wire.OTHER).contains(words));
    } catch (AssertionError e) {
      throw new AssertionError(margay.errors(Wire.OTHER) + "\n" + margay.log(), e);
    }
  }

  private String file(Peering peering) {
    return peering.margay(Bgpd.socket(folder, Wire.End.HERE).toString(), List.of(OURS));
  }

  private Bgpd third(Wire wire) throws IOException {
    String answers = Bgpd.socket(folder, Wire.End.BESIDE).toString();
    return new Bgpd(wire, Wire.End.BESIDE, folder, Peering.third(answers, List.of()));
  }
}

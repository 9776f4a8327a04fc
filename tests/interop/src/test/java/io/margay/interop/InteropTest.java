package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** One life with each daemon: up, routes both ways, withdrawals, a death on either side. */
class InteropTest {
  private static final String OURS = "10.20.0.0/26";
  private static final String OURS6 = "fd20::/122";
  private static final String MORE = "10.20.0.64/26";
  private static final String THEIRS = "10.21.0.0/26";
  private static final String THEIRS6 = "fd21::/122";
  private static final String THEIRS_TOO = "10.21.0.64/26";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
  }

  // RFC 2385: the same key on both sides, for dialling and for listening.
  @Test
  void passwordIsSharedWithBird() throws Exception {
    assumeTrue(Files.isExecutable(Daemon.Kind.BIRD.program()), "no BIRD here");
    try (var wire = new Wire();
        Daemon bird = new Bird(wire, folder, Optional.of("hush"));
        var margay = new RemoteSpeaker(wire, folder)) {
      bird.announce(THEIRS);
      bird.start(false);
      margay.configure(bird.asn(), "password", "hush");
      margay.tell("originate " + OURS);
      margay.tell("start");
      Wait.until("routes go both ways", LIMIT, () -> margay.knows(THEIRS) && bird.knows(OURS));
      margay.killAndReplace();
      margay.configure(bird.asn(), "password", "another", "passive");
      margay.tell("start");
      Wait.until("only the one who has the key gets in", LIMIT, () -> !bird.isEstablished());
      assertThat(margay.isEstablished()).isFalse();
    }
  }

  @ParameterizedTest
  @EnumSource(Daemon.Kind.class)
  void livesWith(Daemon.Kind kind) throws Exception {
    assumeTrue(Files.isExecutable(kind.program()), "no " + kind.program() + " here");
    try (var wire = new Wire();
        var capture = new Capture(wire, folder);
        Daemon daemon = kind.on(wire, folder);
        var margay = new RemoteSpeaker(wire, folder)) {
      daemon.announce(THEIRS);
      daemon.announce(THEIRS6);
      daemon.start(false);
      margay.configure(daemon.asn());
      margay.tell("originate " + OURS + " " + OURS6 + " " + MORE);
      margay.tell("start");
      try {
        routesBothWays(daemon, margay);
        ourDeath(daemon, margay);
        theirDeath(daemon, margay);
        assertThat(capture.malformedFrom(Wire.MARGAY, Wire.MARGAY6)).isEmpty();
        assertThat(capture.allFrom(Wire.MARGAY6).isEmpty()).isNotEqualTo(capture.ran());
      } catch (AssertionError e) {
        throw new AssertionError(
            e.getMessage() + "\n" + margay.tell("peers") + margay.tell("routes") + daemon.story(),
            e);
      }
    }
  }

  private static void routesBothWays(Daemon daemon, RemoteSpeaker margay) throws Exception {
    Wait.until("sessions are up here", LIMIT, margay::isEstablished);
    Wait.until("sessions are up there", LIMIT, daemon::isEstablished);
    Wait.until("they know ours", LIMIT, () -> daemon.knows(OURS) && daemon.knows(MORE));
    Wait.until("they know our IPv6", LIMIT, () -> daemon.knows(OURS6));
    Wait.until("we know theirs", LIMIT, () -> margay.knows(THEIRS) && margay.knows(THEIRS6));
    margay.tell("originate " + OURS + " " + OURS6);
    Wait.until("they forget what we withdraw", LIMIT, () -> !daemon.knows(MORE));
    daemon.announce(THEIRS_TOO);
    Wait.until("we know what they add", LIMIT, () -> margay.knows(THEIRS_TOO));
    daemon.withdraw(THEIRS_TOO);
    Wait.until("we forget what they withdraw", LIMIT, () -> !margay.knows(THEIRS_TOO));
    assertThat(daemon.knows(OURS)).isTrue();
  }

  /** kill -9 here: our routes stay there until we are back, and nothing is missed on the way. */
  private static void ourDeath(Daemon daemon, RemoteSpeaker margay) throws Exception {
    margay.killAndReplace();
    Wait.until("they see us gone", LIMIT, () -> !daemon.isEstablished());
    assertThat(daemon.knows(OURS) && daemon.knows(OURS6)).as("kept while we are away").isTrue();
    margay.configure(daemon.asn());
    margay.tell("originate " + OURS + " " + OURS6);
    margay.tell("start restarted");
    Wait.until(
        "all is back",
        LIMIT,
        () -> {
          assertThat(daemon.knows(OURS)).as("kept until we are back").isTrue();
          return margay.isEstablished() && margay.knows(THEIRS) && margay.knows(THEIRS6);
        });
    Wait.until("recovered", LIMIT, () -> margay.tell("recovered").contains("ALL_PEERS"));
    assertThat(daemon.knows(OURS) && daemon.knows(OURS6)).as("still there").isTrue();
  }

  /** kill -9 there: their routes stay here, stale, until they are back. */
  private static void theirDeath(Daemon daemon, RemoteSpeaker margay) throws Exception {
    daemon.kill();
    Wait.until("we see them gone", LIMIT, () -> !margay.isEstablished());
    assertThat(margay.knows(THEIRS) && margay.knows(THEIRS6)).as("kept as stale").isTrue();
    assertThat(margay.holdsStale()).isTrue();
    daemon.start(true);
    Wait.until("they are back", LIMIT, () -> margay.isEstablished() && daemon.isEstablished());
    Wait.until("nothing is stale", LIMIT, () -> !margay.holdsStale());
    Wait.until("we know theirs", LIMIT, () -> margay.knows(THEIRS) && margay.knows(THEIRS6));
    Wait.until("they know ours", LIMIT, () -> daemon.knows(OURS) && daemon.knows(OURS6));
  }
}

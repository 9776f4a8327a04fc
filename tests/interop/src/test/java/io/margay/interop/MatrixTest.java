package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.sun.security.auth.module.UnixSystem;
import io.margay.interop.Daemon.Kind;
import io.margay.interop.Peering.Extra;
import io.margay.interop.Peering.Guard;
import io.margay.interop.Peering.Role;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * A life with each daemon in each role behind each guard, over IPv4 and IPv6: judged by the
 * daemon's own tool, by the kernel that our routes go into, and by Wireshark. A spread of it
 * always; all of it under the tag {@code long}.
 */
class MatrixTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path folder;

  record Case(Kind kind, Role role, Guard guard, Extra extra) {
    Case(Kind kind, Role role, Guard guard) {
      this(kind, role, guard, Extra.NONE);
    }

    @Override
    public String toString() {
      return kind + " " + role + " " + guard + " " + extra;
    }
  }

  static Stream<Case> spread() {
    return Stream.of(
        new Case(Kind.BIRD, Role.CLIENT, Guard.NONE, Extra.ADD_PATH),
        new Case(Kind.BIRD, Role.IBGP, Guard.MD5),
        new Case(Kind.FRR, Role.REFLECTORS, Guard.GTSM),
        new Case(Kind.GOBGP, Role.EBGP, Guard.MD5),
        new Case(Kind.EXABGP, Role.IBGP, Guard.NONE));
  }

  static Stream<Case> theRest() {
    var all = new ArrayList<Case>();
    for (Kind kind : Kind.values()) {
      for (Role role : Role.values()) {
        for (Guard guard : Guard.values()) {
          // ExaBGP passes nothing on, so it cannot reflect.
          if (kind != Kind.EXABGP || role != Role.REFLECTORS) {
            all.add(new Case(kind, role, guard));
          }
        }
      }
    }
    for (Kind kind : Kind.values()) {
      all.add(new Case(kind, Role.CLIENT, Guard.NONE, Extra.ADD_PATH));
    }
    all.add(new Case(Kind.BIRD, Role.IBGP, Guard.NONE, Extra.BOTH_DIAL));
    all.add(new Case(Kind.BIRD, Role.REFLECTORS, Guard.MD5, Extra.BOTH_DIAL));
    all.add(new Case(Kind.BIRD, Role.IBGP, Guard.NONE, Extra.LONG_LIVED));
    all.add(new Case(Kind.BIRD, Role.CLIENT, Guard.NONE, Extra.LONG_LIVED));
    List<Case> shown = spread().toList();
    return all.stream().filter(c -> !shown.contains(c));
  }

  @BeforeAll
  static void needsRoot() {
    assumeTrue(new UnixSystem().getUid() == 0, "needs root for network namespaces");
  }

  @ParameterizedTest
  @MethodSource("spread")
  void livesWith(Case c) throws Exception {
    live(c);
  }

  @ParameterizedTest
  @MethodSource("theRest")
  @Tag("long")
  void livesWithAll(Case c) throws Exception {
    live(c);
  }

  private void live(Case c) throws Exception {
    assumeTrue(Files.isExecutable(c.kind().program()), "no " + c.kind().program() + " here");
    try (var wire = new Wire();
        var capture = new Capture(wire, folder);
        var life = new Life(wire, folder, new Peering(c.kind(), c.role(), c.guard(), c.extra()))) {
      try {
        life.routesBothWays();
        life.severalPaths();
        life.refresh();
        life.withdrawAll();
        life.ourDeath();
        life.theirDeath();
        life.severalPaths();
        assertThat(life.thirdIsThere()).isTrue();
        assertThat(capture.malformedFrom(Wire.MARGAY, Wire.MARGAY6)).isEmpty();
        assertThat(capture.allFrom(Wire.MARGAY6).isEmpty()).isNotEqualTo(capture.ran());
      } catch (AssertionError e) {
        throw new AssertionError(e.getMessage() + "\n" + life.story(), e);
      }
    }
  }
}

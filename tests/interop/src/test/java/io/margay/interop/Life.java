package io.margay.interop;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Margay and a daemon, from the first route to a death on either side. Each step may be the last.
 */
final class Life implements AutoCloseable {
  private static final String OURS = "10.20.0.0/26";
  private static final String OURS6 = "fd20::/122";
  private static final String MORE = "10.20.0.64/26";
  private static final String THEIRS = "10.21.0.0/26";
  private static final String THEIRS6 = "fd21::/122";
  private static final String THEIRS_TOO = "10.21.0.64/26";
  private static final String THIRD = "10.22.0.0/26";
  private static final String THIRD6 = "fd22::/122";

  /** Ours and the third's: with add-path there are two paths to it. */
  private static final String SHARED = "10.23.0.0/26";

  /** The community as BIRD writes it. */
  private static final String LLGR_STALE = "(65535,6)";

  private static final List<String> DAEMON = List.of(Wire.OTHER, Wire.OTHER6);
  private static final List<String> OTHERS = List.of(Wire.THIRD, Wire.THIRD6);
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Peering peering;
  private final String socket;
  private final String thirdSocket;
  private final Daemon daemon;
  private final Bgpd margay;
  private final Optional<Bgpd> third;

  Life(Wire wire, Path folder, Peering peering) throws Exception {
    this.peering = peering;
    this.socket = Bgpd.socket(folder, Wire.End.HERE).toString();
    this.thirdSocket = Bgpd.socket(folder, Wire.End.BESIDE).toString();
    this.daemon = peering.kind().on(wire, folder, peering);
    daemon.announce(THEIRS);
    daemon.announce(THEIRS6);
    this.margay = new Bgpd(wire, Wire.End.HERE, folder, file(OURS, OURS6, MORE));
    this.third = peering.role().reflects() ? Optional.of(third(wire, folder)) : Optional.empty();
    daemon.start(false);
  }

  private Bgpd third(Wire wire, Path folder) throws IOException {
    return new Bgpd(wire, Wire.End.BESIDE, folder, thirdFile(THIRD, THIRD6, SHARED));
  }

  private String thirdFile(String... originated) {
    return Peering.third(thirdSocket, List.of(originated));
  }

  void routesBothWays() throws Exception {
    Wait.until("sessions are up here", LIMIT, () -> margay.isEstablished(DAEMON));
    Wait.until("sessions are up there", LIMIT, daemon::isEstablished);
    Wait.until("they know ours", LIMIT, () -> daemon.knows(OURS, OURS6, MORE));
    Wait.until("we know theirs", LIMIT, () -> installed(THEIRS, THEIRS6));
    if (third.isPresent()) {
      reflected(third.get());
    }
    margay.reload(file(OURS, OURS6));
    Wait.until("they forget what we withdraw", LIMIT, () -> daemon.forgot(MORE));
    daemon.announce(THEIRS_TOO);
    Wait.until("we know what they add", LIMIT, () -> installed(THEIRS_TOO));
    daemon.withdraw(THEIRS_TOO);
    Wait.until("we forget what they withdraw", LIMIT, () -> !margay.installed(THEIRS_TOO));
    assertThat(daemon.knows(OURS, OURS6)).isTrue();
    assertThat(installed(THEIRS, THEIRS6)).isTrue();
  }

  /** RFC 4456, 8: a reflected route names who brought it into the AS, and the cluster. */
  private void reflected(Bgpd other) throws Exception {
    Wait.until("they know the third's", LIMIT, () -> daemon.knows(THIRD, THIRD6));
    assertThat(daemon.route(THIRD)).contains(Wire.THIRD).contains(Wire.MARGAY);
    assertThat(daemon.route(THIRD6)).contains(Wire.THIRD).contains(Wire.MARGAY);
    Wait.until(
        "the third knows theirs", LIMIT, () -> other.installed(THEIRS) && other.installed(THEIRS6));
    assertThat(other.route(THEIRS)).as("the next hop stays").contains("via " + Wire.OTHER + " ");
  }

  /** RFC 7911: every path to a prefix that Margay has, each by itself. */
  void severalPaths() throws Exception {
    if (peering.extra() != Peering.Extra.ADD_PATH) {
      return;
    }
    Wait.until("they know both paths", LIMIT, () -> daemon.paths(SHARED) == 2);
    if (peering.kind() == Daemon.Kind.BIRD) {
      Wait.until("we know both of theirs", LIMIT, () -> margay.paths(THEIRS).size() == 2);
    }
    Bgpd other = third.orElseThrow();
    other.reload(thirdFile(THIRD, THIRD6));
    Wait.until("they forget one path", LIMIT, () -> daemon.paths(SHARED) == 1);
    other.reload(thirdFile(THIRD, THIRD6, SHARED));
    Wait.until("they know it again", LIMIT, () -> daemon.paths(SHARED) == 2);
  }

  /** RFC 2918: asked for its routes, Margay sends them again, and they stay what they are. */
  void refresh() throws Exception {
    if (peering.kind() == Daemon.Kind.GOBGP) {
      return; // it judges anew what it has, and never asks
    }
    long before4 = daemon.updates(Family.IPV4);
    long before6 = daemon.updates(Family.IPV6);
    daemon.refresh();
    Wait.until(
        "they get all again",
        LIMIT,
        () -> daemon.updates(Family.IPV4) > before4 && daemon.updates(Family.IPV6) > before6);
    assertThat(daemon.knows(OURS, OURS6)).isTrue();
  }

  void withdrawAll() throws Exception {
    margay.reload(file());
    Wait.until("they forget all", LIMIT, () -> daemon.forgot(OURS, OURS6));
    daemon.withdraw(THEIRS);
    daemon.withdraw(THEIRS6);
    Wait.until(
        "we forget all", LIMIT, () -> !margay.installed(THEIRS) && !margay.installed(THEIRS6));
    if (third.isEmpty()) { // else FRR has told us the third's, which we do not take back
      assertThat(margay.received(Wire.OTHER)).isZero();
      assertThat(margay.received(Wire.OTHER6)).isZero();
    }
    margay.reload(file(OURS, OURS6));
    daemon.announce(THEIRS);
    daemon.announce(THEIRS6);
    Wait.until("they know ours again", LIMIT, () -> daemon.knows(OURS, OURS6));
    Wait.until("we know theirs again", LIMIT, () -> installed(THEIRS, THEIRS6));
  }

  /** kill -9 here: our routes stay there until we are back, and nothing is missed on the way. */
  void ourDeath() throws Exception {
    long recovered = margay.told("bgpd.recovered");
    margay.kill();
    Wait.until("they see us gone", LIMIT, () -> !daemon.isEstablished());
    assertThat(installed(THEIRS, THEIRS6)).as("our kernel goes on").isTrue();
    if (isLongLived()) {
      Wait.until("ours is their last resort", LIMIT, () -> daemon.route(OURS).contains(LLGR_STALE));
    }
    keptOnBothSides();
    margay.start();
    Wait.until(
        "all is back",
        LIMIT,
        () -> {
          keptOnBothSides();
          return margay.isEstablished(DAEMON) && margay.told("bgpd.recovered") > recovered;
        });
    Wait.until("they know ours", LIMIT, () -> daemon.isEstablished() && daemon.knows(OURS, OURS6));
    Wait.until("we know theirs", LIMIT, () -> installed(THEIRS, THEIRS6));
    Wait.until("ours is fresh", LIMIT, () -> !daemon.route(OURS).contains(LLGR_STALE));
  }

  /** RFC 9494: what is left when the time to restart is over is marked, and kept. */
  private boolean isLongLived() {
    return peering.extra() == Peering.Extra.LONG_LIVED;
  }

  private void keptOnBothSides() throws IOException {
    // ExaBGP has no routes to keep, and always says that it restarts, too: RFC 4724, 4.1 lets
    // nobody wait for such a peer.
    if (peering.kind() != Daemon.Kind.EXABGP) {
      assertThat(daemon.knows(OURS, OURS6)).as("kept there while we are away").isTrue();
      assertThat(installed(THEIRS, THEIRS6)).as("our kernel goes on").isTrue();
    }
  }

  /** kill -9 there: their routes stay here until they are back; what they lost goes then. */
  void theirDeath() throws Exception {
    daemon.announce(THEIRS_TOO);
    Wait.until("we know what they add", LIMIT, () -> installed(THEIRS_TOO));
    daemon.kill();
    Wait.until("we see them gone", LIMIT, () -> margay.isDown(DAEMON));
    if (isLongLived()) {
      Wait.until(
          "theirs is our last resort",
          LIMIT,
          () -> margay.paths(THEIRS).toString().contains("65535:6"));
    }
    assertThat(installed(THEIRS, THEIRS6, THEIRS_TOO)).as("kept here").isTrue();
    daemon.withdraw(THEIRS_TOO);
    daemon.start(true);
    Wait.until(
        "what they lost goes",
        LIMIT,
        () -> {
          assertThat(installed(THEIRS, THEIRS6)).as("the rest stays").isTrue();
          return !margay.installed(THEIRS_TOO);
        });
    Wait.until(
        "sessions are back",
        LIMIT,
        () -> margay.isEstablished(DAEMON) && daemon.isEstablished() && daemon.knows(OURS, OURS6));
    assertThat(installed(THEIRS, THEIRS6)).isTrue();
    assertThat(margay.paths(THEIRS).toString()).as("theirs is fresh").doesNotContain("65535:6");
  }

  /** Whatever happened to others: a third session never ended. */
  boolean thirdIsThere() {
    return third.isEmpty() || margay.isEstablished(OTHERS);
  }

  /** What everybody says, for a failed test. */
  String story() throws IOException {
    return margay.ask("node") + "\n" + margay.log() + "\n" + daemon.story();
  }

  @Override
  public void close() {
    third.ifPresent(Bgpd::close);
    margay.close();
    daemon.close();
  }

  private String file(String... originated) {
    var all = new ArrayList<>(List.of(originated));
    if (peering.extra() == Peering.Extra.ADD_PATH) {
      all.add(SHARED);
    }
    return peering.margay(socket, all);
  }

  private boolean installed(String... prefixes) {
    for (String prefix : prefixes) {
      if (!margay.installed(prefix)) {
        return false;
      }
    }
    return true;
  }
}

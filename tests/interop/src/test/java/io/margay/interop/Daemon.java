package io.margay.interop;

import io.margay.foundation.addr.Family;
import java.io.IOException;
import java.nio.file.Path;

/** Another speaker in a namespace of its own, with sessions to Margay over IPv4 and IPv6. */
interface Daemon extends AutoCloseable {
  /** Which one: its program, and how one is made. */
  enum Kind {
    BIRD("/usr/sbin/bird") {
      @Override
      Daemon on(Wire wire, Path folder, Peering peering) {
        return new Bird(wire, folder, peering);
      }
    },
    FRR("/usr/lib/frr/bgpd") {
      @Override
      Daemon on(Wire wire, Path folder, Peering peering) {
        return new Frr(wire, folder, peering);
      }
    },
    GOBGP("/usr/bin/gobgpd") {
      @Override
      Daemon on(Wire wire, Path folder, Peering peering) {
        return new Gobgp(wire, folder, peering);
      }
    },
    EXABGP("/usr/sbin/exabgp") {
      @Override
      Daemon on(Wire wire, Path folder, Peering peering) {
        return new Exabgp(wire, folder, peering);
      }
    };

    private final Path program;

    Kind(String program) {
      this.program = Path.of(program);
    }

    Path program() {
      return program;
    }

    abstract Daemon on(Wire wire, Path folder, Peering peering);
  }

  /** Starts it; {@code restarted}: as one that was killed and kept its routes in use. */
  void start(boolean restarted) throws Exception;

  /** kill -9. */
  void kill();

  @Override
  void close();

  void announce(String prefix) throws IOException;

  void withdraw(String prefix) throws IOException;

  /** What its own tool says of its route to the prefix, from Margay; nothing without a route. */
  String route(String prefix) throws IOException;

  /** By its own tool: how many paths to the prefix it has from Margay. */
  int paths(String prefix) throws IOException;

  /** By its own tool: both sessions are up. */
  boolean isEstablished() throws IOException;

  /** UPDATEs that it has counted in the session of a family since that is up. */
  long updates(Family family) throws IOException;

  /** Lets it ask Margay for all routes again (RFC 2918). */
  void refresh() throws IOException;

  /** What its own tool says of sessions and routes, for a failed test. */
  String story() throws IOException;

  default boolean knows(String... prefixes) throws IOException {
    for (String prefix : prefixes) {
      if (route(prefix).isEmpty()) {
        return false;
      }
    }
    return true;
  }

  /** True when it has a route to none of these. */
  default boolean forgot(String... prefixes) throws IOException {
    for (String prefix : prefixes) {
      if (!route(prefix).isEmpty()) {
        return false;
      }
    }
    return true;
  }
}

package io.margay.interop;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;

/** Another speaker on the wire's far end, with sessions to Margay over IPv4 and IPv6. */
interface Daemon extends AutoCloseable {
  /** Which one: its program, and how one is made. */
  enum Kind {
    BIRD("/usr/sbin/bird") {
      @Override
      Daemon on(Wire wire, Path folder) {
        return new Bird(wire, folder, Optional.empty());
      }
    },
    FRR("/usr/lib/frr/bgpd") {
      @Override
      Daemon on(Wire wire, Path folder) {
        return new Frr(wire, folder);
      }
    },
    GOBGP("/usr/bin/gobgpd") {
      @Override
      Daemon on(Wire wire, Path folder) {
        return new Gobgp(wire, folder);
      }
    };

    private final Path program;

    Kind(String program) {
      this.program = Path.of(program);
    }

    Path program() {
      return program;
    }

    abstract Daemon on(Wire wire, Path folder);
  }

  /** Its AS: BIRD is of ours, as in a mesh; the others are not. */
  long asn();

  /** Starts it; {@code restarted}: as one that was killed and kept its routes in use. */
  void start(boolean restarted) throws Exception;

  /** kill -9. */
  void kill();

  @Override
  void close();

  void announce(String prefix) throws IOException;

  void withdraw(String prefix) throws IOException;

  /** By its own tool: it has a route to the prefix, from Margay. */
  boolean knows(String prefix);

  /** By its own tool: both sessions are up. */
  boolean isEstablished();

  /** What its own tool says of sessions and routes, for a failed test. */
  String story();
}

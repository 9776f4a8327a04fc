package io.margay.interop;

import java.util.List;
import java.util.Optional;

/**
 * How Margay and a daemon are to each other. There is a session over IPv4 for IPv4's routes and one
 * over IPv6 for IPv6's.
 */
record Peering(Daemon.Kind kind, Role role, Guard guard, Extra extra) {
  static final long MARGAY_AS = 64512;
  static final String PASSWORD = "hush";

  Peering(Daemon.Kind kind, Role role, Guard guard) {
    this(kind, role, guard, Extra.NONE);
  }

  /** Whose is whose. */
  enum Role {
    /** One AS; routes of the one are passed on to nobody by the other. */
    IBGP,
    /** Two AS. */
    EBGP,
    /** Margay reflects (RFC 4456); the daemon is a client. */
    CLIENT,
    /** Both reflect, each in a cluster of its own, and are each other's clients. */
    REFLECTORS;

    /** The daemon's AS. */
    long asn() {
      return this == EBGP ? 64513 : MARGAY_AS;
    }

    /** A third speaker's routes reach the daemon by Margay. */
    boolean reflects() {
      return this == CLIENT || this == REFLECTORS;
    }
  }

  /** What keeps others out of the sessions. */
  enum Guard {
    NONE,
    /** RFC 2385. */
    MD5,
    /** RFC 5082. */
    GTSM
  }

  /** What is not in every case. */
  enum Extra {
    NONE,
    /** Several paths to a prefix, both ways (RFC 7911). */
    ADD_PATH,
    /** Either side dials (RFC 4271, 6.8). */
    BOTH_DIAL,
    /** Three seconds to restart, then minutes of last resort (RFC 9494). */
    LONG_LIVED
  }

  boolean margayDials() {
    return extra == Extra.BOTH_DIAL || isMargaysTurn();
  }

  boolean daemonDials() {
    return extra == Extra.BOTH_DIAL || !isMargaysTurn();
  }

  /**
   * One side dials, as in a mesh: in every other role it is Margay. All orders in which two
   * connections may meet are CollisionTest's, in bgp-speaker. FRR 8.4 is always dialled: when it
   * dials a restarting speaker and is refused, it drops what it has kept.
   */
  private boolean isMargaysTurn() {
    return switch (role) {
      case EBGP, CLIENT -> true;
      case IBGP, REFLECTORS -> kind == Daemon.Kind.FRR;
    };
  }

  /** Margay's file, with a third speaker beside where it reflects. */
  String margay(String socket, List<String> originated) {
    return file(
        Wire.End.HERE,
        socket,
        originated,
        List.of(
            neighbor(Wire.MARGAY, Wire.OTHER, toDaemon()),
            neighbor(Wire.MARGAY6, Wire.OTHER6, toDaemon()),
            neighbor(Wire.MARGAY, Wire.THIRD, toThird()),
            neighbor(Wire.MARGAY6, Wire.THIRD6, toThird())));
  }

  /** The third speaker's file: it has a session with Margay only. */
  static String third(String socket, List<String> originated) {
    return file(
        Wire.End.BESIDE,
        socket,
        originated,
        List.of(
            neighbor(Wire.THIRD, Wire.MARGAY, Optional.of("asn: 64512")),
            neighbor(Wire.THIRD6, Wire.MARGAY6, Optional.of("asn: 64512"))));
  }

  private Optional<String> toDaemon() {
    var text = new StringBuilder("asn: " + role.asn());
    if (!margayDials()) {
      text.append(", passive: true");
    }
    if (role == Role.EBGP) {
      text.append(", import: accept, export: accept"); // RFC 8212
    }
    if (role.reflects()) {
      text.append(", reflectorClient: true");
    }
    text.append(
        switch (extra) {
          case NONE, BOTH_DIAL -> "";
          case ADD_PATH -> ", addPath: both";
          case LONG_LIVED -> ", restartTime: 3, longLivedStaleTime: 300";
        });
    text.append(
        switch (guard) {
          case NONE -> ", multihop: true";
          case MD5 -> ", multihop: true, password: " + PASSWORD;
          case GTSM -> ", ttlSecurity: 1";
        });
    return Optional.of(text.toString());
  }

  private Optional<String> toThird() {
    return role.reflects() ? Optional.of("asn: 64512, reflectorClient: true") : Optional.empty();
  }

  private static String neighbor(String source, String address, Optional<String> more) {
    return more.map(
            m -> "  - { address: \"%s\", source: \"%s\", %s }\n".formatted(address, source, m))
        .orElse("");
  }

  private static String file(
      Wire.End end, String socket, List<String> originated, List<String> neighbors) {
    return """
    asn: %d
    routerId: %s
    listen: [ { address: %s }, { address: "%s" } ]
    socket: %s
    install: true
    originate: [ %s ]
    neighbors:
    %s\
    """
        .formatted(
            MARGAY_AS,
            end.ip4(),
            end.ip4(),
            end.ip6(),
            socket,
            String.join(", ", originated.stream().map("\"%s\""::formatted).toList()),
            String.join("", neighbors));
  }
}

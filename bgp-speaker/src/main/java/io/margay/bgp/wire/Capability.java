package io.margay.bgp.wire;

import io.margay.bgp.attr.Octets;
import io.margay.bgp.attr.Role;
import io.margay.foundation.addr.Family;
import java.util.List;
import java.util.stream.Collectors;

/** A capability of an OPEN (RFC 5492). Those that this speaker does not use are kept as bytes. */
public sealed interface Capability {
  int CODE_MULTIPROTOCOL = 1;
  int CODE_ROUTE_REFRESH = 2;
  int CODE_EXTENDED_NEXT_HOP = 5;
  int CODE_EXTENDED_MESSAGE = 6;
  int CODE_ROLE = 9;
  int CODE_GRACEFUL_RESTART = 64;
  int CODE_FOUR_OCTET_AS = 65;
  int CODE_ADD_PATH = 69;
  int CODE_ENHANCED_REFRESH = 70;
  int CODE_LONG_LIVED = 71;

  /** Unicast, the one SAFI that this speaker knows. */
  int SAFI_UNICAST = 1;

  /** A family whose routes can be carried (RFC 4760, 8). */
  record Multiprotocol(int afi, int safi) implements Capability {}

  /** Routes are sent again when asked for (RFC 2918). */
  record RouteRefresh() implements Capability {}

  /** Messages of up to 65535 bytes are understood (RFC 8654). */
  record ExtendedMessage() implements Capability {}

  /** Begin and end of a refresh are marked (RFC 7313). */
  record EnhancedRefresh() implements Capability {}

  /** Routes of families may have next hops of another (RFC 8950, 4). */
  record ExtendedNextHop(List<NextHopFamily> families) implements Capability {
    public ExtendedNextHop {
      families = List.copyOf(families);
    }

    /** True when IPv4 unicast may have IPv6 next hops, the one case that is used. */
    public boolean isIpv4OverIpv6() {
      return families.contains(new NextHopFamily(1, SAFI_UNICAST, 2));
    }
  }

  /** A family and the AFI that its next hops may have. */
  record NextHopFamily(int afi, int safi, int nextHopAfi) {}

  /** Several paths to a prefix, told apart by identifiers (RFC 7911, 4). */
  record AddPath(List<PathFamily> families) implements Capability {
    public AddPath {
      families = List.copyOf(families);
    }

    /** True when the sender has this of the family. */
    public boolean has(Family family, int what) {
      return families.stream()
          .anyMatch(f ->
              f.afi() == family.afi()
                  && f.safi() == SAFI_UNICAST
                  && f.mode() <= PathFamily.BOTH
                  && (f.mode() & what) != 0);
    }
  }

  /** A family and what its sender can do: receive (1), send (2) or both (3) of several paths. */
  record PathFamily(int afi, int safi, int mode) {
    public static final int RECEIVE = 1;
    public static final int SEND = 2;
    public static final int BOTH = 3;
  }

  /** What the sender is to the receiver (RFC 9234, 4.1); the number, known or not. */
  record BgpRole(int role) implements Capability {}

  /** AS numbers of four bytes, and the sender's (RFC 6793). */
  record FourOctetAs(long asn) implements Capability {}

  /**
   * Graceful restart (RFC 4724, 3; RFC 8538, 2).
   *
   * @param restarted the sender has just restarted (R)
   * @param notification NOTIFICATIONs are survived, too (N)
   * @param seconds how long its routes may be kept without a session, 0 to 4095
   */
  record GracefulRestart(
      boolean restarted, boolean notification, int seconds, List<RestartFamily> families)
      implements Capability {
    public GracefulRestart {
      families = List.copyOf(families);
    }
  }

  /** A family of graceful restart; {@code forwarding} (F): its routes were kept in use. */
  record RestartFamily(int afi, int safi, boolean forwarding) {}

  /** Long-lived graceful restart (RFC 9494, 3.1). Without families: its sender helps others. */
  record LongLived(List<LongLivedFamily> families) implements Capability {
    public LongLived {
      families = List.copyOf(families);
    }
  }

  /**
   * A family of long-lived graceful restart.
   *
   * @param forwarding its routes were kept in use (F)
   * @param seconds how long its routes may be kept behind the restart time, 0 to 16777215
   */
  record LongLivedFamily(int afi, int safi, boolean forwarding, int seconds) {}

  /** Any other one. */
  record Other(int code, Octets value) implements Capability {}

  default int code() {
    return switch (this) {
      case Multiprotocol _ -> CODE_MULTIPROTOCOL;
      case RouteRefresh _ -> CODE_ROUTE_REFRESH;
      case ExtendedNextHop _ -> CODE_EXTENDED_NEXT_HOP;
      case BgpRole _ -> CODE_ROLE;
      case AddPath _ -> CODE_ADD_PATH;
      case ExtendedMessage _ -> CODE_EXTENDED_MESSAGE;
      case EnhancedRefresh _ -> CODE_ENHANCED_REFRESH;
      case FourOctetAs _ -> CODE_FOUR_OCTET_AS;
      case GracefulRestart _ -> CODE_GRACEFUL_RESTART;
      case LongLived _ -> CODE_LONG_LIVED;
      case Other(int code, _) -> code;
    };
  }

  /** For people: {@code multiprotocol 1/1}. */
  default String text() {
    return switch (this) {
      case Multiprotocol(int afi, int safi) -> "multiprotocol " + afi + "/" + safi;
      case RouteRefresh _ -> "route refresh";
      case ExtendedNextHop(var families) ->
          families.stream()
              .map(f -> " " + f.afi() + "/" + f.safi() + "-" + f.nextHopAfi())
              .collect(Collectors.joining(",", "extended next hop", ""));
      case AddPath(var families) ->
          families.stream()
              .map(f -> " " + f.afi() + "/" + f.safi() + " " + modeName(f.mode()))
              .collect(Collectors.joining(",", "add-path", ""));
      case BgpRole(int role) ->
          "role " + Role.of(role).map(Role::toString).orElseGet(() -> String.valueOf(role));
      case ExtendedMessage _ -> "extended message";
      case EnhancedRefresh _ -> "enhanced route refresh";
      case FourOctetAs(long asn) -> "4-octet AS " + asn;
      case GracefulRestart g -> gracefulText(g);
      case LongLived(var families) ->
          families.stream()
              .map(f ->
                  " %d/%d %d s%s"
                      .formatted(
                          f.afi(), f.safi(), f.seconds(), f.forwarding() ? " forwarding" : ""))
              .collect(Collectors.joining(",", "long-lived graceful restart", ""));
      case Other(int code, var value) -> otherName(code) + (value.length() == 0 ? "" : " " + value);
    };
  }

  private static String gracefulText(GracefulRestart g) {
    var out = new StringBuilder("graceful restart ").append(g.seconds()).append(" s");
    if (g.restarted()) {
      out.append(", restarted");
    }
    if (g.notification()) {
      out.append(", notification");
    }
    for (RestartFamily f : g.families()) {
      out.append(", ").append(f.afi()).append('/').append(f.safi());
      out.append(f.forwarding() ? " forwarding" : "");
    }
    return out.toString();
  }

  private static String modeName(int mode) {
    return switch (mode) {
      case PathFamily.RECEIVE -> "receive";
      case PathFamily.SEND -> "send";
      case PathFamily.BOTH -> "both";
      default -> "mode " + mode;
    };
  }

  private static String otherName(int code) {
    return switch (code) {
      case CODE_EXTENDED_NEXT_HOP -> "extended next hop";
      case CODE_EXTENDED_MESSAGE -> "extended message";
      case CODE_ROLE -> "role";
      case 67 -> "dynamic capability";
      case CODE_ADD_PATH -> "add-path";
      case CODE_ENHANCED_REFRESH -> "enhanced route refresh";
      case CODE_LONG_LIVED -> "long-lived graceful restart";
      case 73 -> "hostname";
      default -> "capability " + code;
    };
  }
}

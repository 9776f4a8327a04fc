package io.margay.bgp.fsm;

import io.margay.bgp.attr.Octets;
import io.margay.bgp.attr.Role;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.addr.Family;
import java.time.Duration;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Judges a peer's OPEN (RFC 4271, 6.2; RFC 5492; RFC 6286; RFC 9234). */
final class Negotiation {
  /** The verdict. */
  sealed interface Result {
    record Accepted(Agreed agreed) implements Result {}

    record Refused(NotificationMessage answer) implements Result {}
  }

  private Negotiation() {}

  static Result judge(SessionConfig config, OpenMessage peer) {
    if (peer.asn() != config.remoteAs()) {
      return refused(NotificationMessage.OPEN_PEER_AS, Octets.EMPTY);
    }
    // RFC 6286, 2.2: an own id is an error only from inside the AS.
    boolean ownId = config.isInternal() && peer.routerId().equals(config.open().routerId());
    if (peer.routerId().bits() == 0 || ownId) {
      return refused(NotificationMessage.OPEN_IDENTIFIER, Octets.EMPTY);
    }
    if (peer.holdSeconds() == 1 || peer.holdSeconds() == 2) {
      return refused(NotificationMessage.OPEN_HOLD_TIME, Octets.EMPTY);
    }
    if (isRoleMismatch(config, peer)) {
      return refused(NotificationMessage.OPEN_ROLE, Octets.EMPTY);
    }
    Set<Family> offered = families(config.open());
    var families = EnumSet.noneOf(Family.class);
    families.addAll(offered);
    families.retainAll(families(peer));
    if (families.isEmpty()) {
      // RFC 5492, 5: the data is the capability that is missed.
      return refused(NotificationMessage.OPEN_CAPABILITY, missing(offered.iterator().next()));
    }
    return new Result.Accepted(agree(config, peer, families));
  }

  private static Agreed agree(SessionConfig config, OpenMessage peer, Set<Family> families) {
    int seconds = Math.min(config.open().holdSeconds(), peer.holdSeconds());
    Duration hold = Duration.ofSeconds(seconds);
    Duration keepalive = keepalive(hold, config.keepalive());
    boolean restart = both(config.open(), peer, Capability.GracefulRestart.class);
    boolean longLived = restart && both(config.open(), peer, Capability.LongLived.class);
    return new Agreed(
        config.open(),
        peer,
        config.isInternal(),
        hold,
        keepalive,
        families,
        both(config.open(), peer, Capability.FourOctetAs.class),
        both(config.open(), peer, Capability.RouteRefresh.class),
        both(config.open(), peer, Capability.EnhancedRefresh.class),
        both(config.open(), peer, Capability.ExtendedMessage.class),
        isIpv4OverIpv6(config.open()) && isIpv4OverIpv6(peer),
        several(families, peer, config.open()),
        several(families, config.open(), peer),
        restart ? peer.first(Capability.GracefulRestart.class) : Optional.empty(),
        longLived ? peer.first(Capability.LongLived.class) : Optional.empty());
  }

  // RFC 4271, 4.4: a third of the hold time at most. The peer may have brought that below what is
  // configured here.
  private static Duration keepalive(Duration hold, Optional<Duration> configured) {
    Duration most = Duration.ofMillis(hold.toMillis() / 3);
    return configured.filter(wanted -> wanted.compareTo(most) < 0).orElse(most);
  }

  /** A speaker that names no family means IPv4 (RFC 4760, 8 asks only for what goes beyond). */
  private static Set<Family> families(OpenMessage open) {
    var out = EnumSet.noneOf(Family.class);
    boolean named = false;
    for (Capability capability : open.capabilities()) {
      if (capability instanceof Capability.Multiprotocol(int afi, int safi)) {
        named = true;
        for (Family family : Family.values()) {
          if (family.afi() == afi && safi == Capability.SAFI_UNICAST) {
            out.add(family);
          }
        }
      }
    }
    return named ? out : EnumSet.of(Family.IPV4);
  }

  private static <C extends Capability> boolean both(
      OpenMessage own, OpenMessage peer, Class<C> kind) {
    return own.first(kind).isPresent() && peer.first(kind).isPresent();
  }

  /** Families of which one side sends several paths and the other takes them (RFC 7911, 4). */
  private static Set<Family> several(Set<Family> families, OpenMessage from, OpenMessage to) {
    var out = EnumSet.noneOf(Family.class);
    for (Family family : families) {
      boolean sends = hasPaths(from, family, Capability.PathFamily.SEND);
      if (sends && hasPaths(to, family, Capability.PathFamily.RECEIVE)) {
        out.add(family);
      }
    }
    return out;
  }

  private static boolean hasPaths(OpenMessage open, Family family, int what) {
    return open.first(Capability.AddPath.class).map(a -> a.has(family, what)).orElse(false);
  }

  private static boolean isIpv4OverIpv6(OpenMessage open) {
    return open.first(Capability.ExtendedNextHop.class)
        .map(Capability.ExtendedNextHop::isIpv4OverIpv6)
        .orElse(false);
  }

  // RFC 9234, 4.2: between ASes only; several roles of the peer have to be one.
  private static boolean isRoleMismatch(SessionConfig config, OpenMessage peer) {
    Optional<Role> own =
        config.open().first(Capability.BgpRole.class).flatMap(r -> Role.of(r.role()));
    if (config.isInternal() || own.isEmpty()) {
      return false;
    }
    Set<Integer> theirs =
        peer.capabilities().stream()
            .filter(c -> c instanceof Capability.BgpRole)
            .map(c -> ((Capability.BgpRole) c).role())
            .collect(Collectors.toSet());
    return theirs.isEmpty()
        ? config.strictRole()
        : !theirs.equals(Set.of(own.get().counterpart().code()));
  }

  private static Octets missing(Family family) {
    return Octets.of(
        (byte) Capability.CODE_MULTIPROTOCOL,
        (byte) 4,
        (byte) 0,
        (byte) family.afi(),
        (byte) 0,
        (byte) Capability.SAFI_UNICAST);
  }

  private static Result refused(int subcode, Octets data) {
    return new Result.Refused(
        NotificationMessage.of(NotificationMessage.OPEN_ERROR, subcode, data));
  }
}

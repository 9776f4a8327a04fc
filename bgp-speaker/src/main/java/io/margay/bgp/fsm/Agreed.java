package io.margay.bgp.fsm;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * What two OPENs agreed on.
 *
 * @param hold zero: nobody has to say anything
 * @param keepalive zero with a zero hold time
 * @param enhancedRefresh begin and end of a refresh are marked (RFC 7313)
 * @param extendedMessages messages may have 65535 bytes (RFC 8654)
 * @param extendedNextHop IPv4 routes may have IPv6 next hops (RFC 8950)
 * @param pathsIn families of which the peer sends several paths to a prefix (RFC 7911)
 * @param pathsOut families of which it gets them
 * @param restart the peer's graceful restart, when both sides have it
 * @param longLived the peer's long-lived one, when both sides have it and that (RFC 9494, 4.5)
 */
public record Agreed(
    OpenMessage own,
    OpenMessage peer,
    boolean internal,
    Duration hold,
    Duration keepalive,
    Set<Family> families,
    boolean as4,
    boolean routeRefresh,
    boolean enhancedRefresh,
    boolean extendedMessages,
    boolean extendedNextHop,
    Set<Family> pathsIn,
    Set<Family> pathsOut,
    Optional<Capability.GracefulRestart> restart,
    Optional<Capability.LongLived> longLived) {
  public Agreed {
    families = Set.copyOf(families);
    pathsIn = Set.copyOf(pathsIn);
    pathsOut = Set.copyOf(pathsOut);
  }

  /** The peer's router id. */
  public Ip4 routerId() {
    return peer.routerId();
  }

  /** The shape of UPDATEs in both directions. */
  public WireFormat format() {
    int longest = extendedMessages ? BgpMessage.MAX_EXTENDED : BgpMessage.MAX_LENGTH;
    return new WireFormat(as4, internal, families, longest, extendedNextHop, pathsIn, pathsOut);
  }

  /** The routes of this family outlive a lost connection (RFC 4724, 4.2; RFC 9494, 4.2). */
  public boolean survives(Family family) {
    return !restartTime(family).isZero() || !longLivedTime(family).isZero();
  }

  /** How long the peer's routes of this family are kept as they were; zero for not at all. */
  public Duration restartTime(Family family) {
    return restartFamily(family)
        .flatMap(_ -> restart)
        .map(r -> Duration.ofSeconds(r.seconds()))
        .orElse(Duration.ZERO);
  }

  /** How long they are kept behind that, as the last choice; zero for not at all. */
  public Duration longLivedTime(Family family) {
    return longLivedFamily(family).map(f -> Duration.ofSeconds(f.seconds())).orElse(Duration.ZERO);
  }

  /** The peer kept forwarding for this family while it was away for long (its own F bit). */
  public boolean keptLongLived(Family family) {
    return longLivedFamily(family).map(Capability.LongLivedFamily::forwarding).orElse(false);
  }

  /** The peer kept forwarding for this family while it was away (F bit). */
  public boolean kept(Family family) {
    return restartFamily(family).map(Capability.RestartFamily::forwarding).orElse(false);
  }

  /** At least one family outlives a lost connection. */
  public boolean isGraceful() {
    return families.stream().anyMatch(this::survives);
  }

  /** All NOTIFICATIONs but hard resets are survived as a lost connection is (RFC 8538, 3 and 4). */
  public boolean survivesNotifications() {
    boolean ownFlag =
        own.first(Capability.GracefulRestart.class)
            .map(Capability.GracefulRestart::notification)
            .orElse(false);
    boolean theirs = restart.map(Capability.GracefulRestart::notification).orElse(false);
    return ownFlag && theirs && isGraceful();
  }

  /** What tells the peer that nothing is to be kept (RFC 8538, 3.1). */
  public NotificationMessage hard(NotificationMessage last) {
    return survivesNotifications() ? last.asHardReset() : last;
  }

  private Optional<Capability.LongLivedFamily> longLivedFamily(Family family) {
    return families.contains(family)
        ? longLived.flatMap(l ->
            l.families().stream()
                .filter(f -> f.afi() == family.afi() && f.safi() == Capability.SAFI_UNICAST)
                .findFirst())
        : Optional.empty();
  }

  private Optional<Capability.RestartFamily> restartFamily(Family family) {
    return families.contains(family)
        ? restart.flatMap(r ->
            r.families().stream()
                .filter(f -> f.afi() == family.afi() && f.safi() == Capability.SAFI_UNICAST)
                .findFirst())
        : Optional.empty();
  }
}

package io.margay.bgp.speaker;

import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The OPEN that a peer is sent. */
final class Opens {
  private Opens() {}

  /**
   * What is offered to a peer.
   *
   * @param restarted this speaker restarted and has not recovered (R)
   * @param forwarding its routes stayed in use meanwhile (F)
   */
  static OpenMessage of(PeerConfig.Link link, Ip4 routerId, boolean restarted, boolean forwarding) {
    var capabilities = new ArrayList<Capability>();
    List<Family> families = link.families().stream().sorted().toList();
    for (Family family : families) {
      capabilities.add(new Capability.Multiprotocol(family.afi(), Capability.SAFI_UNICAST));
    }
    capabilities.add(new Capability.RouteRefresh());
    capabilities.add(new Capability.EnhancedRefresh());
    capabilities.add(new Capability.ExtendedMessage());
    if (link.options().extendedNextHop() && families.contains(Family.IPV4)) {
      capabilities.add(
          new Capability.ExtendedNextHop(
              List.of(
                  new Capability.NextHopFamily(
                      Family.IPV4.afi(), Capability.SAFI_UNICAST, Family.IPV6.afi()))));
    }
    if (link.options().addPath() != AddPath.NONE) {
      int mode = link.options().addPath().mode();
      capabilities.add(
          new Capability.AddPath(
              families.stream()
                  .map(f -> new Capability.PathFamily(f.afi(), Capability.SAFI_UNICAST, mode))
                  .toList()));
    }
    link.role().ifPresent(role -> capabilities.add(new Capability.BgpRole(role.code())));
    var kept =
        families.stream()
            .map(f -> new Capability.RestartFamily(f.afi(), Capability.SAFI_UNICAST, forwarding))
            .toList();
    int seconds = (int) link.timers().restart().toSeconds();
    capabilities.add(new Capability.GracefulRestart(restarted, true, seconds, kept));
    capabilities.add(longLived(families, link.options().longLived(), forwarding));
    capabilities.add(new Capability.FourOctetAs(link.localAs()));
    return new OpenMessage(
        OpenMessage.VERSION,
        OpenMessage.shortAs(link.localAs()),
        (int) link.timers().hold().toSeconds(),
        routerId,
        capabilities);
  }

  // RFC 9494, 3.1: without a family it says that others are helped, as BIRD does.
  private static Capability longLived(List<Family> families, Duration stale, boolean forwarding) {
    int seconds = (int) stale.toSeconds();
    return new Capability.LongLived(
        families.stream()
            .filter(_ -> seconds > 0)
            .map(f ->
                new Capability.LongLivedFamily(
                    f.afi(), Capability.SAFI_UNICAST, forwarding, seconds))
            .toList());
  }
}

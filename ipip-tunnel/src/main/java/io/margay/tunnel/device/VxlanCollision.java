package io.margay.tunnel.device;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkData.VxlanFlag;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NewLink;
import java.util.Optional;

/** Finds out which other device has what a VXLAN device of ours needs. */
final class VxlanCollision {
  private final Rtnl rtnl;

  VxlanCollision(Rtnl rtnl) {
    this.rtnl = rtnl;
  }

  /** Who has the VNI already: of one port and one family there can be one. */
  Optional<String> of(NewLink.Tunnel making) {
    if (!(making.data() instanceof LinkData.Vxlan wanted)) {
      return Optional.empty();
    }
    for (LinkEntry link : rtnl.links().entries()) {
      if (!link.name().equals(making.name())
          && link.data().orElse(null) instanceof LinkData.Vxlan other
          && other.port() == wanted.port()
          && other.vni() == wanted.vni()
          && isIpv6(other) == isIpv6(wanted)
          && !isApart(other)) {
        return Optional.of(
            "VNI " + other.vni() + " on UDP port " + other.port() + " is taken by " + link.name());
      }
    }
    return Optional.empty();
  }

  /** Why the UDP port of a device cannot be opened. */
  String ofPort(String device, int port) {
    for (LinkEntry link : rtnl.links().entries()) {
      if (!link.name().equals(device)
          && link.data().orElse(null) instanceof LinkData.Vxlan other
          && other.port() == port
          && isApart(other)) {
        return "UDP port "
            + port
            + " is taken by "
            + link.name()
            + ", a VXLAN device of another kind; give one of them another port";
      }
    }
    return "UDP port " + port + " is taken by another program or device";
  }

  /** Its socket is not shared with devices of our kind (vxlan_find_sock compares flags). */
  private static boolean isApart(LinkData.Vxlan vxlan) {
    return vxlan.has(VxlanFlag.EXTERNAL) || vxlan.has(VxlanFlag.GBP);
  }

  private static boolean isIpv6(LinkData.Vxlan vxlan) {
    return vxlan.local().or(vxlan::remote).map(Ip::family).orElse(Family.IPV4) == Family.IPV6;
  }
}

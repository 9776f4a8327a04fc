package io.margay.tunnel.plan;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;

/**
 * A node's end of the VXLAN of one family.
 *
 * @param tunnelAddress of the node's VXLAN device: next hop of the routes to its blocks
 * @param mac of that device
 * @param nodeAddress where the outer packets go
 */
public record Vtep(String node, Ip tunnelAddress, Mac mac, Ip nodeAddress) {
  public Vtep {
    if (tunnelAddress.family() != nodeAddress.family()) {
      throw new IllegalArgumentException(
          "VTEP of " + node + ": " + tunnelAddress + " cannot be reached at " + nodeAddress);
    }
  }
}

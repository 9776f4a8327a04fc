package io.margay.cni.veth;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import java.util.List;
import java.util.Optional;

/**
 * A pair to make.
 *
 * @param netns path of the container's namespace
 * @param ifName the container's end
 * @param hostName the node's end
 * @param mtu of both ends
 * @param addresses of the container
 * @param mac of the container's end; empty leaves it to the kernel
 * @param ipForwarding the container may forward packets; else that is switched off in it
 */
public record VethPlan(
    String netns,
    String ifName,
    String hostName,
    int mtu,
    List<Ip> addresses,
    Optional<Mac> mac,
    boolean ipForwarding) {
  public VethPlan {
    addresses = List.copyOf(addresses);
  }

  boolean has(Family family) {
    return addresses.stream().anyMatch(ip -> ip.family() == family);
  }
}

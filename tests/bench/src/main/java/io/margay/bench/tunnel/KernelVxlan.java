package io.margay.bench.tunnel;

import io.margay.bench.host.Tenant;
import java.util.List;
import java.util.Optional;

/** The kernel's VXLAN, set as Calico sets it: nothing is learned, both ends are written down. */
record KernelVxlan() implements Mode {
  private static final String DEVICE = "vxlan.bench";
  private static final int OVERHEAD = 50;

  @Override
  public String name() {
    return "vxlan";
  }

  @Override
  public List<String> programs() {
    return List.of("bridge");
  }

  @Override
  public Layer open() {
    return KernelVxlan::lay;
  }

  private static Optional<Tenant> lay(Node here, Node there) {
    here.ip(
        "link add %s address %s mtu %d type vxlan id 4096 dstport 4789 nolearning local %s dev %s"
            .formatted(DEVICE, here.mac(), Node.CABLE_MTU - OVERHEAD, here.address(), Node.CABLE));
    here.ip("link set " + DEVICE + " up");
    here.ip(
        "neighbour replace %s lladdr %s dev %s nud permanent"
            .formatted(there.pod(), there.mac(), DEVICE));
    here.command(
        "bridge fdb replace %s dev %s dst %s self permanent"
            .formatted(there.mac(), DEVICE, there.address()));
    here.ip(
        "route add %s via %s dev %s onlink src %s"
            .formatted(there.block(), there.pod(), DEVICE, here.pod()));
    return Optional.empty();
  }
}

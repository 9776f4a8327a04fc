package io.margay.bench.tunnel;

/** The device of a forwarder, which whoever starts the forwarder sets up. */
final class TunDevice {
  /** No kernel has one of that name by itself. */
  static final String NAME = "tun.bench";

  private TunDevice() {}

  /**
   * Sets up what the forwarder has made, with the route to the other node's pods.
   *
   * @param overhead bytes that a packet grows by
   */
  static void setUp(Node here, Node there, int overhead) {
    here.ip("link set %s mtu %d up".formatted(NAME, Node.CABLE_MTU - overhead));
    here.ip(
        "route add %s via %s dev %s onlink src %s"
            .formatted(there.block(), there.address(), NAME, here.pod()));
  }
}

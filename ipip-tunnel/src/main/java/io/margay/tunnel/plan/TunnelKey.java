package io.margay.tunnel.plan;

/** What names an item of a node's tunnels. */
public sealed interface TunnelKey {
  /** Calico's IPIP device. */
  String TUNL0 = "tunl0";

  /** A network device. */
  record Device(String name) implements TunnelKey {
    @Override
    public String toString() {
      return "device " + name;
    }
  }

  /** What the userspace forwarder behind a device knows. */
  record Forwarding(String device) implements TunnelKey {
    @Override
    public String toString() {
      return "forwarding of " + device;
    }
  }
}

package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import java.util.Set;

/** What names an item of a node's tunnels. */
public sealed interface TunnelKey {
  /** Calico's IPIP device. */
  String TUNL0 = "tunl0";

  /** Calico's VXLAN device of IPv4. */
  String VXLAN = "vxlan.calico";

  /** Calico's VXLAN device of IPv6. */
  String VXLAN_V6 = "vxlan-v6.calico";

  /** The device of UDP encapsulation. */
  String UDP = "udp.margay";

  /** All devices that a tunnel may have. */
  Set<String> DEVICES = Set.of(TUNL0, UDP, VXLAN, VXLAN_V6);

  /** Calico's VXLAN device of that family. */
  static String vxlanDevice(Family family) {
    return switch (family) {
      case IPV4 -> VXLAN;
      case IPV6 -> VXLAN_V6;
    };
  }

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

  /** Which MAC a node's tunnel address has: the ARP or ND entry of a VXLAN device. */
  record Neighbour(String device, Ip tunnelAddress) implements TunnelKey {
    @Override
    public String toString() {
      return "neighbour " + tunnelAddress + " of " + device;
    }
  }

  /** Which node has a MAC: the entry of a VXLAN device's forwarding table. */
  record FdbEntry(String device, Mac mac) implements TunnelKey {
    @Override
    public String toString() {
      return "FDB entry " + mac + " of " + device;
    }
  }
}

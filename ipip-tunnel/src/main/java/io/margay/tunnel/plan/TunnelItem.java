package io.margay.tunnel.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip4;
import java.util.Set;

/** What a node's tunnels are made of, wanted or found. */
public sealed interface TunnelItem {
  /**
   * A device as it stands.
   *
   * @param addresses its IPv4 addresses, none besides
   */
  record Device(Set<InterfaceAddress> addresses, int mtu, boolean up) implements TunnelItem {
    public Device {
      addresses = Set.copyOf(addresses);
    }

    /** As Calico makes a tunnel device: its address alone in its network, up. */
    public static Device wanted(Ip4 address, int mtu) {
      return new Device(Set.of(new InterfaceAddress(address, 32)), mtu, true);
    }

    @Override
    public String toString() {
      return "addresses " + addresses + " mtu " + mtu + (up ? " up" : " down");
    }
  }

  /** A running forwarder that knows this table. */
  record Forwarding(ForwardingTable table) implements TunnelItem {
    @Override
    public String toString() {
      return table.routes().size() + " routes, " + table.sources().size() + " sources";
    }
  }
}

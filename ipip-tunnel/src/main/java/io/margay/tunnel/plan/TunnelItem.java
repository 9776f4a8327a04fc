package io.margay.tunnel.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import java.util.Optional;
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

  /**
   * A VXLAN device as it stands.
   *
   * @param addresses those of its family
   * @param checksumOffload as in {@link VxlanSettings}
   */
  record VxlanDevice(
      VxlanLink link, Set<InterfaceAddress> addresses, int mtu, boolean up, boolean checksumOffload)
      implements TunnelItem {
    public VxlanDevice {
      addresses = Set.copyOf(addresses);
    }

    @Override
    public String toString() {
      return link
          + " addresses "
          + addresses
          + " mtu "
          + mtu
          + (up ? " up" : " down")
          + (checksumOffload ? "" : " without checksum offload");
    }
  }

  /**
   * What a VXLAN device is made of.
   *
   * @param parent name of the device that it sends from; empty where there is none
   * @param local its outer source address; empty where routing chooses one
   * @param learning whether it learns from what it receives who has which MAC
   */
  record VxlanLink(
      int vni, int port, String parent, Optional<Ip> local, Mac mac, boolean learning) {
    @Override
    public String toString() {
      return "id "
          + vni
          + " port "
          + port
          + (parent.isEmpty() ? "" : " dev " + parent)
          + local.map(ip -> " local " + ip).orElse("")
          + " address "
          + mac
          + (learning ? " learning" : "");
    }
  }

  /** The MAC of a VTEP, for ever. */
  record Neighbour(Mac mac) implements TunnelItem {
    @Override
    public String toString() {
      return mac.toString();
    }
  }

  /**
   * The nodes that frames to a MAC go to: one, for ever, where it is as it should be.
   *
   * @param permanent neither learned nor to be forgotten
   */
  record FdbEntry(Set<Ip> nodes, boolean permanent) implements TunnelItem {
    public FdbEntry {
      nodes = Set.copyOf(nodes);
    }

    /** The entry of a VTEP. */
    public static FdbEntry wanted(Ip node) {
      return new FdbEntry(Set.of(node), true);
    }

    @Override
    public String toString() {
      return "to " + nodes + (permanent ? "" : ", learned");
    }
  }
}

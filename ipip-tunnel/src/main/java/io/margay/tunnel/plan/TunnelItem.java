package io.margay.tunnel.plan;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;

/** What a node's tunnels are made of, wanted or found. */
public sealed interface TunnelItem {
  /**
   * A device of IPIP, or of UDP encapsulation, as it stands.
   *
   * @param addresses its IPv4 addresses, none besides
   * @param checksumOffload false: checksums are made in software; true: whatever the device has
   * @param oddities what would harm, in words; none are wanted
   */
  record Device(
      Set<InterfaceAddress> addresses,
      int mtu,
      boolean up,
      boolean checksumOffload,
      Set<String> oddities)
      implements TunnelItem {
    public Device {
      addresses = Set.copyOf(addresses);
      oddities = Set.copyOf(oddities);
    }

    /** One that is as it should be besides. */
    public Device(Set<InterfaceAddress> addresses, int mtu, boolean up) {
      this(addresses, mtu, up, true, Set.of());
    }

    /** As Calico makes a tunnel device: its address alone in its network, up. */
    public static Device wanted(Ip4 address, int mtu) {
      return new Device(Set.of(new InterfaceAddress(address, 32)), mtu, true);
    }

    /** The same with checksums in software. */
    public Device withoutOffload() {
      return new Device(addresses, mtu, up, false, oddities);
    }

    @Override
    public String toString() {
      return "addresses " + addresses + " mtu " + mtu + state(up, checksumOffload, oddities);
    }
  }

  /**
   * A running forwarder that knows this table.
   *
   * @param oddities why another is to take its place, in words; none are wanted
   */
  record Forwarding(ForwardingTable table, Set<String> oddities) implements TunnelItem {
    public Forwarding {
      oddities = Set.copyOf(oddities);
    }

    /** One that is as it should be besides. */
    public Forwarding(ForwardingTable table) {
      this(table, Set.of());
    }

    @Override
    public String toString() {
      return table.routes().size()
          + " routes, "
          + table.sources().size()
          + " sources"
          + odd(oddities);
    }
  }

  /**
   * A VXLAN device as it stands.
   *
   * @param addresses those of its family
   * @param checksumOffload as in {@link VxlanSettings}
   * @param oddities what Calico's has not and what would harm, in words; none are wanted
   */
  record VxlanDevice(
      VxlanLink link,
      Set<InterfaceAddress> addresses,
      int mtu,
      boolean up,
      boolean checksumOffload,
      Set<String> oddities)
      implements TunnelItem {
    public VxlanDevice {
      addresses = Set.copyOf(addresses);
      oddities = Set.copyOf(oddities);
    }

    @Override
    public String toString() {
      return link
          + " addresses "
          + addresses
          + " mtu "
          + mtu
          + state(up, checksumOffload, oddities);
    }
  }

  /**
   * What a VXLAN device is made of.
   *
   * @param parent name of the device that it sends from; empty where there is none
   * @param local its outer source address; empty where routing chooses one
   */
  record VxlanLink(int vni, int port, String parent, Optional<Ip> local, Mac mac) {
    @Override
    public String toString() {
      return "id "
          + vni
          + " port "
          + port
          + (parent.isEmpty() ? "" : " dev " + parent)
          + local.map(ip -> " local " + ip).orElse("")
          + " address "
          + mac;
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

  private static String state(boolean up, boolean checksumOffload, Set<String> oddities) {
    return (up ? " up" : " down")
        + (checksumOffload ? "" : " checksums in software")
        + odd(oddities);
  }

  private static String odd(Set<String> oddities) {
    return oddities.isEmpty() ? "" : " odd: " + String.join(", ", new TreeSet<>(oddities));
  }
}

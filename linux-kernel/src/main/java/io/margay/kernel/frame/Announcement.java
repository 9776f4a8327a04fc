package io.margay.kernel.frame;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Mac;
import java.nio.ByteBuffer;

/**
 * Tells all on a link that an address is behind this link-layer address from now on: whoever has it
 * in a cache changes the entry, nobody makes a new one.
 */
public final class Announcement {
  private static final Mac BROADCAST = new Mac(0xffff_ffff_ffffL);
  private static final short ETHERTYPE_ARP = 0x0806;
  private static final short ETHERTYPE_IPV6 = (short) 0x86dd;
  private static final int ETHERNET_HEADER = 14;
  private static final int ARP = 28;

  /** All nodes of the link, and the group's link-layer address (RFC 2464, 7). */
  private static final Ip6 ALL_NODES = Ip6.of("ff02::1");

  private static final Mac ALL_NODES_MAC = Mac.of("33:33:00:00:00:01");
  private static final int IPV6_HEADER = 40;
  private static final int ADVERTISEMENT = 32;
  private static final byte ICMPV6 = 58;
  private static final byte NEIGHBOUR_ADVERTISEMENT = (byte) 136;
  private static final int OVERRIDE = 0x2000_0000;
  private static final byte TARGET_LINK_LAYER_ADDRESS = 2;

  private Announcement() {}

  /**
   * The frame that announces an IPv4 address: a request for the address by the address itself (RFC
   * 5227, 3), padded to what Ethernet asks for by whoever sends it.
   */
  public static ByteBuffer arp(Ip4 address, Mac mac) {
    ByteBuffer frame = ByteBuffer.allocateDirect(ETHERNET_HEADER + ARP);
    ethernet(frame, BROADCAST, mac, ETHERTYPE_ARP);
    frame.putShort((short) 1).putShort((short) 0x0800); // Ethernet, IPv4
    frame.put((byte) 6).put((byte) 4).putShort((short) 1); // lengths, a request
    frame.put(mac.toBytes()).put(address.toBytes());
    frame.put(new byte[6]).put(address.toBytes());
    return frame.flip();
  }

  /**
   * The frame that announces an IPv6 address: a neighbour advertisement that nobody asked for, to
   * all nodes, which overrides what they have (RFC 4861, 7.2.6).
   *
   * @param source an address of the device that it leaves by
   */
  public static ByteBuffer advertisement(Ip6 address, Mac mac, Ip6 source) {
    ByteBuffer frame = ByteBuffer.allocateDirect(ETHERNET_HEADER + IPV6_HEADER + ADVERTISEMENT);
    ethernet(frame, ALL_NODES_MAC, mac, ETHERTYPE_IPV6);
    frame.putInt(6 << 28).putShort((short) ADVERTISEMENT);
    // RFC 4861, 4.4: a hop limit of 255 says that no router had it.
    frame.put(ICMPV6).put((byte) 255);
    frame.put(source.toBytes()).put(ALL_NODES.toBytes());
    int message = frame.position();
    frame.put(NEIGHBOUR_ADVERTISEMENT).put((byte) 0).putShort((short) 0).putInt(OVERRIDE);
    frame.put(address.toBytes());
    frame.put(TARGET_LINK_LAYER_ADDRESS).put((byte) 1).put(mac.toBytes());
    frame.putShort(message + 2, checksum(frame, message));
    return frame.flip();
  }

  /**
   * The frame for an address of either family.
   *
   * @param source of the device, of the same family
   */
  public static ByteBuffer of(Ip address, Mac mac, Ip source) {
    return switch (address) {
      case Ip4 ip -> arp(ip, mac);
      case Ip6 ip when source instanceof Ip6 from -> advertisement(ip, mac, from);
      case Ip6 ip -> throw new IllegalArgumentException(ip + " is announced from " + source);
    };
  }

  private static void ethernet(ByteBuffer frame, Mac to, Mac from, short type) {
    frame.put(to.toBytes()).put(from.toBytes()).putShort(type);
  }

  /** Over the pseudo header (RFC 8200, 8.1) and the message. */
  private static short checksum(ByteBuffer frame, int message) {
    long sum = ADVERTISEMENT + ICMPV6;
    // Both addresses stand right before the message.
    for (int at = message - 32; at < message + ADVERTISEMENT; at += 2) {
      sum += frame.getShort(at) & 0xffff;
    }
    while (sum >>> 16 != 0) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return (short) ~sum;
  }
}

package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** What a tunnel device is made of, besides what each device has. */
public sealed interface LinkData {
  /** The word for such a device in {@code ip link add ... type}. */
  String kind();

  /**
   * A VXLAN device.
   *
   * @param vni 0 for a device of all of them
   * @param link index of the device that it sends from, 0 when routing chooses
   * @param local its outer source, when it is not routing's choice
   * @param remote where frames go that no forwarding entry knows: a node, or a multicast group
   */
  record Vxlan(
      int vni,
      int port,
      int link,
      Optional<Ip> local,
      Optional<Ip> remote,
      Outer outer,
      Set<VxlanFlag> flags)
      implements LinkData {
    static final String KIND = "vxlan";

    public Vxlan {
      flags = flags.isEmpty() ? Set.of() : Set.copyOf(flags);
    }

    /** One whose forwarding entries are all made by hand: nothing is learned or flooded. */
    public static Vxlan of(int vni, int port, int link, Ip local) {
      return new Vxlan(
          vni, port, link, Optional.of(local), Optional.empty(), Outer.BY_ITSELF, Set.of());
    }

    public boolean has(VxlanFlag flag) {
      return flags.contains(flag);
    }

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String toString() {
      String words =
          EnumSet.allOf(VxlanFlag.class).stream()
              .filter(this::has)
              .map(flag -> " " + flag.word())
              .collect(Collectors.joining());
      return "id "
          + vni
          + " dstport "
          + port
          + (link == 0 ? "" : " dev #" + link)
          + local.map(ip -> " local " + ip).orElse("")
          + remote.map(ip -> " remote " + ip).orElse("")
          + outer
          + words;
    }
  }

  /** What a VXLAN device may do besides. */
  enum VxlanFlag {
    /** Learns from what it receives who has which MAC. */
    LEARNING("learning", 7),
    /** Tells of frames whose MAC it does not know. */
    L2_MISS("l2miss", 13),
    /** Carries group policy. */
    GBP("gbp", 23),
    /** Each packet says where it goes: the device of eBPF or Open vSwitch. */
    EXTERNAL("external", 25),
    /** The outer TTL is the inner one. */
    TTL_INHERIT("ttl inherit", 28);

    private final String word;
    private final int attribute;

    VxlanFlag(String word, int attribute) {
      this.word = word;
      this.attribute = attribute;
    }

    /** As in ip-link(8). */
    public String word() {
      return word;
    }

    int attribute() {
      return attribute;
    }

    /** Flags that are there or not; the others have a value. */
    boolean isWithoutValue() {
      return this == GBP;
    }
  }

  /**
   * What the outer header says.
   *
   * @param ttl 0 leaves it to the kernel
   * @param tos 1 takes the inner one
   * @param df 0 never, 1 always, 2 as the inner packet
   */
  record Outer(int ttl, int tos, int df) {
    /** As the kernel has it unless asked. */
    public static final Outer BY_ITSELF = new Outer(0, 0, 0);

    @Override
    public String toString() {
      return (ttl == 0 ? "" : " ttl " + ttl)
          + (tos == 0 ? "" : " tos " + tos)
          + (df == 0 ? "" : " df " + df);
    }
  }

  /**
   * An IPIP device.
   *
   * @param link index of the device that it sends from, 0 when routing chooses
   * @param local its outer source, and destination of what it takes; empty for any
   * @param remote the other end; empty where the route's gateway is it, and any may send
   * @param ttl 0 takes the inner packet's
   * @param tos 1 takes the inner packet's
   * @param pathMtu whether the outer packet is never cut into fragments
   * @param protocol 4 for IPv4 inside, 0 for MPLS too
   */
  record Ipip(
      int link,
      Optional<Ip4> local,
      Optional<Ip4> remote,
      int ttl,
      int tos,
      boolean pathMtu,
      int protocol)
      implements LinkData {
    static final String KIND = "ipip";
    private static final int IPV4_INSIDE = 4;

    /** As the module makes {@code tunl0}: for any peer, TTL and DF as inside. */
    public static final Ipip ANY =
        new Ipip(0, Optional.empty(), Optional.empty(), 0, 0, false, IPV4_INSIDE);

    @Override
    public String kind() {
      return KIND;
    }

    @Override
    public String toString() {
      return (link == 0 ? "" : "dev #" + link + " ")
          + local.map(ip -> "local " + ip + " ").orElse("")
          + remote.map(ip -> "remote " + ip + " ").orElse("")
          + "ttl "
          + (ttl == 0 ? "inherit" : ttl)
          + (tos == 0 ? "" : " tos " + tos)
          + (pathMtu ? " pmtudisc" : " nopmtudisc");
    }
  }
}

package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.rtnl.LinkData.VxlanFlag;
import java.util.EnumSet;
import java.util.Optional;

/** The {@code IFLA_VXLAN_*} and {@code IFLA_IPTUN_*} attributes inside of a device's data. */
final class LinkDataBytes {
  private static final int VXLAN_ID = 1;
  private static final int VXLAN_GROUP = 2;
  private static final int VXLAN_LINK = 3;
  private static final int VXLAN_LOCAL = 4;
  private static final int VXLAN_TTL = 5;
  private static final int VXLAN_TOS = 6;
  private static final int VXLAN_PORT = 15;
  private static final int VXLAN_GROUP6 = 16;
  private static final int VXLAN_LOCAL6 = 17;
  private static final int VXLAN_DF = 29;

  private static final int IPTUN_LINK = 1;
  private static final int IPTUN_LOCAL = 2;
  private static final int IPTUN_REMOTE = 3;
  private static final int IPTUN_TTL = 4;
  private static final int IPTUN_TOS = 5;
  private static final int IPTUN_PROTO = 9;
  private static final int IPTUN_PMTUDISC = 10;

  private LinkDataBytes() {}

  static void write(MessageWriter out, LinkData data) {
    switch (data) {
      case LinkData.Vxlan vxlan -> {
        out.attributeU32(VXLAN_ID, vxlan.vni());
        vxlan.remote().ifPresent(ip -> out.attributeIp(group(ip), ip));
        out.attributeBe16(VXLAN_PORT, vxlan.port());
        for (VxlanFlag flag : EnumSet.allOf(VxlanFlag.class)) {
          writeFlag(out, flag, vxlan.has(flag));
        }
        writeChangeable(out, vxlan);
      }
      case LinkData.Ipip ipip -> {
        out.attributeU32(IPTUN_LINK, ipip.link());
        out.attributeIp(IPTUN_LOCAL, ipip.local().orElse(Ip4.ANY));
        out.attributeIp(IPTUN_REMOTE, ipip.remote().orElse(Ip4.ANY));
        out.attributeU8(IPTUN_TTL, ipip.ttl());
        out.attributeU8(IPTUN_TOS, ipip.tos());
        out.attributeU8(IPTUN_PROTO, ipip.protocol());
        out.attributeU8(IPTUN_PMTUDISC, ipip.pathMtu() ? 1 : 0);
      }
    }
  }

  /** What a VXLAN device takes while it lives (drivers/net/vxlan, vxlan_nl2conf). */
  static void writeChange(MessageWriter out, LinkData.Vxlan vxlan) {
    writeChangeable(out, vxlan);
    out.attributeU8(VxlanFlag.LEARNING.attribute(), vxlan.has(VxlanFlag.LEARNING) ? 1 : 0);
  }

  private static void writeChangeable(MessageWriter out, LinkData.Vxlan vxlan) {
    if (vxlan.link() != 0) {
      out.attributeU32(VXLAN_LINK, vxlan.link());
    }
    vxlan.local().ifPresent(ip -> out.attributeIp(local(ip), ip));
    out.attributeU8(VXLAN_TTL, vxlan.outer().ttl());
    out.attributeU8(VXLAN_TOS, vxlan.outer().tos());
    // Kernels before 4.21 refuse what they do not know.
    if (vxlan.outer().df() != 0) {
      out.attributeU8(VXLAN_DF, vxlan.outer().df());
    }
  }

  private static void writeFlag(MessageWriter out, VxlanFlag flag, boolean set) {
    if (flag == VxlanFlag.LEARNING || (set && !flag.isWithoutValue())) {
      out.attributeU8(flag.attribute(), set ? 1 : 0);
    } else if (set) {
      out.attributeBytes(flag.attribute(), new byte[0]);
    }
  }

  private static int group(Ip ip) {
    return ip.family() == Family.IPV4 ? VXLAN_GROUP : VXLAN_GROUP6;
  }

  private static int local(Ip ip) {
    return ip.family() == Family.IPV4 ? VXLAN_LOCAL : VXLAN_LOCAL6;
  }

  /** Reads what was entered; empty for kinds whose data nobody here asks for. */
  static Optional<LinkData> read(MessageCursor in, String kind) {
    return switch (kind) {
      case LinkData.Vxlan.KIND -> Optional.of(readVxlan(in));
      case LinkData.Ipip.KIND -> Optional.of(readIpip(in));
      default -> Optional.empty();
    };
  }

  private static LinkData readVxlan(MessageCursor in) {
    int vni = 0;
    int port = 0;
    int link = 0;
    int ttl = 0;
    int tos = 0;
    int df = 0;
    Optional<Ip> local = Optional.empty();
    Optional<Ip> remote = Optional.empty();
    var flags = EnumSet.noneOf(VxlanFlag.class);
    while (in.next()) {
      switch (in.type()) {
        case VXLAN_ID -> vni = in.i32();
        case VXLAN_GROUP -> remote = Optional.of(in.ip(Family.IPV4));
        case VXLAN_GROUP6 -> remote = Optional.of(in.ip(Family.IPV6));
        case VXLAN_LINK -> link = in.i32();
        case VXLAN_LOCAL -> local = Optional.of(in.ip(Family.IPV4));
        case VXLAN_LOCAL6 -> local = Optional.of(in.ip(Family.IPV6));
        case VXLAN_TTL -> ttl = in.u8();
        case VXLAN_TOS -> tos = in.u8();
        case VXLAN_PORT -> port = in.be16();
        case VXLAN_DF -> df = in.u8();
        default -> readFlag(in, flags);
      }
    }
    return new LinkData.Vxlan(
        vni, port, link, local, remote, new LinkData.Outer(ttl, tos, df), flags);
  }

  private static void readFlag(MessageCursor in, EnumSet<VxlanFlag> flags) {
    for (VxlanFlag flag : VxlanFlag.values()) {
      if (flag.attribute() == in.type() && (flag.isWithoutValue() || in.u8() != 0)) {
        flags.add(flag);
      }
    }
  }

  private static LinkData readIpip(MessageCursor in) {
    int link = 0;
    int ttl = 0;
    int tos = 0;
    int protocol = 0;
    boolean pathMtu = false;
    Optional<Ip4> local = Optional.empty();
    Optional<Ip4> remote = Optional.empty();
    while (in.next()) {
      switch (in.type()) {
        case IPTUN_LINK -> link = in.i32();
        case IPTUN_LOCAL -> local = end(in);
        case IPTUN_REMOTE -> remote = end(in);
        case IPTUN_TTL -> ttl = in.u8();
        case IPTUN_TOS -> tos = in.u8();
        case IPTUN_PROTO -> protocol = in.u8();
        case IPTUN_PMTUDISC -> pathMtu = in.u8() != 0;
        default -> {}
      }
    }
    return new LinkData.Ipip(link, local, remote, ttl, tos, pathMtu, protocol);
  }

  private static Optional<Ip4> end(MessageCursor in) {
    return in.ip(Family.IPV4) instanceof Ip4 ip && !ip.equals(Ip4.ANY)
        ? Optional.of(ip)
        : Optional.empty();
  }
}

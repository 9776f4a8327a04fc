package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import java.util.Optional;

/** {@code struct ifinfomsg} and the {@code IFLA_*} attributes. */
public final class LinkBytes {
  static final int NEWLINK = 16;
  static final int DELLINK = 17;
  static final int GETLINK = 18;

  static final int ADDRESS = 1;
  static final int IFNAME = 3;
  static final int MTU = 4;
  private static final int LINK = 5;
  static final int MASTER = 10;
  private static final int OPERSTATE = 16;
  private static final int LINKINFO = 18;
  static final int AF_SPEC = 26;
  private static final int NET_NS_FD = 28;
  private static final int EXT_MASK = 29;

  private static final int INFO_KIND = 1;
  private static final int INFO_DATA = 2;
  private static final int VETH_PEER = 1;
  private static final int ADDR_GEN_MODE = 8;

  /** Statistics are left out of the answer. */
  private static final int SKIP_STATISTICS = 8;

  private LinkBytes() {}

  static void header(MessageWriter out, int index, int flags, int change) {
    out.u8(0).u8(0).u16(0).u32(index).u32(flags).u32(change);
  }

  static void write(MessageWriter out, NewLink link) {
    header(out, 0, 0, 0);
    switch (link) {
      case NewLink.Veth(String name, Optional<Mac> mac, int mtu, NewLink.Peer peer) -> {
        device(out, name, mac, mtu);
        int info = kind(out, "veth");
        int data = out.openNest(INFO_DATA);
        int other = out.openNest(VETH_PEER);
        header(out, 0, 0, 0);
        device(out, peer.name(), peer.mac(), peer.mtu());
        peer.netns().ifPresent(fd -> out.attributeU32(NET_NS_FD, fd));
        out.close(other);
        out.close(data);
        out.close(info);
      }
      case NewLink.Bridge(String name) -> {
        device(out, name, Optional.empty(), 0);
        out.close(kind(out, "bridge"));
      }
      case NewLink.Tunnel(String name, Optional<Mac> mac, LinkData data) -> {
        device(out, name, mac, 0);
        int info = kind(out, data.kind());
        int nest = out.openNest(INFO_DATA);
        LinkDataBytes.write(out, data);
        out.close(nest);
        out.close(info);
      }
    }
  }

  /** Writes what a VXLAN device takes while it lives. */
  static void change(MessageWriter out, LinkData.Vxlan vxlan) {
    int info = kind(out, vxlan.kind());
    int data = out.openNest(INFO_DATA);
    LinkDataBytes.writeChange(out, vxlan);
    out.close(data);
    out.close(info);
  }

  /** Writes the addr-gen-mode of IPv6: 0 makes a link-local address when it comes up, 1 none. */
  static void addrGenMode(MessageWriter out, int mode) {
    int spec = out.openNest(AF_SPEC);
    int v6 = out.openNest(Family.IPV6.addressFamily());
    out.attributeU8(ADDR_GEN_MODE, mode);
    out.close(v6);
    out.close(spec);
  }

  static void skipStatistics(MessageWriter out) {
    out.attributeU32(EXT_MASK, SKIP_STATISTICS);
  }

  private static int kind(MessageWriter out, String kind) {
    int info = out.openNest(LINKINFO);
    out.attributeText(INFO_KIND, kind);
    return info;
  }

  private static void device(MessageWriter out, String name, Optional<Mac> mac, int mtu) {
    out.attributeText(IFNAME, name);
    mac.ifPresent(m -> out.attributeMac(ADDRESS, m));
    if (mtu != 0) {
      out.attributeU32(MTU, mtu);
    }
  }

  /** Reads a device; empty when the cursor has a fault, and for a bridge's word on its ports. */
  public static Optional<LinkEntry> read(MessageCursor in) {
    // With AF_BRIDGE a bridge tells of a port that comes or goes: DELLINK is not the device's end.
    if (in.takeU8() != 0) {
      return Optional.empty();
    }
    in.skip(3);
    int index = in.takeI32();
    int flags = in.takeI32();
    in.skip(Integer.BYTES);
    String name = "";
    var info = new Info();
    Optional<Mac> mac = Optional.empty();
    int mtu = 0;
    int parent = 0;
    int master = 0;
    int operState = 0;
    while (in.next()) {
      switch (in.type()) {
        case IFNAME -> name = in.text();
        // Tunnels keep an IP address here.
        case ADDRESS -> mac = in.length() == 6 ? Optional.of(in.mac()) : Optional.empty();
        case MTU -> mtu = in.i32();
        case LINK -> parent = in.i32();
        case MASTER -> master = in.i32();
        case OPERSTATE -> operState = in.u8();
        case LINKINFO -> info.read(in);
        default -> {}
      }
    }
    return in.failed()
        ? Optional.empty()
        : Optional.of(
            new LinkEntry(
                index, name, flags, mtu, mac, info.kind, parent, master, operState, info.data));
  }

  /** The kind comes before its data (net/core/rtnetlink.c). */
  private static final class Info {
    private String kind = "";
    private Optional<LinkData> data = Optional.empty();

    void read(MessageCursor in) {
      in.enter();
      while (in.next()) {
        switch (in.type()) {
          case INFO_KIND -> kind = in.text();
          case INFO_DATA -> {
            in.enter();
            data = LinkDataBytes.read(in, kind);
            in.leave();
          }
          default -> {}
        }
      }
      in.leave();
    }
  }
}

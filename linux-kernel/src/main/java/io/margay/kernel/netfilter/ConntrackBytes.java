package io.margay.kernel.netfilter;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.netfilter.ConntrackFlow.Detail;
import io.margay.kernel.netfilter.ConntrackFlow.Tuple;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * {@code struct nfgenmsg} and the {@code CTA_*} attributes ({@code nfnetlink_conntrack.h}). Numbers
 * are in network order here, other than in the rest of netlink.
 */
public final class ConntrackBytes {
  /** {@code NFNL_SUBSYS_CTNETLINK} in the upper byte, {@code IPCTNL_MSG_CT_*} in the lower. */
  static final int NEW = 0x100;

  static final int GET = 0x101;
  static final int DELETE = 0x102;

  static final int TUPLE_ORIG = 1;
  static final int TUPLE_REPLY = 2;

  /** Bit of {@code CTA_FILTER_*_FLAGS}: compare the source address. */
  static final int BY_SOURCE = 1;

  private static final int ID = 12;
  private static final int ZONE = 18;
  private static final int FILTER = 25;
  private static final int ORIG_FLAGS = 1;
  private static final int REPLY_FLAGS = 2;

  private static final int TUPLE_IP = 1;
  private static final int TUPLE_PROTO = 2;
  private static final int TUPLE_ZONE = 3;

  private static final int V4_SRC = 1;
  private static final int V4_DST = 2;
  private static final int V6_SRC = 3;
  private static final int V6_DST = 4;

  private static final int PROTO_NUM = 1;
  private static final int SRC_PORT = 2;
  private static final int DST_PORT = 3;
  private static final int ICMP_ID = 4;

  /** ICMPv6 has the same three attributes again, further on. */
  private static final int ICMPV6_ID = 7;

  private static final int ICMPV6 = 58;

  private ConntrackBytes() {}

  static void header(MessageWriter out, Family family) {
    out.u8(family.addressFamily()).u8(0).u16(0);
  }

  /** What names one flow: never without its tuple, which would name all. */
  static void write(MessageWriter out, ConntrackFlow flow) {
    int mark = out.openNest(TUPLE_ORIG);
    writeTuple(out, flow.original());
    out.close(mark);
    if (flow.zone() != 0) {
      out.attributeBe16(ZONE, flow.zone());
    }
    // The kernel's own word for it, given back as it came.
    out.attributeU32(ID, flow.id());
  }

  /** Of a dump: only flows in whose direction {@code tuple} this is the source. */
  static void filter(MessageWriter out, int tuple, Ip source) {
    int mark = out.openNest(tuple);
    int addresses = out.openNest(TUPLE_IP);
    out.attributeIp(source.family() == Family.IPV4 ? V4_SRC : V6_SRC, source);
    out.close(addresses);
    out.close(mark);
    int filter = out.openNest(FILTER);
    out.attributeU32(ORIG_FLAGS, tuple == TUPLE_ORIG ? BY_SOURCE : 0);
    out.attributeU32(REPLY_FLAGS, tuple == TUPLE_REPLY ? BY_SOURCE : 0);
    out.close(filter);
  }

  private static void writeTuple(MessageWriter out, Tuple tuple) {
    boolean v4 = tuple.source().family() == Family.IPV4;
    int addresses = out.openNest(TUPLE_IP);
    out.attributeIp(v4 ? V4_SRC : V6_SRC, tuple.source());
    out.attributeIp(v4 ? V4_DST : V6_DST, tuple.destination());
    out.close(addresses);
    int protocol = out.openNest(TUPLE_PROTO);
    out.attributeU8(PROTO_NUM, tuple.protocol());
    switch (tuple.detail()) {
      case Detail.Ports(int source, int destination) -> {
        out.attributeBe16(SRC_PORT, source);
        out.attributeBe16(DST_PORT, destination);
      }
      case Detail.Echo(int id, int type, int code) -> {
        int first = tuple.protocol() == ICMPV6 ? ICMPV6_ID : ICMP_ID;
        out.attributeBe16(first, id);
        out.attributeU8(first + 1, type);
        out.attributeU8(first + 2, code);
      }
      case Detail.None _ -> {}
    }
    out.close(protocol);
    if (tuple.zone() != 0) {
      out.attributeBe16(TUPLE_ZONE, tuple.zone());
    }
  }

  /** Reads a flow; empty at a fault, and for one without its two addresses. */
  public static Optional<ConntrackFlow> read(MessageCursor in) {
    in.skip(4);
    Half original = new Half();
    Half reply = new Half();
    int zone = 0;
    int id = 0;
    while (in.next()) {
      switch (in.type()) {
        case TUPLE_ORIG -> original.read(in);
        case TUPLE_REPLY -> reply.read(in);
        case ZONE -> zone = in.be16();
        case ID -> id = in.i32();
        default -> {}
      }
    }
    Ip answerer = reply.source;
    Optional<Tuple> tuple = original.tuple();
    return in.failed() || tuple.isEmpty() || answerer == null
        ? Optional.empty()
        : Optional.of(new ConntrackFlow(tuple.get(), answerer, zone, id));
  }

  /** A direction, while it is read. */
  private static final class Half {
    private final int[] numbers = new int[ICMPV6_ID + 3];
    private @Nullable Ip source;
    private @Nullable Ip destination;
    private int zone;

    Half() {
      Arrays.fill(numbers, -1);
    }

    void read(MessageCursor in) {
      in.enter();
      while (in.next()) {
        switch (in.type()) {
          case TUPLE_IP -> readAddresses(in);
          case TUPLE_PROTO -> readProtocol(in);
          case TUPLE_ZONE -> zone = in.be16();
          default -> {}
        }
      }
      in.leave();
    }

    private void readAddresses(MessageCursor in) {
      in.enter();
      while (in.next()) {
        switch (in.type()) {
          case V4_SRC -> source = in.ip(Family.IPV4);
          case V4_DST -> destination = in.ip(Family.IPV4);
          case V6_SRC -> source = in.ip(Family.IPV6);
          case V6_DST -> destination = in.ip(Family.IPV6);
          default -> {}
        }
      }
      in.leave();
    }

    private void readProtocol(MessageCursor in) {
      in.enter();
      while (in.next()) {
        switch (in.type()) {
          case SRC_PORT, DST_PORT, ICMP_ID, ICMPV6_ID -> numbers[in.type()] = in.be16();
          case PROTO_NUM, ICMP_ID + 1, ICMP_ID + 2, ICMPV6_ID + 1, ICMPV6_ID + 2 ->
              numbers[in.type()] = in.u8();
          default -> {}
        }
      }
      in.leave();
    }

    Optional<Tuple> tuple() {
      Ip from = source;
      Ip to = destination;
      return from == null || to == null || from.family() != to.family() || numbers[PROTO_NUM] < 0
          ? Optional.empty()
          : Optional.of(new Tuple(from, to, numbers[PROTO_NUM], detail(), zone));
    }

    private Detail detail() {
      if (numbers[SRC_PORT] >= 0 && numbers[DST_PORT] >= 0) {
        return new Detail.Ports(numbers[SRC_PORT], numbers[DST_PORT]);
      }
      int first = numbers[PROTO_NUM] == ICMPV6 ? ICMPV6_ID : ICMP_ID;
      return numbers[first] < 0
          ? new Detail.None()
          : new Detail.Echo(
              numbers[first], Math.max(0, numbers[first + 1]), Math.max(0, numbers[first + 2]));
    }
  }
}

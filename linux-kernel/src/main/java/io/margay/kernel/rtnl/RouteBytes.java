package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** {@code struct rtmsg} and the {@code RTA_*} attributes. */
public final class RouteBytes {
  public static final int NEWROUTE = 24;
  public static final int DELROUTE = 25;
  static final int GETROUTE = 26;

  static final int DST = 1;
  static final int PRIORITY = 6;
  static final int TABLE = 15;

  public static final int GATEWAY = 5;
  public static final int MULTIPATH = 9;
  public static final int VIA = 18;

  private static final int OIF = 4;
  private static final int PREFSRC = 7;
  private static final int METRICS = 8;

  private static final int METRIC_MTU = 2;
  private static final int METRIC_ADVMSS = 8;
  private static final int RTNEXTHOP_BYTES = 8;
  private static final int COMPAT_TABLE = 252;

  private RouteBytes() {}

  /** Writes header and attributes of a route. */
  static void write(MessageWriter out, RouteEntry route, int scope) {
    List<NextHop> hops = route.nextHops();
    Family family = route.destination().family();
    boolean single = hops.size() == 1;
    header(out, family, route.destination().length(), route.tos(), route.table());
    out.u8(route.protocol()).u8(scope).u8(route.type().number());
    out.u32(single ? hops.getFirst().flags() & NextHop.ONLINK : 0);
    if (route.destination().length() > 0) {
      out.attributeIp(DST, route.destination().address());
    }
    out.attributeU32(TABLE, route.table());
    if (route.metric() != 0) {
      out.attributeU32(PRIORITY, route.metric());
    }
    if (route.preferredSource().isPresent()) {
      out.attributeIp(PREFSRC, route.preferredSource().get());
    }
    writeMetrics(out, route.metrics());
    if (single) {
      NextHop hop = hops.getFirst();
      if (hop.interfaceIndex() != 0) {
        out.attributeU32(OIF, hop.interfaceIndex());
      }
      writeGateway(out, family, hop);
    } else if (!hops.isEmpty()) {
      writeLegs(out, family, hops);
    }
  }

  private static void writeMetrics(MessageWriter out, RouteMetrics metrics) {
    if (metrics.equals(RouteMetrics.NONE)) {
      return;
    }
    int nest = out.openNest(METRICS);
    if (metrics.mtu() != 0) {
      out.attributeU32(METRIC_MTU, metrics.mtu());
    }
    if (metrics.advmss() != 0) {
      out.attributeU32(METRIC_ADVMSS, metrics.advmss());
    }
    out.close(nest);
  }

  /** Writes the request for all routes of a family, filtered by what is not zero. */
  static void writeFilter(MessageWriter out, Family family, int table, int protocol) {
    header(out, family, 0, 0, table);
    out.u8(protocol).u8(0).u8(0).u32(0);
    if (table != 0) {
      out.attributeU32(TABLE, table);
    }
  }

  private static void header(MessageWriter out, Family family, int length, int tos, int table) {
    out.u8(family.addressFamily()).u8(length).u8(0).u8(tos);
    out.u8(table > 255 || table < 0 ? COMPAT_TABLE : table);
  }

  private static void writeLegs(MessageWriter out, Family family, List<NextHop> hops) {
    int legs = out.open(MULTIPATH);
    for (NextHop hop : hops) {
      int leg = out.position();
      out.u16(0).u8(hop.flags() & NextHop.ONLINK).u8(hop.weight() - 1).u32(hop.interfaceIndex());
      writeGateway(out, family, hop);
      out.lengthAt(leg);
    }
    out.close(legs);
  }

  private static void writeGateway(MessageWriter out, Family family, NextHop hop) {
    if (hop.gateway().isEmpty()) {
      return;
    }
    Ip gateway = hop.gateway().get();
    if (gateway.family() == family) {
      out.attributeIp(GATEWAY, gateway);
    } else {
      int via = out.open(VIA);
      out.u16(gateway.family().addressFamily()).address(gateway);
      out.close(via);
    }
  }

  /** Reads a route; empty when it is of another family or the cursor has a fault. */
  public static Optional<RouteEntry> read(MessageCursor in) {
    int addressFamily = in.takeU8();
    int length = in.takeU8();
    in.skip(1);
    var reader = new Reader();
    reader.tos = in.takeU8();
    reader.table = in.takeU8();
    reader.protocol = in.takeU8();
    reader.scope = in.takeU8();
    reader.type = RouteType.of(in.takeU8());
    reader.flags = in.takeI32();
    Optional<Family> family = families(addressFamily);
    if (family.isEmpty()) {
      return Optional.empty();
    }
    if (length > family.get().bits()) {
      in.fail("a destination of " + length + " bits");
    }
    reader.attributes(in, family.get());
    return in.failed() ? Optional.empty() : Optional.of(reader.route(family.get(), length));
  }

  static Optional<Family> families(int addressFamily) {
    if (addressFamily == Family.IPV4.addressFamily()) {
      return Optional.of(Family.IPV4);
    }
    return addressFamily == Family.IPV6.addressFamily()
        ? Optional.of(Family.IPV6)
        : Optional.empty();
  }

  /** What was read of one route so far. */
  private static final class Reader {
    private int tos;
    private int table;
    private int protocol;
    private int scope;
    private RouteType type = RouteType.UNSPECIFIED;
    private int flags;
    private int metric;
    private RouteMetrics metrics = RouteMetrics.NONE;
    private int outInterface;
    private @Nullable Ip destination;
    private @Nullable Ip gateway;
    private @Nullable Ip source;
    private @Nullable List<NextHop> legs;

    void attributes(MessageCursor in, Family family) {
      while (in.next()) {
        switch (in.type()) {
          case DST -> destination = in.ip(family);
          case OIF -> outInterface = in.i32();
          case GATEWAY -> gateway = in.ip(family);
          case VIA -> gateway = via(in);
          case PRIORITY -> metric = in.i32();
          case PREFSRC -> source = in.ip(family);
          case METRICS -> metrics = metrics(in);
          case MULTIPATH -> legs = legs(in, family);
          case TABLE -> table = in.i32();
          default -> {}
        }
      }
    }

    RouteEntry route(Family family, int length) {
      Ip any = (family == Family.IPV4 ? Prefix.ALL_IPV4 : Prefix.ALL_IPV6).address();
      Prefix prefix = Prefix.containing(destination == null ? any : destination, length);
      return new RouteEntry(
          table,
          prefix,
          metric,
          type,
          protocol,
          scope,
          tos,
          Optional.ofNullable(source),
          metrics,
          flags & ~(NextHop.ONLINK | NextHop.DEAD | NextHop.LINKDOWN),
          hops());
    }

    private List<NextHop> hops() {
      if (legs != null) {
        return legs;
      }
      if (type.isDeadEnd() || (outInterface == 0 && gateway == null)) {
        return List.of();
      }
      int hopFlags = flags & (NextHop.ONLINK | NextHop.DEAD | NextHop.LINKDOWN);
      return List.of(new NextHop(Optional.ofNullable(gateway), outInterface, 1, hopFlags));
    }

    private static List<NextHop> legs(MessageCursor in, Family family) {
      var legs = new ArrayList<NextHop>(4);
      in.enter();
      while (in.enterStructure(RTNEXTHOP_BYTES)) {
        in.skip(Short.BYTES);
        int flags = in.takeU8();
        int weight = in.takeU8() + 1;
        int index = in.takeI32();
        Ip gateway = null;
        while (in.next()) {
          switch (in.type()) {
            case GATEWAY -> gateway = in.ip(family);
            case VIA -> gateway = via(in);
            default -> {}
          }
        }
        in.leave();
        if (legs.size() == RouteEntry.MAX_NEXT_HOPS) {
          in.fail("more than " + RouteEntry.MAX_NEXT_HOPS + " next hops");
        } else {
          legs.add(new NextHop(Optional.ofNullable(gateway), index, weight, flags));
        }
      }
      in.leave();
      return legs;
    }

    private static @Nullable Ip via(MessageCursor in) {
      in.enter();
      Optional<Family> family = families(in.takeU16());
      Ip gateway = family.isPresent() ? in.takeIp(family.get()) : null;
      in.leave();
      return gateway;
    }

    private static RouteMetrics metrics(MessageCursor in) {
      int mtu = 0;
      int advmss = 0;
      in.enter();
      while (in.next()) {
        switch (in.type()) {
          case METRIC_MTU -> mtu = in.i32();
          case METRIC_ADVMSS -> advmss = in.i32();
          default -> {}
        }
      }
      in.leave();
      if (mtu < 0 || advmss < 0) {
        in.fail("metrics beyond 2^31");
        return RouteMetrics.NONE;
      }
      return new RouteMetrics(mtu, advmss);
    }
  }
}

package io.margay.bgp.session;

import io.margay.foundation.addr.Family;
import io.netty.channel.Channel;
import io.netty.channel.unix.IntegerUnixChannelOption;

/** Socket options that Netty has no name for (linux/in.h, linux/in6.h). */
final class SocketOptions {
  /** DSCP CS6, network control, as a traffic class. */
  static final int TRAFFIC_CLASS = 0xc0;

  /** An IPv6 listener that leaves IPv4 to another. */
  static final IntegerUnixChannelOption IPV6_ONLY =
      new IntegerUnixChannelOption("IPV6_V6ONLY", 41, 26);

  private static final IntegerUnixChannelOption IP_TTL =
      new IntegerUnixChannelOption("IP_TTL", 0, 2);
  private static final IntegerUnixChannelOption IP_MINTTL =
      new IntegerUnixChannelOption("IP_MINTTL", 0, 21);
  private static final IntegerUnixChannelOption IPV6_UNICAST_HOPS =
      new IntegerUnixChannelOption("IPV6_UNICAST_HOPS", 41, 16);
  private static final IntegerUnixChannelOption IPV6_MINHOPCOUNT =
      new IntegerUnixChannelOption("IPV6_MINHOPCOUNT", 41, 73);

  private SocketOptions() {}

  /** TTL or hop limit of what is sent. */
  static IntegerUnixChannelOption ttl(Family family) {
    return family == Family.IPV4 ? IP_TTL : IPV6_UNICAST_HOPS;
  }

  /** Sets both TTLs of a connection; what comes with less than {@code least} is not taken. */
  static void setTtl(Channel channel, Family family, int sent, int least) {
    channel.config().setOption(ttl(family), sent);
    channel.config().setOption(family == Family.IPV4 ? IP_MINTTL : IPV6_MINHOPCOUNT, least);
  }
}

package io.margay.bgp.session;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.netty.channel.Channel;
import io.netty.channel.unix.RawUnixChannelOption;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Map;

/**
 * TCP MD5 keys of whole networks (linux/tcp.h, TCP_MD5SIG_EXT, since 4.13). Of several keys that
 * fit an address the kernel takes that of the longest prefix.
 */
final class RangeKeys {
  private static final int STRUCT_BYTES = 216;
  private static final int FLAGS_AT = 128;
  private static final int KEY_AT = 136;
  private static final byte FLAG_PREFIX = 1;
  private static final short AF_INET = 2;
  private static final short AF_INET6 = 10;

  private static final RawUnixChannelOption TCP_MD5SIG_EXT =
      new RawUnixChannelOption("TCP_MD5SIG_EXT", 6, 32, STRUCT_BYTES);

  private RangeKeys() {}

  /** Brings a socket from the keys that it has to those that it shall have. */
  static void replace(Channel socket, Map<Prefix, Md5Key> before, Map<Prefix, Md5Key> wanted) {
    before.forEach((range, _) -> {
      if (!wanted.containsKey(range)) {
        socket.config().setOption(TCP_MD5SIG_EXT, struct(range, new byte[0]));
      }
    });
    wanted.forEach((range, key) -> {
      if (!key.equals(before.get(range))) {
        socket.config().setOption(TCP_MD5SIG_EXT, struct(range, key.bytes()));
      }
    });
  }

  /** A struct tcp_md5sig; without a key it takes the range's key away. */
  static ByteBuffer struct(Prefix range, byte[] key) {
    boolean four = range.family() == Family.IPV4;
    ByteBuffer out = ByteBuffer.allocateDirect(STRUCT_BYTES).order(ByteOrder.nativeOrder());
    out.putShort(0, four ? AF_INET : AF_INET6);
    // sockaddr_in has the address behind the port, sockaddr_in6 behind the flow label
    out.put(four ? 4 : 8, range.address().toBytes());
    out.put(FLAGS_AT, FLAG_PREFIX).put(FLAGS_AT + 1, (byte) range.length());
    out.putShort(FLAGS_AT + 2, (short) key.length);
    out.put(KEY_AT, key);
    return out;
  }
}

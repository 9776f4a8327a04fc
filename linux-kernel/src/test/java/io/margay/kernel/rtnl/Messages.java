package io.margay.kernel.rtnl;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;

/** Messages made by chance, and their bytes. */
final class Messages {
  private Messages() {}

  /** The bytes of one request. */
  static byte[] bytes(Request request) {
    ByteBuffer buffer = ByteBuffer.allocate(Request.MAX_BYTES).order(ByteOrder.nativeOrder());
    new MessageWriter(buffer).request(request, 1);
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  /** What a reader makes of a message's body. */
  static <T> T read(byte[] message, Function<MessageCursor, T> reader) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    return reader.apply(new MessageCursor().over(in, Nlm.HEADER_BYTES, message.length));
  }

  static RouteEntry route(RandomGenerator random) {
    boolean v6 = random.nextBoolean();
    Ip ip = ip(random, v6);
    var hops = new ArrayList<NextHop>();
    for (int n = random.nextInt(4); n > 0; n--) {
      hops.add(
          new NextHop(
              random.nextInt(4) == 0 ? Optional.empty() : Optional.of(ip(random, v6)),
              random.nextInt(1, 1000),
              random.nextInt(1, 257),
              random.nextBoolean() ? NextHop.ONLINK : 0));
    }
    if (hops.size() == 1) {
      NextHop only = hops.getFirst();
      hops.set(0, new NextHop(only.gateway(), only.interfaceIndex(), 1, only.flags()));
    }
    return new RouteEntry(
        random.nextInt(1, 1 << 20),
        Prefix.containing(ip, random.nextInt(ip.family().bits() + 1)),
        random.nextInt(),
        hops.isEmpty() ? RouteType.BLACKHOLE : RouteType.UNICAST,
        random.nextInt(256),
        random.nextInt(256),
        random.nextInt(256),
        random.nextBoolean() ? Optional.of(ip(random, v6)) : Optional.empty(),
        new RouteMetrics(random.nextInt(2) * 1400, random.nextInt(2) * 1340),
        0,
        hops);
  }

  static AddressEntry address(RandomGenerator random) {
    boolean v6 = random.nextBoolean();
    Ip ip = ip(random, v6);
    return new AddressEntry(
        random.nextInt(1, 1000),
        new InterfaceAddress(ip, random.nextInt(ip.family().bits() + 1)),
        random.nextBoolean() ? Optional.of(ip(random, v6)) : Optional.empty(),
        random.nextInt(256),
        random.nextInt(1, 0x300));
  }

  static NeighbourEntry neighbour(RandomGenerator random) {
    return random.nextBoolean()
        ? NeighbourEntry.permanent(
            random.nextInt(1, 1000), ip(random, random.nextBoolean()), mac(random))
        : NeighbourEntry.forwarding(
            random.nextInt(1, 1000), mac(random), ip(random, random.nextBoolean()));
  }

  static NewLink.Tunnel tunnel(RandomGenerator random) {
    LinkData data = random.nextBoolean() ? vxlan(random) : ipip(random);
    return new NewLink.Tunnel(
        "t" + random.nextInt(100),
        random.nextBoolean() ? Optional.of(mac(random)) : Optional.empty(),
        data);
  }

  private static LinkData vxlan(RandomGenerator random) {
    boolean v6 = random.nextBoolean();
    var flags = EnumSet.allOf(LinkData.VxlanFlag.class);
    flags.removeIf(_ -> random.nextBoolean());
    return new LinkData.Vxlan(
        random.nextInt(1 << 24),
        random.nextInt(1 << 16),
        random.nextInt(100),
        random.nextBoolean() ? Optional.of(ip(random, v6)) : Optional.empty(),
        random.nextBoolean() ? Optional.of(ip(random, v6)) : Optional.empty(),
        new LinkData.Outer(random.nextInt(256), random.nextInt(256), random.nextInt(3)),
        flags);
  }

  private static LinkData ipip(RandomGenerator random) {
    return new LinkData.Ipip(
        random.nextInt(100),
        random.nextBoolean() ? Optional.of(new Ip4(random.nextInt() | 1)) : Optional.empty(),
        random.nextBoolean() ? Optional.of(new Ip4(random.nextInt() | 1)) : Optional.empty(),
        random.nextInt(256),
        random.nextInt(256),
        random.nextBoolean(),
        random.nextInt(256));
  }

  static RuleEntry rule(RandomGenerator random) {
    boolean v6 = random.nextBoolean();
    return new RuleEntry(
        v6 ? Family.IPV6 : Family.IPV4,
        random.nextInt(),
        random.nextInt(1, 1 << 20),
        prefix(random, v6),
        prefix(random, v6),
        random.nextInt(),
        random.nextInt(1, Integer.MAX_VALUE),
        random.nextBoolean(),
        random.nextBoolean() ? "eth0" : "",
        random.nextBoolean() ? "tunl0" : "",
        random.nextInt(-1, 33),
        random.nextInt(256));
  }

  /** Some of each kind, as the kernel would send them. */
  static List<byte[]> some(RandomGenerator random) {
    return List.of(
        bytes(new RouteRequest.Replace(route(random))),
        bytes(new RouteRequest.Delete(route(random))),
        bytes(new AddressRequest.Replace(address(random))),
        bytes(new NeighbourRequest.Replace(neighbour(random))),
        bytes(new RuleRequest.Create(rule(random))),
        bytes(new LinkRequest.Create(tunnel(random))),
        bytes(new LinkRequest.Create(new NewLink.Bridge("br" + random.nextInt(100)))));
  }

  private static Optional<Prefix> prefix(RandomGenerator random, boolean v6) {
    Ip ip = ip(random, v6);
    return random.nextBoolean()
        ? Optional.of(Prefix.containing(ip, random.nextInt(ip.family().bits() + 1)))
        : Optional.empty();
  }

  private static Ip ip(RandomGenerator random, boolean v6) {
    byte[] bytes = new byte[v6 ? 16 : 4];
    random.nextBytes(bytes);
    return Ip.ofBytes(bytes);
  }

  private static Mac mac(RandomGenerator random) {
    return new Mac(random.nextLong(1L << 48));
  }
}

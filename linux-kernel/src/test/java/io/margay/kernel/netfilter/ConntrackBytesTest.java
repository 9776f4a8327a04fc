package io.margay.kernel.netfilter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.kernel.netfilter.ConntrackFlow.Detail;
import io.margay.kernel.netfilter.ConntrackFlow.Tuple;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.MessageWriter;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConntrackBytesTest {
  private static final Ip POD = Ip.of("10.0.1.7");

  record Case(String name, Request request, String text, String hex) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Counted out by hand from {@code nfnetlink_conntrack.h}, for little-endian. */
  static List<Case> cases() {
    return List.of(
        new Case(
            "flow to a service goes",
            new ConntrackRequest.Delete(
                new ConntrackFlow(
                    new Tuple(
                        Ip.of("10.0.0.1"), Ip.of("10.96.0.1"), 6, new Detail.Ports(4711, 443), 0),
                    POD,
                    0,
                    0x01020304)),
            "conntrack del proto 6 10.0.0.1:4711 > 10.96.0.1:443, answered by 10.0.1.7",
            """
            50000000 0201 0500 01000000 00000000
            02 00 0000
            3400 0180
              1400 0180
                0800 0100 0a000001
                0800 0200 0a600001
              1c00 0280
                0500 0100 06 000000
                0600 0200 1267 0000
                0600 0300 01bb 0000
            0800 0c00 04030201
            """),
        new Case(
            "ping over IPv6 in a zone goes",
            new ConntrackRequest.Delete(
                new ConntrackFlow(
                    new Tuple(
                        Ip.of("fd00::1"), Ip.of("fd00::2"), 58, new Detail.Echo(258, 128, 0), 0),
                    Ip.of("fd00::2"),
                    7,
                    1)),
            "conntrack del proto 58 fd00::1 id 258 > fd00::2, answered by fd00::2, zone 7",
            """
            78000000 0201 0500 01000000 00000000
            0a 00 0000
            5400 0180
              2c00 0180
                1400 0300 fd000000000000000000000000000001
                1400 0400 fd000000000000000000000000000002
              2400 0280
                0500 0100 3a 000000
                0600 0700 0102 0000
                0500 0800 80 000000
                0500 0900 00 000000
            0600 1200 0007 0000
            0800 0c00 01000000
            """),
        new Case(
            "flow of a protocol without ports goes",
            new ConntrackRequest.Delete(
                new ConntrackFlow(
                    new Tuple(Ip.of("10.0.0.1"), POD, 89, new Detail.None(), 3), POD, 0, 1)),
            "conntrack del proto 89 10.0.0.1 > 10.0.1.7, answered by 10.0.1.7",
            """
            48000000 0201 0500 01000000 00000000
            02 00 0000
            2c00 0180
              1400 0180
                0800 0100 0a000001
                0800 0200 0a000107
              0c00 0280
                0500 0100 59 000000
              0600 0300 0003 0000
            0800 0c00 01000000
            """),
        new Case(
            "all flows of a family",
            new ConntrackRequest.Dump(Family.IPV6),
            "conntrack show IPV6",
            """
            14000000 0101 0503 01000000 00000000
            0a 00 0000
            """),
        new Case(
            "flows that an address began",
            new ConntrackRequest.DumpOf(POD, false),
            "conntrack show orig-src 10.0.1.7",
            """
            38000000 0101 0503 01000000 00000000
            02 00 0000
            1000 0180
              0c00 0180
                0800 0100 0a000107
            1400 1980
              0800 0100 01000000
              0800 0200 00000000
            """),
        new Case(
            "flows that an address answers",
            new ConntrackRequest.DumpOf(POD, true),
            "conntrack show reply-src 10.0.1.7",
            """
            38000000 0101 0503 01000000 00000000
            02 00 0000
            1000 0280
              0c00 0180
                0800 0100 0a000107
            1400 1980
              0800 0100 00000000
              0800 0200 01000000
            """));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void requestsHaveTheseBytes(Case c) {
    assertThat(c.request).hasToString(c.text);
    assertThat(HexFormat.of().formatHex(bytes(c.request))).isEqualTo(c.hex.replaceAll("\\s", ""));
  }

  /** As the kernel tells of a flow, by {@code conntrack}'s words: both tuples, zone and id. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatTheKernelTellsIsReadAndNamedTheSame(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 1000; i++) {
      ConntrackFlow flow = flow(random);
      assertThat(read(bytes(told(flow)))).as("seed %d, round %d", seed, i).contains(flow);
    }
  }

  /** Without one the kernel would delete every flow of the node. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noDeletionIsWithoutItsTuple(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 1000; i++) {
      ConntrackFlow flow = flow(random);
      byte[] message = bytes(new ConntrackRequest.Delete(flow));
      var in = cursor(message, message.length);
      in.skip(4);
      assertThat(in.next()).isTrue();
      assertThat(in.type()).isEqualTo(ConntrackBytes.TUPLE_ORIG);
      in.enter();
      assertThat(in.next()).as("seed %d: addresses", seed).isTrue();
      assertThat(in.length()).isEqualTo(2 * (4 + flow.answerer().family().bytes()));
    }
  }

  @Test
  void aFlowWithoutAnAddressCannotBeMade() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Tuple(POD, Ip.of("fd00::1"), 6, new Detail.None(), 0));
    Request onlyTheId =
        out -> {
          out.begin(ConntrackBytes.NEW, 0);
          ConntrackBytes.header(out, Family.IPV4);
          out.attributeU32(12, 1);
        };
    assertThat(read(bytes(onlyTheId))).isEmpty();
  }

  /** Any input is a value or a fault. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noBytesMakeTheReaderThrow(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 3000; i++) {
      byte[] broken = bytes(told(flow(random)));
      for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
        broken[random.nextInt(Nlm.HEADER_BYTES, broken.length)] = (byte) random.nextInt();
      }
      int length = random.nextInt(Nlm.HEADER_BYTES, broken.length + 1);
      assertThatCode(() -> ConntrackBytes.read(cursor(broken, length)))
          .as("seed %d, round %d: %s", seed, i, HexFormat.of().formatHex(broken, 0, length))
          .doesNotThrowAnyException();
    }
  }

  /** A flow as it stands in a dump: the deletion's attributes and the other direction's source. */
  private static Request told(ConntrackFlow flow) {
    return out -> {
      out.begin(ConntrackBytes.NEW, Nlm.MULTI);
      ConntrackBytes.header(out, flow.answerer().family());
      ConntrackBytes.write(out, flow);
      ConntrackBytes.filter(out, ConntrackBytes.TUPLE_REPLY, flow.answerer());
    };
  }

  private static ConntrackFlow flow(RandomGenerator random) {
    boolean v6 = random.nextBoolean();
    int protocol = List.of(6, 17, 132, v6 ? 58 : 1, 89).get(random.nextInt(5));
    Detail detail =
        switch (protocol) {
          case 1, 58 ->
              new Detail.Echo(
                  random.nextInt(1 << 16), random.nextInt(1 << 8), random.nextInt(1 << 8));
          case 89 -> new Detail.None();
          default -> new Detail.Ports(random.nextInt(1 << 16), random.nextInt(1 << 16));
        };
    return new ConntrackFlow(
        new Tuple(ip(random, v6), ip(random, v6), protocol, detail, random.nextInt(3)),
        ip(random, v6),
        random.nextInt(3),
        random.nextInt());
  }

  private static Ip ip(RandomGenerator random, boolean v6) {
    byte[] bytes = new byte[v6 ? 16 : 4];
    random.nextBytes(bytes);
    return Ip.ofBytes(bytes);
  }

  private static byte[] bytes(Request request) {
    ByteBuffer buffer = ByteBuffer.allocate(Request.MAX_BYTES).order(ByteOrder.nativeOrder());
    new MessageWriter(buffer).request(request, 1);
    byte[] bytes = new byte[buffer.position()];
    buffer.get(0, bytes);
    return bytes;
  }

  private static Optional<ConntrackFlow> read(byte[] message) {
    return ConntrackBytes.read(cursor(message, message.length));
  }

  private static MessageCursor cursor(byte[] message, int length) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder());
    return new MessageCursor().over(in, Nlm.HEADER_BYTES, length);
  }
}

package io.margay.kernel.rtnl;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.nlmsg.MessageCursor;
import io.margay.kernel.nlmsg.Nlm;
import io.margay.kernel.nlmsg.Request;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class RtnlBytesTest {
  private static final int[] TYPES = {16, 17, 20, 21, 24, 25, 28, 29, 32};

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void whatIsWrittenIsReadBackTheSame(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 1000; i++) {
      String round = "seed " + seed + ", round " + i;
      RouteEntry route = Messages.route(random);
      assertThat(Messages.read(Messages.bytes(new RouteRequest.Replace(route)), RouteBytes::read))
          .as(round)
          .contains(route);
      AddressEntry address = Messages.address(random);
      assertThat(
              Messages.read(
                  Messages.bytes(new AddressRequest.Replace(address)), AddressBytes::read))
          .as(round)
          .contains(address);
      NeighbourEntry neighbour = Messages.neighbour(random);
      assertThat(
              Messages.read(
                  Messages.bytes(new NeighbourRequest.Replace(neighbour)), NeighbourBytes::read))
          .as(round)
          .contains(neighbour);
      RuleEntry rule = Messages.rule(random);
      assertThat(Messages.read(Messages.bytes(new RuleRequest.Create(rule)), RuleBytes::read))
          .as(round)
          .contains(rule);
    }
  }

  /** Any input is a value or a fault. What was read stands inside of the message. */
  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3, 4})
  void noBytesMakeAReaderThrow(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 3000; i++) {
      for (byte[] message : Messages.some(random)) {
        byte[] broken = message.clone();
        for (int flips = random.nextInt(1, 6); flips > 0; flips--) {
          broken[random.nextInt(Nlm.HEADER_BYTES, broken.length)] = (byte) random.nextInt();
        }
        int length = random.nextInt(Nlm.HEADER_BYTES, broken.length + 1);
        assertAnyTypeReads(broken, length, "seed " + seed + ", round " + i);
      }
    }
  }

  private static void assertAnyTypeReads(byte[] message, int length, String round) {
    ByteBuffer in = ByteBuffer.wrap(message).order(ByteOrder.nativeOrder()).limit(length);
    for (int type : TYPES) {
      var cursor = new MessageCursor().over(in, Nlm.HEADER_BYTES, length);
      assertThatCode(
              () -> {
                Optional<RtnlEvent> event = RtnlEvent.read(type, 0, cursor);
                if (type == RuleBytes.NEWRULE) {
                  RuleBytes.read(cursor.over(in, Nlm.HEADER_BYTES, length));
                } else if (cursor.failed()) {
                  assertThat(event).contains(new RtnlEvent.Overrun());
                  assertThat(cursor.fault()).isNotEmpty();
                }
              })
          .as("%s, type %d: %s", round, type, HexFormat.of().formatHex(message, 0, length))
          .doesNotThrowAnyException();
    }
  }

  record Case(String name, Request request, String text, String hex) {
    @Override
    public String toString() {
      return name;
    }
  }

  /** Counted out by hand from {@code rtnetlink.h} and {@code if_link.h}, for little-endian. */
  static List<Case> cases() {
    var gateway = Ip.of("192.0.2.9");
    return List.of(
        new Case(
            "route with a gateway",
            new RouteRequest.Replace(
                RouteEntry.unicast(Prefix.of("10.1.0.0/26"), 12, NextHop.onlink(gateway, 7))),
            "route replace 10.1.0.0/26 via 192.0.2.9 dev #7 onlink proto 12",
            """
            3c000000 1800 0505 01000000 00000000
            02 1a 00 00 fe 0c 00 01 04000000
            0800 0100 0a010000
            0800 0f00 fe000000
            0800 0400 07000000
            0800 0500 c0000209
            """),
        new Case(
            "default route to two routers",
            new RouteRequest.Create(
                RouteEntry.unicast(
                    Prefix.ALL_IPV4,
                    80,
                    new NextHop(Optional.of(gateway), 7, 2, 0),
                    new NextHop(Optional.of(Ip.of("2001:db8::9")), 8, 1, 0))),
            "route add 0.0.0.0/0 nexthop via 192.0.2.9 dev #7 weight 2 nexthop via 2001:db8::9"
                + " dev #8 proto 80",
            """
            58000000 1800 0506 01000000 00000000
            02 00 00 00 fe 50 00 01 00000000
            0800 0f00 fe000000
            3400 0900
              1000 00 01 07000000 0800 0500 c0000209
              2000 00 00 08000000 1600 1200 0a00 20010db8000000000000000000000009 0000
            """),
        new Case(
            "blackhole of table 1000 goes",
            new RouteRequest.Delete(
                new RouteEntry(
                    1000,
                    Prefix.of("10.1.0.0/26"),
                    0,
                    RouteType.BLACKHOLE,
                    80,
                    0,
                    0,
                    Optional.empty(),
                    0,
                    0,
                    List.of())),
            "route del blackhole 10.1.0.0/26 table 1000 proto 80",
            """
            2c000000 1900 0500 01000000 00000000
            02 1a 00 00 fc 50 ff 06 00000000
            0800 0100 0a010000
            0800 0f00 e8030000
            """),
        new Case(
            "address without duplicate detection",
            new AddressRequest.Replace(AddressEntry.of(7, InterfaceAddress.of("192.0.2.1/24"))),
            "addr replace 192.0.2.1/24 dev #7",
            """
            30000000 1400 0505 01000000 00000000
            02 18 00 00 07000000
            0800 0200 c0000201
            0800 0100 c0000201
            0800 0800 02000000
            """),
        new Case(
            "rule by mark",
            new RuleRequest.Create(
                new RuleEntry(
                    Family.IPV4,
                    100,
                    1000,
                    Optional.empty(),
                    Optional.empty(),
                    0x100,
                    0xf00,
                    true,
                    "",
                    "",
                    -1,
                    80)),
            "rule add 100 not fwmark 0x100/0xf00 lookup 1000",
            """
            44000000 2000 0506 01000000 00000000
            02 00 00 00 00 00 00 01 02000000
            0800 0600 64000000
            0800 0f00 e8030000
            0800 0a00 00010000
            0800 1000 000f0000
            0500 1500 50 000000
            """),
        new Case(
            "veth with its peer in another namespace",
            new LinkRequest.Create(
                new NewLink.Veth(
                    "cali1",
                    Optional.of(Mac.of("ee:ee:ee:ee:ee:ee")),
                    1440,
                    new NewLink.Peer("eth0", Optional.empty(), 1440, OptionalInt.of(5)))),
            "link add cali1 address ee:ee:ee:ee:ee:ee mtu 1440 type veth peer eth0 mtu 1440"
                + " netns #5",
            """
            84000000 1000 0506 01000000 00000000
            00 00 0000 00000000 00000000 00000000
            0a00 0300 63616c693100 0000
            0a00 0100 eeeeeeeeeeee 0000
            0800 0400 a0050000
            4400 1280
              0900 0100 7665746800 000000
              3400 0280
                3000 0180
                  00 00 0000 00000000 00000000 00000000
                  0900 0300 6574683000 000000
                  0800 0400 a0050000
                  0800 1c00 05000000
            """));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void requestsHaveTheseBytes(Case c) {
    assertThat(c.request).hasToString(c.text);
    assertThat(HexFormat.of().formatHex(Messages.bytes(c.request)))
        .isEqualTo(c.hex.replaceAll("\\s", ""));
  }

  @Test
  void aRouteWithTheMostNextHopsFitsIntoARequest() {
    var hops = new ArrayList<NextHop>();
    for (int i = 0; i < RouteEntry.MAX_NEXT_HOPS; i++) {
      hops.add(new NextHop(Optional.of(Ip.of("2001:db8::1").plus(i)), i + 1, 1, 0));
    }
    var route = RouteEntry.unicast(Prefix.of("10.0.0.0/8"), 80, hops.toArray(new NextHop[0]));
    byte[] bytes = Messages.bytes(new RouteRequest.Replace(route));
    assertThat(Messages.read(bytes, RouteBytes::read)).contains(route);
  }
}

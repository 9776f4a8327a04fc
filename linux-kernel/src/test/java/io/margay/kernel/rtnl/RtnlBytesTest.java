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
      NewLink.Tunnel tunnel = Messages.tunnel(random);
      assertThat(Messages.read(Messages.bytes(new LinkRequest.Create(tunnel)), LinkBytes::read))
          .as(round)
          .hasValueSatisfying(link -> {
            assertThat(link.name()).isEqualTo(tunnel.name());
            assertThat(link.mac()).isEqualTo(tunnel.mac());
            assertThat(link.kind()).isEqualTo(tunnel.data().kind());
            assertThat(link.data()).contains(tunnel.data());
          });
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
                    RouteMetrics.NONE,
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
            """),
        new Case(
            "VXLAN device as Calico has it",
            new LinkRequest.Create(
                new NewLink.Tunnel(
                    "vxlan.calico",
                    Optional.of(Mac.of("66:3e:ca:a4:db:65")),
                    LinkData.Vxlan.of(4096, 4789, 7, Ip.of("192.0.2.1")))),
            "link add vxlan.calico address 66:3e:ca:a4:db:65 type vxlan id 4096 dstport 4789"
                + " dev #7 local 192.0.2.1",
            """
            8c000000 1000 0506 01000000 00000000
            00 00 0000 00000000 00000000 00000000
            1100 0300 76786c616e2e63616c69636f00 000000
            0a00 0100 663ecaa4db65 0000
            4c00 1280
              0a00 0100 76786c616e00 0000
              3c00 0280
                0800 0100 00100000
                0600 0f00 12b5 0000
                0500 0700 00 000000
                0800 0300 07000000
                0800 0400 c0000201
                0500 0500 00 000000
                0500 0600 00 000000
            """),
        new Case(
            "VXLAN device takes another parent and address",
            new LinkRequest.ChangeVxlan(9, LinkData.Vxlan.of(4096, 4789, 8, Ip.of("2001:db8::1"))),
            "link set #9 type vxlan id 4096 dstport 4789 dev #8 local 2001:db8::1",
            """
            68000000 1000 0500 01000000 00000000
            00 00 0000 09000000 00000000 00000000
            4800 1280
              0a00 0100 76786c616e00 0000
              3800 0280
                0800 0300 08000000
                1400 1100 20010db8000000000000000000000001
                0500 0500 00 000000
                0500 0600 00 000000
                0500 0700 00 000000
            """),
        new Case(
            "IPIP device for any peer",
            new LinkRequest.Create(
                new NewLink.Tunnel("tunl0", Optional.empty(), LinkData.Ipip.ANY)),
            "link add tunl0 type ipip ttl inherit nopmtudisc",
            """
            78000000 1000 0506 01000000 00000000
            00 00 0000 00000000 00000000 00000000
            0a00 0300 74756e6c3000 0000
            4c00 1280
              0900 0100 6970697000 000000
              3c00 0280
                0800 0100 00000000
                0800 0200 00000000
                0800 0300 00000000
                0500 0400 00 000000
                0500 0500 00 000000
                0500 0900 04 000000
                0500 0a00 00 000000
            """),
        new Case(
            "forwarding entry of a VTEP",
            new NeighbourRequest.Replace(
                NeighbourEntry.forwarding(9, Mac.of("66:00:00:00:00:02"), Ip.of("192.0.2.2"))),
            "neigh replace 66:00:00:00:00:02 dst 192.0.2.2 dev #9",
            """
            30000000 1c00 0505 01000000 00000000
            07 00 0000 09000000 c000 02 00
            0800 0100 c0000202
            0a00 0200 660000000002 0000
            """),
        new Case(
            "neighbours of one device",
            new NeighbourRequest.Dump(NeighbourEntry.Kind.IPV6, 9),
            "neigh show IPV6 dev #9",
            """
            24000000 1e00 0503 01000000 00000000
            0a 00 0000 00000000 0000 00 00
            0800 0800 09000000
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

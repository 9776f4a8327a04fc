package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.rib.AdjRibIn;
import io.margay.bgp.rib.Hearing;
import io.margay.bgp.rib.Identity;
import io.margay.bgp.rib.LocRib;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What goes out to a group that gets several paths to a prefix (RFC 7911), byte by byte. */
class SeveralPathsTest {
  private static final Prefix PREFIX = Prefix.of("10.1.0.0/24");
  private static final Set<Family> IPV4 = Set.of(Family.IPV4);

  /** A member that does not take a chunk at once is told alone from the next one on. */
  private static final long NO_BYTES = 0;

  private static final WireFormat WITH_IDS =
      new WireFormat(true, false, IPV4, BgpMessage.MAX_LENGTH, false, IPV4, IPV4);

  // ORIGIN and NEXT_HOP stand around the path.
  private static final String BY_ONE =
      """
      0000 0018 40010100
      40020a 0202 0000fc00 0000fde9
      400304 0a000001
      """;
  private static final String BY_TWO =
      """
      0000 001c 40010100
      40020e 0203 0000fc00 0000fdea 00000005
      400304 0a000001
      """;

  private final LocRib rib =
      new LocRib(
          new Identity(
              Ip4.of("10.0.0.1"), Optional.of(Ip4.of("10.0.0.1")), Set.of(Ip.of("10.0.0.1"))));
  private final UpdateGroups groups =
      new UpdateGroups(rib, new UnpooledByteBufAllocator(false, true), NO_BYTES);

  /** A peer of AS 65000 and its number, at 10.0.1 and its number. */
  private final class Peer implements PeerSink {
    final AdjRibIn in;
    final ByteArrayOutputStream got = new ByteArrayOutputStream();
    final long asn;
    boolean hasRoom = true;

    Peer(int number, int most) {
      asn = 65000L + number;
      String name = "peer" + number;
      Ip4 address = new Ip4(0x0a000100 + number);
      in =
          rib.open(
              new Neighbour(name, PeerKind.GLOBAL, address, asn, 64512, address, false, 0),
              ImportPolicy.ACCEPT);
      var peer =
          new ExportPeer(
              name,
              64512,
              asn,
              address,
              Ip4.of("10.0.0.1"),
              false,
              IPV4,
              List.of(Ip.of("10.0.0.1")),
              NextHopMode.AUTO,
              ExportPolicy.ACCEPT);
      var member = new GroupMember(name, address.bits(), this);
      var _ = groups.join(member, GroupRules.of(peer, WITH_IDS, most));
    }

    void announce(Long... behind) {
      Attributes attributes =
          new AttributesBuilder().nextHop(Ip4.of("10.0.1.9")).asPath(AsPath.sequence(asn)).build();
      for (Long as : behind) {
        attributes = attributes.toBuilder().asPath(AsPath.sequence(asn, as)).build();
      }
      Hearing.announce(rib, in, attributes, List.of(PREFIX));
      flush();
    }

    void withdraw() {
      Hearing.withdraw(rib, in, List.of(PREFIX));
      flush();
    }

    /** What it got since it was asked last. */
    String news() {
      String hex = HexFormat.of().formatHex(got.toByteArray());
      got.reset();
      return hex;
    }

    @Override
    public boolean hasRoom() {
      return hasRoom;
    }

    @Override
    public void send(Message message) {
      byte[] bytes = new byte[message.bytes().readableBytes()];
      message.bytes().readBytes(bytes).release();
      got.writeBytes(bytes);
    }

    @Override
    public void endOfRib(Family family) {}

    @Override
    public void endOfRefresh(Family family) {}
  }

  private void flush() {
    rib.decide(
        100,
        (rows, row, changed) -> {
          if (changed) {
            groups.mark(rows, row);
          } else {
            groups.markPaths(rows, row);
          }
        });
    while (groups.flush()) {}
  }

  private static String update(String body) {
    return HexFormat.of().formatHex(Bytes.update(body));
  }

  @Test
  void eachPathComesAndGoesByItsIdentifier() {
    var one = new Peer(1, Integer.MAX_VALUE);
    var two = new Peer(2, Integer.MAX_VALUE);
    var three = new Peer(3, Integer.MAX_VALUE);
    one.announce();
    assertThat(three.news()).isEqualTo(update(BY_ONE + "00000001 18 0a0100"));
    assertThat(two.news()).isEqualTo(update(BY_ONE + "00000001 18 0a0100"));
    assertThat(one.news()).as("its own route").isEmpty();
    // The best path stays what it is.
    two.announce(5L);
    assertThat(three.news()).isEqualTo(update(BY_TWO + "00000002 18 0a0100"));
    assertThat(one.news()).isEqualTo(update(BY_TWO + "00000002 18 0a0100"));
    assertThat(two.news()).isEmpty();
    one.withdraw();
    assertThat(three.news()).isEqualTo(update("0008 00000001 18 0a0100 0000"));
    assertThat(two.news()).isEqualTo(update("0008 00000001 18 0a0100 0000"));
    assertThat(one.news()).isEmpty();
    two.withdraw();
    assertThat(three.news()).isEqualTo(update("0008 00000002 18 0a0100 0000"));
    assertThat(one.news()).isEqualTo(update("0008 00000002 18 0a0100 0000"));
  }

  @Test
  void aSlowMemberIsToldOfTheNewestPathsAndOfThoseGone() {
    var one = new Peer(1, Integer.MAX_VALUE);
    var two = new Peer(2, Integer.MAX_VALUE);
    var three = new Peer(3, Integer.MAX_VALUE);
    one.announce();
    two.announce(7L);
    var _ = three.news();
    three.hasRoom = false;
    one.withdraw();
    two.announce(6L);
    two.announce(5L);
    three.hasRoom = true;
    flush();
    assertThat(three.news())
        .isEqualTo(update("0008 00000001 18 0a0100 0000") + update(BY_TWO + "00000002 18 0a0100"));
  }

  @Test
  void aPathThatGetsTheNumberOfOneThatWentTakesItsPlace() {
    var one = new Peer(1, Integer.MAX_VALUE);
    var two = new Peer(2, Integer.MAX_VALUE);
    var three = new Peer(3, Integer.MAX_VALUE);
    one.announce();
    var _ = three.news();
    three.hasRoom = false;
    one.withdraw();
    two.announce(6L);
    two.announce(5L);
    three.hasRoom = true;
    flush();
    assertThat(three.news()).isEqualTo(update(BY_TWO + "00000001 18 0a0100"));
  }

  // The best one that is not its own: another one for each peer.
  @Test
  void theBestSoManyDoNotCountThePeersOwn() {
    var one = new Peer(1, 1);
    var two = new Peer(2, 1);
    var three = new Peer(3, 1);
    one.announce();
    two.announce(5L);
    assertThat(three.news()).isEqualTo(update(BY_ONE + "00000001 18 0a0100"));
    assertThat(two.news()).isEqualTo(update(BY_ONE + "00000001 18 0a0100"));
    assertThat(one.news()).isEqualTo(update(BY_TWO + "00000002 18 0a0100"));
  }
}

package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.rib.LocalRoute;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.bgp.wire.MessageEncoder;
import io.margay.bgp.wire.RouteRefreshMessage;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 2918, RFC 7313, RFC 8654 and RFC 9687 on a real connection. */
@Timeout(60)
class RefreshTest {
  private static final long AS = 64513;
  private static final Capability[] BOTH = {
    new Capability.RouteRefresh(), new Capability.EnhancedRefresh()
  };

  private static final byte[] END_OF_RIB = Bytes.update("0000 0000");

  private static RawPeer meet(TestSpeaker a, int peer, Capability... capabilities)
      throws Exception {
    a.configure(a.peer(peer, 64512, AS, true));
    return knock(a, peer).establish(AS, 90, capabilities);
  }

  /** Connects when the speaker listens; the test's time limit ends this. */
  private static RawPeer knock(TestSpeaker a, int peer) {
    while (true) {
      try {
        var raw = new RawPeer(peer, a.number);
        if (raw.isWelcome()) {
          return raw;
        }
        raw.close();
      } catch (IOException e) {
        Thread.onSpinWait();
      }
    }
  }

  private static byte[] refresh(int subtype) {
    ByteBuf out = Unpooled.buffer();
    MessageEncoder.routeRefresh(out, new RouteRefreshMessage(1, subtype, 1));
    byte[] bytes = new byte[out.readableBytes()];
    out.readBytes(bytes);
    out.release();
    return bytes;
  }

  /** What is said from now on, up to the second of what ends a table. */
  private static List<String> heard(RawPeer peer, String end) throws Exception {
    var words = new ArrayList<String>();
    while (words.isEmpty() || !words.getLast().equals(end)) {
      words.add(
          switch (peer.readNews()) {
            case DecodedUpdate u when u.endOfRib().isPresent() -> "end of rib";
            case DecodedUpdate u -> "announced " + u.announced().getFirst().prefixes();
            case RouteRefreshMessage r -> "refresh " + r.subtype();
            case BgpMessage other -> other.toString();
          });
    }
    return words;
  }

  // RFC 7313, 4: begin, all of it once more, end; never before the first End-of-RIB.
  @Test
  void aRefreshIsSentBetweenItsMarks() throws Exception {
    try (var a = new TestSpeaker(60).originate("10.60.0.0/26");
        RawPeer peer = meet(a, 61, BOTH)) {
      peer.send(refresh(RouteRefreshMessage.REQUEST));
      assertThat(heard(peer, "refresh 2"))
          .containsExactly(
              "announced [10.60.0.0/26]",
              "end of rib",
              "refresh 1",
              "announced [10.60.0.0/26]",
              "refresh 2");
    }
  }

  // RFC 2918, 4: the peer has no marks.
  @Test
  void anOldPeerGetsItsRefreshWithoutMarks() throws Exception {
    try (var a = new TestSpeaker(62).originate("10.62.0.0/26");
        RawPeer peer = meet(a, 63, new Capability.RouteRefresh())) {
      assertThat(heard(peer, "end of rib")).hasSize(2);
      peer.send(refresh(RouteRefreshMessage.REQUEST));
      assertThat(heard(peer, "end of rib"))
          .containsExactly("announced [10.62.0.0/26]", "end of rib");
    }
  }

  // RFC 7313, 4: what is not repeated is gone, and no session ends for it.
  @Test
  void whatAPeerDoesNotRepeatGoes() throws Exception {
    try (var a = new TestSpeaker(64);
        RawPeer peer = meet(a, 65, BOTH)) {
      peer.send(peer.announce("1a0a410000", ""));
      peer.send(peer.announce("1a0a410040", ""));
      a.awaitRoute("10.65.0.0/26");
      a.awaitRoute("10.65.0.64/26");
      peer.send(END_OF_RIB);
      peer.send(refresh(RouteRefreshMessage.BEGIN));
      peer.send(peer.announce("1a0a410000", ""));
      peer.send(refresh(RouteRefreshMessage.END));
      a.awaitNoRoute("10.65.0.64/26");
      assertThat(a.knows("10.65.0.0/26")).isTrue();
      // Section 5: a subtype that nobody knows, and marks of a family that is not spoken.
      peer.send(refresh(9));
      peer.send(peer.announce("1a0a410080", ""));
      a.awaitRoute("10.65.0.128/26");
      assertThat(a.established()).isEqualTo(1);
    }
  }

  // RFC 7313, 4: an end without its begin, and a begin before the End-of-RIB, cost no route.
  @Test
  void aMarkOutOfPlaceIsIgnored() throws Exception {
    try (var a = new TestSpeaker(58);
        RawPeer peer = meet(a, 59, BOTH)) {
      peer.send(peer.announce("1a0a3b0000", ""));
      peer.send(refresh(RouteRefreshMessage.BEGIN));
      peer.send(refresh(RouteRefreshMessage.END));
      peer.send(END_OF_RIB);
      peer.send(refresh(RouteRefreshMessage.END));
      peer.send(peer.announce("1a0a3b0040", ""));
      a.awaitRoute("10.59.0.64/26");
      assertThat(a.knows("10.59.0.0/26")).isTrue();
      // In place the same marks count.
      peer.send(refresh(RouteRefreshMessage.BEGIN));
      peer.send(refresh(RouteRefreshMessage.END));
      a.awaitNoRoute("10.59.0.0/26");
      a.awaitNoRoute("10.59.0.64/26");
    }
  }

  // RFC 8654, 3 and 4
  @Test
  void messagesAreLongWhereBothTakeThem() throws Exception {
    String[] many =
        IntStream.range(0, 4000)
            .mapToObj(i -> "10.66.%d.%d/32".formatted(i >> 8, i & 255))
            .toArray(String[]::new);
    try (var a = new TestSpeaker(66).originate(many);
        RawPeer peer = meet(a, 67, new Capability.ExtendedMessage())) {
      var extended = new WireFormat(true, false, Set.of(Family.IPV4), BgpMessage.MAX_EXTENDED);
      peer.agree(extended);
      var update = (DecodedUpdate) peer.readNews();
      assertThat(update.announced().getFirst().prefixes()).hasSizeGreaterThan(3000);
      List<Prefix> back =
          IntStream.range(0, 8000)
              .mapToObj(i -> Prefix.of("10.67.%d.%d/32".formatted(i >> 8, i & 255)))
              .toList();
      Attributes attributes =
          new AttributesBuilder()
              .nextHop(TestSpeaker.nextHop(67))
              .asPath(AsPath.sequence(AS))
              .build();
      peer.send(
          new UpdateBatch(
              List.of(), List.of(new Announcement(Family.IPV4, attributes, back)), List.of()));
      a.awaitRoute("10.67.31.63/32");
    }
  }

  // RFC 9687, 3: without a hold time nothing else would end it.
  @Test
  void aPeerThatNeverReadsLosesItsSession() throws Exception {
    try (var a = new TestSpeaker(68)) {
      a.speaker.originate(moreThanSocketsHold());
      PeerConfig p = a.peer(69, 64512, AS, true);
      PeerConfig.Link link =
          p.link().withOptions(SessionOptions.NONE.withSendHold(Duration.ofMillis(400)));
      a.configure(new PeerConfig(p.name(), p.kind(), link, p.routing()));
      try (RawPeer peer = knock(a, 69)) {
        peer.establish(AS, 0);
        a.await("gives up", () -> a.saw(DownCause.SEND_HOLD_EXPIRED));
        assertThat(a.view(69).errorSent().orElseThrow().what())
            .isEqualTo("8/0 Send Hold Timer Expired");
      }
    }
  }

  /** Some 8 MB: Linux sends up to 4 MB ahead. */
  private static Map<Prefix, LocalRoute> moreThanSocketsHold() {
    List<Community> many = IntStream.range(0, 800).mapToObj(Community::new).toList();
    var routes = new HashMap<Prefix, LocalRoute>();
    for (int i = 0; i < 2500; i++) {
      Prefix prefix = Prefix.of("10.68.%d.%d/32".formatted(i >> 8, i & 255));
      Attributes own = new AttributesBuilder().communities(many).med(i).build();
      routes.put(
          prefix,
          new LocalRoute(
              prefix, LocalRoute.Kind.BLOCK, Optional.empty(), OptionalLong.empty(), own));
    }
    return routes;
  }
}

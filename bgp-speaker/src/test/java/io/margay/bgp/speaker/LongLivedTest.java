package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Community;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 9494 between a speaker and peers that are away for long. */
@Timeout(120)
class LongLivedTest {
  private static final long AS = 64513;
  private static final String ROUTE = "10.70.0.0/26";
  private static final byte[] END_OF_RIB = Bytes.update("0000 0000");
  private static final String NO_LLGR = "c00804ffff0007";

  /** What a peer offers that may be away so long. */
  private static Capability[] times(int restart, int longLived) {
    return new Capability[] {
      new Capability.GracefulRestart(
          true, false, restart, List.of(new Capability.RestartFamily(1, 1, true))),
      new Capability.LongLived(List.of(new Capability.LongLivedFamily(1, 1, true, longLived)))
    };
  }

  private static boolean isLongStale(TestSpeaker a) {
    return a.best(ROUTE).map(route -> route.attributes().has(Community.LLGR_STALE)).orElse(false);
  }

  private static RawPeer announcing(TestSpeaker a, int number, Capability... capabilities)
      throws Exception {
    RawPeer peer = RawPeer.knock(number, a.number).establish(AS, 0, capabilities);
    peer.send(peer.announce("1a0a460000", ""));
    peer.send(peer.announce("1a0a460040", NO_LLGR));
    peer.send(END_OF_RIB);
    a.awaitRoute(ROUTE);
    a.awaitRoute("10.70.0.64/26");
    return peer;
  }

  // RFC 9494, 4.2 and 4.3: marked and kept; told to whom knows of it, withdrawn from others; over
  // with the End-of-RIB of the new session.
  @Test
  void whatIsKeptForLongIsTheLastChoiceAndSaysSo() throws Exception {
    try (var a = new TestSpeaker(70)) {
      a.configure(
          a.peer(71, 64512, AS, true),
          a.peer(72, 64512, AS + 1, true),
          a.peer(73, 64512, AS + 2, true));
      try (RawPeer knows =
              RawPeer.knock(72, 70).establish(AS + 1, 0, new Capability.LongLived(List.of()));
          RawPeer old = RawPeer.knock(73, 70).establish(AS + 2, 0)) {
        announcing(a, 71, times(0, 3600)).reset();
        a.await("depreferred", () -> isLongStale(a));
        a.awaitNoRoute("10.70.0.64/26");
        assertThat(a.view(71).longLivedFamilies()).containsExactly(Family.IPV4);
        assertThat(a.view(71).lastAgreed().orElseThrow().peerCapabilities())
            .contains("long-lived graceful restart 1/1 3600 s forwarding");
        assertThat(toldOf(knows)).contains(Community.LLGR_STALE);
        awaitWithdrawal(old);
      }
      try (RawPeer back = RawPeer.knock(71, 70).establish(AS, 0, times(0, 3600))) {
        back.send(back.announce("1a0a460000", ""));
        a.await("is as before", () -> a.knows(ROUTE) && !isLongStale(a));
        back.send(END_OF_RIB);
        back.send(back.announce("1a0a460080", ""));
        a.awaitRoute("10.70.0.128/26");
        assertThat(a.view(71).staleFamilies()).isEmpty();
      }
    }
  }

  // RFC 9494, 4.2: the restart time, then the long one, then nothing.
  @Test
  void bothTimesEnd() throws Exception {
    try (var a = new TestSpeaker(74)) {
      a.configure(a.peer(75, 64512, AS, true));
      announcing(a, 75, times(1, 1)).reset();
      a.await("loses it", () -> a.saw(DownCause.CONNECTION_LOST));
      a.awaitNoRoute(ROUTE);
      assertThat(a.hasSeen(Community.LLGR_STALE)).isTrue();
      assertThat(a.view(75).staleFamilies()).isEmpty();
    }
  }

  // RFC 9494, 3.1: as restarting speaker with a time of its own; as receiving one without.
  @Test
  void whatIsConfiguredIsOffered() throws Exception {
    try (var a = new TestSpeaker(76);
        var b = new TestSpeaker(77)) {
      PeerConfig p = a.mesh(77);
      SessionOptions options = SessionOptions.NONE.withLongLived(Duration.ofHours(1));
      a.originate("10.76.0.0/26")
          .configure(
              new PeerConfig(p.name(), p.kind(), p.link().withOptions(options), p.routing()));
      b.configure(b.mesh(76));
      b.awaitRoute("10.76.0.0/26");
      var agreed = b.view(76).agreed().orElseThrow();
      assertThat(agreed.peerCapabilities())
          .contains("long-lived graceful restart 1/1 3600 s forwarding");
      assertThat(agreed.ownCapabilities()).contains("long-lived graceful restart");
    }
  }

  /** The communities of the route as the peer last hears of it. */
  private static List<Community> toldOf(RawPeer peer) throws Exception {
    while (true) {
      if (peer.readNews() instanceof DecodedUpdate update) {
        for (var announcement : update.announced()) {
          boolean stale = announcement.attributes().has(Community.LLGR_STALE);
          if (announcement.prefixes().contains(Prefix.of(ROUTE)) && stale) {
            return announcement.attributes().communities();
          }
        }
      }
    }
  }

  private static void awaitWithdrawal(RawPeer peer) throws Exception {
    while (true) {
      if (peer.readNews() instanceof DecodedUpdate update
          && update.withdrawn().contains(Prefix.of(ROUTE))) {
        return;
      }
    }
  }
}

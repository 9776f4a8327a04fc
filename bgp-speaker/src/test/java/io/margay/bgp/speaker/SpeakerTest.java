package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.fsm.DownCause;
import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.NextHops;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Real speakers on loopback addresses. */
class SpeakerTest {
  private static final Capability RESTARTED =
      new Capability.GracefulRestart(
          true, true, 60, List.of(new Capability.RestartFamily(1, 1, true)));

  @Test
  void routesGoBothWaysAndAway() throws Exception {
    try (var a = new TestSpeaker(1);
        var b = new TestSpeaker(2)) {
      a.originate("10.1.0.0/26").configure(a.mesh(2));
      b.originate("10.2.0.0/26", "10.2.0.64/26").configure(b.mesh(1));
      a.awaitRoute("10.2.0.0/26");
      b.awaitRoute("10.1.0.0/26");
      BestRoute route = a.best("10.2.0.64/26").orElseThrow();
      assertThat(route.nextHops())
          .containsExactly(new BestRoute.NextHop(TestSpeaker.nextHop(2), a.mesh(2).name()));
      b.originate("10.2.0.0/26");
      a.awaitNoRoute("10.2.0.64/26");
      assertThat(a.knows("10.2.0.0/26")).isTrue();
      assertThat(a.recovery()).contains(SpeakerListener.Recovered.NOTHING_TO_WAIT_FOR);
      assertThat(a.view(2).agreed().orElseThrow().gracefulRestart()).isTrue();
    }
  }

  // RFC 4271, 6.8: both dial at once, again and again; one session comes of it.
  @Test
  void bothMayDial() throws Exception {
    try (var a = new TestSpeaker(3);
        var b = new TestSpeaker(4)) {
      a.originate("10.3.0.0/26").configure(a.peer(4, 64512, 64513, false));
      b.originate("10.4.0.0/26").configure(b.peer(3, 64513, 64512, false));
      a.awaitRoute("10.4.0.0/26");
      b.awaitRoute("10.3.0.0/26");
      assertThat(a.view(4).phase()).isEqualTo(SessionPhase.ESTABLISHED);
    }
  }

  // RFC 4724, 4.2: the routes of a peer that went without a word stay until it is back.
  @Test
  void restartKeepsRoutesAtThePeer() throws Exception {
    try (var a = new TestSpeaker(5)) {
      a.configure(a.mesh(6));
      var b = new TestSpeaker(6);
      b.originate("10.6.0.0/26", "10.6.0.64/26").configure(b.mesh(5));
      a.awaitRoute("10.6.0.64/26");
      b.close();
      a.await("loses the session", () -> a.saw(DownCause.CONNECTION_LOST));
      assertThat(a.knows("10.6.0.0/26")).isTrue();
      assertThat(a.view(6).staleFamilies()).isNotEmpty();
      try (var again = new TestSpeaker(6, SpeakerSettings.restarted(7))) {
        again.originate("10.6.0.0/26").configure(again.mesh(5));
        // End-of-RIB takes away what the peer does not have any more, and nothing else.
        a.awaitNoRoute("10.6.0.64/26");
        assertThat(a.knows("10.6.0.0/26")).isTrue();
        assertThat(again.recovery()).contains(SpeakerListener.Recovered.ALL_PEERS);
      }
    }
  }

  @Test
  void listenerThatBeginsToHearIsToldAll() throws Exception {
    try (var a = new TestSpeaker(19);
        var b = new TestSpeaker(20)) {
      assertThat(a.speaker.reportRoutes(false).get(5, TimeUnit.SECONDS)).isFalse();
      a.configure(a.mesh(20));
      b.originate("10.20.0.0/26", "10.20.0.64/26").configure(b.mesh(19));
      b.await("has a session", () -> b.established() == 1);
      while (a.view(20).counters().accepted() < 2) {
        Thread.onSpinWait();
      }
      assertThat(a.knows("10.20.0.0/26")).isFalse();
      assertThat(a.speaker.reportRoutes(true).get(5, TimeUnit.SECONDS)).isTrue();
      assertThat(a.knows("10.20.0.0/26")).isTrue();
      assertThat(a.knows("10.20.0.64/26")).isTrue();
      b.originate("10.20.0.0/26");
      a.awaitNoRoute("10.20.0.64/26");
    }
  }

  // RFC 4724, 4.1: who restarts, too, is not waited for; else neither would ever begin.
  @Test
  void twoThatRestartDoNotWaitForEachOther() throws Exception {
    try (var a = new TestSpeaker(15, SpeakerSettings.restarted(15));
        var b = new TestSpeaker(16, SpeakerSettings.restarted(16))) {
      a.originate("10.15.0.0/26").configure(a.mesh(16));
      b.originate("10.16.0.0/26").configure(b.mesh(15));
      a.awaitRoute("10.16.0.0/26");
      b.awaitRoute("10.15.0.0/26");
      a.await("recovers", () -> a.recovery().isPresent());
      b.await("recovers", () -> b.recovery().isPresent());
      assertThat(a.recovery()).contains(SpeakerListener.Recovered.ALL_PEERS);
    }
  }

  // RFC 4724, 4.1 and decision 0190: one that waits for others is in use meanwhile.
  @Test
  void theKernelKeepsRoutesOfAPeerThatRestartsToo() throws Exception {
    try (var a = new TestSpeaker(17, SpeakerSettings.restarted(17))) {
      a.configure(a.peer(18, 64512, 64513, true));
      try (RawPeer peer = RawPeer.knock(18, 17)) {
        peer.establish(64513, 0, RESTARTED);
        // Its table is told to us late; ours is told to it at once.
        assertThat(((DecodedUpdate) peer.readNews()).endOfRib()).contains(Family.IPV4);
        assertThat(a.speaker.status().get(5, TimeUnit.SECONDS).recovering()).isFalse();
        assertThat(a.recovery()).isEmpty();
        peer.send(peer.announce("1a0a120000", ""));
        a.awaitRoute("10.18.0.0/26");
        assertThat(a.recovery()).isEmpty();
        peer.send(Bytes.update("0000 0000"));
        a.await("recovers", () -> a.recovery().isPresent());
      }
    }
  }

  // RFC 4486, 3; RFC 8538, 3.1: its routes are not to be kept.
  @Test
  void removedPeerIsToldAndItsRoutesGo() throws Exception {
    try (var a = new TestSpeaker(7);
        var b = new TestSpeaker(8)) {
      a.configure(a.mesh(8));
      b.originate("10.8.0.0/26").configure(b.mesh(7));
      a.awaitRoute("10.8.0.0/26");
      a.configure();
      a.awaitNoRoute("10.8.0.0/26");
      b.await("hears of it", () -> b.saw(DownCause.NOTIFICATION_RECEIVED));
      assertThat(b.view(7).errorReceived().orElseThrow().what())
          .isEqualTo("6/9 Hard Reset: 6/3 Peer De-configured");
    }
  }

  @Test
  void anotherPolicyNeedsNoNewSession() throws Exception {
    try (var a = new TestSpeaker(9);
        var b = new TestSpeaker(10)) {
      a.configure(a.mesh(10));
      b.originate("10.10.0.0/26").configure(b.mesh(9));
      a.awaitRoute("10.10.0.0/26");
      PeerConfig mesh = a.mesh(10);
      PeerConfig.Routing r = mesh.routing();
      var closed =
          new PeerConfig.Routing(
              r.nextHopMode(), r.nextHopSelf(), false, 0, ImportPolicy.REJECT, r.exportPolicy());
      a.configure(new PeerConfig("Node_of_another_name", mesh.kind(), mesh.link(), closed));
      a.awaitNoRoute("10.10.0.0/26");
      assertThat(a.view(10).counters().received()).isEqualTo(1);
      assertThat(a.view(10).counters().accepted()).isZero();
      a.configure(mesh);
      a.awaitRoute("10.10.0.0/26");
      assertThat(a.established()).isEqualTo(1);
    }
  }

  @Test
  void unreachableNextHopsAreNotUsed() throws Exception {
    try (var a = new TestSpeaker(11);
        var b = new TestSpeaker(12)) {
      a.configure(a.mesh(12));
      b.originate("10.12.0.0/26").configure(b.mesh(11));
      a.awaitRoute("10.12.0.0/26");
      a.speaker.nextHops(_ -> NextHops.Resolution.UNREACHABLE);
      a.awaitNoRoute("10.12.0.0/26");
      var routes =
          a.speaker.routes(Prefix.ALL_IPV4, Prefix.ALL_IPV4).get(5, TimeUnit.SECONDS).rows();
      assertThat(routes.getFirst().paths()).hasSize(1);
      a.speaker.nextHops(_ -> new NextHops.Resolution.Reached(1, Optional.of("eth0")));
      a.awaitRoute("10.12.0.0/26");
      assertThat(a.best("10.12.0.0/26").orElseThrow().interfaceName()).contains("eth0");
    }
  }

  // RFC 5082 and a TTL of 1: both ends have to be that near, and are.
  @Test
  void nearPeersMeet() throws Exception {
    for (Reach reach : List.of(new Reach.Secured(1), new Reach.Direct())) {
      try (var a = new TestSpeaker(13);
          var b = new TestSpeaker(14)) {
        b.originate("10.14.0.0/26");
        a.configure(within(reach, a.mesh(14)));
        b.configure(within(reach, b.mesh(13)));
        a.awaitRoute("10.14.0.0/26");
      }
    }
  }

  private static PeerConfig within(Reach reach, PeerConfig peer) {
    PeerConfig.Link l = peer.link();
    var link =
        new PeerConfig.Link(
            l.address(),
            l.port(),
            l.source(),
            l.localAs(),
            l.remoteAs(),
            l.passive(),
            l.families(),
            l.timers(),
            reach,
            l.password());
    return new PeerConfig(peer.name(), peer.kind(), link, peer.routing());
  }
}

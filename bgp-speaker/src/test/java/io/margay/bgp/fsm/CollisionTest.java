package io.margay.bgp.fsm;

import static io.margay.bgp.fsm.Sessions.IPV4;
import static io.margay.bgp.fsm.Sessions.RESTART;
import static io.margay.bgp.fsm.Sessions.open;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.OpenMessage;
import io.margay.foundation.time.VirtualTime;
import java.time.Duration;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** Two machines that both dial, over a network with all kinds of delays. */
class CollisionTest {
  private static final int SEEDS = 2000;
  private static final OpenMessage A = open(64512, "10.0.0.1", 90, IPV4, RESTART);
  private static final OpenMessage B = open(64513, "10.0.0.2", 90, IPV4, RESTART);

  // RFC 4271, 6.8
  @Test
  void oneSessionIsLeft() {
    long flaps = 0;
    for (long seed = 0; seed < SEEDS; seed++) {
      var pair = new Pair(seed, A, B);
      pair.time.advance(Duration.ofSeconds(20));
      assertThat(pair.a.sharesSessionWith(pair.b))
          .as("seed %d: %s, %s", seed, pair.a.state(), pair.b.state())
          .isTrue();
      flaps += pair.a.timesUp() + pair.b.timesUp() - 2;
    }
    // None came up only to lose to the other connection: a peer would purge what it kept as stale.
    assertThat(flaps).isZero();
  }

  // RFC 4271, 8.1.1: on both sides, or on one.
  @Test
  void oneSessionIsLeftWhereOpensAreDelayed() {
    for (long seed = 0; seed < SEEDS / 4; seed++) {
      var pair = new Pair(seed, A, B, Duration.ofMillis(20), Duration.ofMillis(seed % 2 * 30));
      pair.time.advance(Duration.ofSeconds(20));
      assertThat(pair.a.sharesSessionWith(pair.b))
          .as("seed %d: %s, %s", seed, pair.a.state(), pair.b.state())
          .isTrue();
      assertThat(pair.a.timesUp() + pair.b.timesUp()).as("seed %d", seed).isEqualTo(2);
    }
  }

  // RFC 6286, 2.3: equal ids, the greater AS decides.
  @Test
  void equalIdsAreNoDraw() {
    for (long seed = 0; seed < SEEDS / 10; seed++) {
      var pair = new Pair(seed, A, open(64513, "10.0.0.1", 90, IPV4, RESTART));
      pair.time.advance(Duration.ofSeconds(20));
      assertThat(pair.a.sharesSessionWith(pair.b)).as("seed %d", seed).isTrue();
    }
  }

  // RFC 4724, 4.2: the old session looks alive; the peer's new connection says otherwise.
  @Test
  void aPeerThatLostItsPowerIsBackBeforeTheHoldTimeIsOver() {
    for (long seed = 0; seed < SEEDS / 10; seed++) {
      var pair = new Pair(seed, A, B);
      pair.time.advance(Duration.ofSeconds(40)); // one KEEPALIVE: it has lasted
      pair.b.vanish();
      SimulatedPeer again = pair.peer(B, 64512, Duration.ZERO);
      pair.a.meets(again);
      again.meets(pair.a);
      again.start();
      pair.time.advance(Duration.ofSeconds(10));
      assertThat(pair.a.sharesSessionWith(again)).as("seed %d", seed).isTrue();
      var down = pair.a.sessions.get(pair.a.sessions.size() - 2);
      assertThat(down)
          .as("seed %d", seed)
          .isInstanceOfSatisfying(
              SessionAction.Down.class,
              d -> {
                assertThat(d.cause()).isEqualTo(DownCause.PEER_RESTARTED);
                assertThat(d.keepRoutes()).isTrue();
              });
    }
  }

  private static final class Pair {
    final VirtualTime time = new VirtualTime();
    final Random chance;
    final SimulatedPeer a;
    final SimulatedPeer b;

    Pair(long seed, OpenMessage openA, OpenMessage openB) {
      this(seed, openA, openB, Duration.ZERO, Duration.ZERO);
    }

    Pair(long seed, OpenMessage openA, OpenMessage openB, Duration delayA, Duration delayB) {
      chance = new Random(seed);
      a = peer(openA, openB.asn(), delayA);
      b = peer(openB, openA.asn(), delayB);
      a.meets(b);
      b.meets(a);
      a.start();
      // From the same moment to a good deal later.
      time.advance(Duration.ofMillis(chance.nextInt(80)));
      b.start();
    }

    SimulatedPeer peer(OpenMessage open, long remoteAs, Duration delayOpen) {
      return new SimulatedPeer(time, chance, open, remoteAs, delayOpen);
    }
  }
}

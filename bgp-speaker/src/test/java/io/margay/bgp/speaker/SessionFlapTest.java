package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.Bytes;
import java.lang.management.ManagementFactory;
import java.util.logging.Level;
import java.util.logging.Logger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Sessions that come and go leave nothing behind. */
@Tag("long")
class SessionFlapTest {
  private static final int SPEAKER = 63;
  private static final int PEER = 64;
  private static final long PEER_AS = 64513;
  private static final long MEBIBYTE = 1 << 20;

  @Test
  void tenThousandFlapsLeaveTheHeapWhereItWas() throws Exception {
    var log = Logger.getLogger(SessionReporter.class.getName());
    log.setLevel(Level.OFF); // two lines each
    try (var speaker = new TestSpeaker(SPEAKER)) {
      speaker.originate("10.63.0.0/26").configure(speaker.peer(PEER, 64512, PEER_AS, true));
      flap(speaker, 1000); // what is loaded and compiled once
      long before = usedHeap();
      flap(speaker, 10_000);
      speaker.forgetChanges();
      assertThat(usedHeap() - before).as("bytes more than before").isLessThan(2 * MEBIBYTE);
      assertThat(speaker.view(PEER).counters().established()).isEqualTo(11_000);
    } finally {
      log.setLevel(null);
    }
  }

  private static void flap(TestSpeaker speaker, int times) throws Exception {
    speaker.forgetChanges();
    for (int i = 0; i < times; i++) {
      try (RawPeer peer = RawPeer.knock(PEER, SPEAKER)) {
        peer.establish(PEER_AS, 90);
        int third = i >> 8 & 255;
        peer.send(peer.announce("200a40%02x%02x".formatted(third, i & 255), ""));
        speaker.awaitRoute("10.64." + third + "." + (i & 255) + "/32");
        peer.send(Bytes.update("0000 0000")); // End-of-RIB: what the session before said goes
      }
    }
  }

  /** After a collection; the least of a few, as some garbage takes two. */
  private static long usedHeap() {
    long least = Long.MAX_VALUE;
    for (int i = 0; i < 4; i++) {
      System.gc();
      least = Math.min(least, ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed());
    }
    return least;
  }
}

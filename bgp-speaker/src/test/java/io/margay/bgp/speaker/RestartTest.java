package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.BgpMessage;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What a speaker that restarted says, and when (RFC 4724). Plain sockets are the peers. */
class RestartTest {
  private static final byte[] END_OF_RIB = Bytes.update("0000 0000");

  /** More than are decided in one go, several times. */
  private static final int BLOCKS = 40;

  // RFC 4724, 4.2: what a peer keeps of us goes when we die again without having said it again.
  @Test
  void ownRoutesAreToldWhileThoseOfPeersAreWaitedFor() throws Exception {
    try (var a = new TestSpeaker(101, SpeakerSettings.restarted(101))) {
      a.originate("10.101.0.0/26").configure(a.peer(102, 64512, 64513, true));
      try (RawPeer peer = RawPeer.knock(102, 101)) {
        peer.establish(64513, 0);
        assertThat(announced(peer.readNews())).containsExactly(Prefix.of("10.101.0.0/26"));
        a.originate("10.101.0.64/26");
        assertThat(((DecodedUpdate) peer.readNews()).withdrawn())
            .containsExactly(Prefix.of("10.101.0.0/26"));
        assertThat(announced(peer.readNews())).containsExactly(Prefix.of("10.101.0.64/26"));
        assertThat(a.recovery()).isEmpty();

        peer.send(peer.announce("1a0a660000", ""));
        peer.send(END_OF_RIB);
        assertThat(((DecodedUpdate) peer.readNews()).endOfRib()).contains(Family.IPV4);
        a.awaitRoute("10.102.0.0/26");
      }
    }
  }

  // RFC 4724, 4.1: what is told before End-of-RIB is all that there is.
  @Test
  void endOfRibComesBehindTheWholeTable() throws Exception {
    try (var a = new TestSpeaker(103, SpeakerSettings.restarted(103))) {
      a.configure(a.peer(104, 64512, 64513, true), a.peer(105, 64512, 64514, true));
      try (RawPeer speaking = RawPeer.knock(104, 103).establish(64513, 0);
          RawPeer listening = RawPeer.knock(105, 103).establish(64514, 0)) {
        for (int block = 0; block < BLOCKS; block++) {
          speaking.send(speaking.announce(block(block), ""));
        }
        speaking.send(END_OF_RIB);
        listening.send(END_OF_RIB);
        assertThat(untilEndOfRib(listening)).hasSize(BLOCKS * 256);
      }
    }
  }

  /** 256 networks of 24 bits, as an UPDATE has them. */
  private static String block(int second) {
    var text = new StringBuilder();
    for (int third = 0; third < 256; third++) {
      text.append("18c6%02x%02x".formatted(second, third));
    }
    return text.toString();
  }

  private static Set<Prefix> untilEndOfRib(RawPeer peer) throws IOException {
    var all = new HashSet<Prefix>();
    while (true) {
      BgpMessage message = peer.readNews();
      all.addAll(announced(message));
      if (message instanceof DecodedUpdate update && update.endOfRib().isPresent()) {
        return all;
      }
    }
  }

  private static List<Prefix> announced(BgpMessage message) {
    var all = new ArrayList<Prefix>();
    ((DecodedUpdate) message).announced().forEach(each -> all.addAll(each.prefixes()));
    return all;
  }
}

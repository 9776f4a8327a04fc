package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.Capability;
import io.margay.bgp.wire.NotificationMessage;
import io.margay.bgp.wire.OpenMessage;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** RFC 5492, 3: a peer that knows no capabilities. */
@Timeout(120)
class NoCapabilitiesTest {
  private static final NotificationMessage NO_PARAMETER =
      NotificationMessage.of(NotificationMessage.OPEN_ERROR, NotificationMessage.OPEN_PARAMETER);
  private static final NotificationMessage BAD_AS =
      NotificationMessage.of(NotificationMessage.OPEN_ERROR, NotificationMessage.OPEN_PEER_AS);

  /** What is offered to a peer that answers so, when the pause of the last attempt is over. */
  private static List<Capability> offered(TestSpeaker a, int peer, NotificationMessage answer)
      throws IOException {
    while (true) {
      try (var raw = new RawPeer(peer, a.number)) {
        if (raw.read() instanceof OpenMessage open) {
          raw.send(RawPeer.notification(answer));
          assertThat(raw.isClosed()).isTrue();
          return open.capabilities();
        }
      } catch (IOException e) {
        // Turned away; the test's time limit ends this.
        Thread.onSpinWait();
      }
    }
  }

  @Test
  void isTriedWithoutThem() throws Exception {
    try (var a = new TestSpeaker(93)) {
      a.configure(a.peer(94, 64512, 64513, true));
      assertThat(offered(a, 94, NO_PARAMETER)).isNotEmpty();
      assertThat(offered(a, 94, BAD_AS)).isEmpty();
      assertThat(offered(a, 94, BAD_AS)).as("that was not it").isNotEmpty();
    }
  }

  @Test
  void whereTheAsNumberNeedsOneItIsNot() throws Exception {
    try (var a = new TestSpeaker(95)) {
      a.configure(a.peer(96, 4200000000L, 64513, true));
      assertThat(offered(a, 96, NO_PARAMETER)).isNotEmpty();
      assertThat(offered(a, 96, NO_PARAMETER)).isNotEmpty();
    }
  }
}

package io.margay.kube.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.image.ImageEvent;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class MailboxTest {
  private static final ObjectKey EAST = ObjectKey.cluster("east");
  private static final Kind KIND = Kind.BGP_FILTER;

  private final Mailbox mailbox = new Mailbox();

  @Test
  void onlyTheLastOfAnObjectIsKeptAndTheListComesBehindIt() throws InterruptedException {
    mailbox.seen(KIND, EAST, Map.of("spec", 1));
    mailbox.synced(KIND);
    mailbox.seen(KIND, EAST, Map.of("spec", 2));
    assertThat(mailbox.take(Duration.ZERO))
        .containsExactly(
            new ImageEvent.Seen(KIND, EAST, Map.of("spec", 2)), new ImageEvent.Synced(KIND));
    mailbox.seen(KIND, EAST, Map.of());
    mailbox.gone(KIND, EAST);
    assertThat(mailbox.take(Duration.ZERO)).containsExactly(new ImageEvent.Gone(KIND, EAST));
    assertThat(mailbox.take(Duration.ZERO)).isEmpty();
  }

  // The CRD came while it was told missing: the list is told once, and must not be forgotten.
  @Test
  void aListWinsOverTheNewsThatTheKindIsNotServed() throws InterruptedException {
    mailbox.synced(KIND);
    mailbox.unserved(KIND);
    assertThat(mailbox.take(Duration.ZERO)).containsExactly(new ImageEvent.Synced(KIND));
    mailbox.unserved(KIND);
    mailbox.synced(KIND);
    assertThat(mailbox.take(Duration.ZERO)).containsExactly(new ImageEvent.Synced(KIND));
    mailbox.unserved(KIND);
    assertThat(mailbox.take(Duration.ZERO)).containsExactly(new ImageEvent.Unserved(KIND));
  }

  @Test
  void whoWaitsIsWoken() throws InterruptedException {
    Thread teller = Thread.ofVirtual().start(() -> mailbox.synced(KIND));
    assertThat(mailbox.take(Duration.ofSeconds(50))).hasSize(1);
    teller.join();
  }
}

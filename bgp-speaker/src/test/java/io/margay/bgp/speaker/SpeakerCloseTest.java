package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Whoever asks a speaker that ends gets an answer or a failure, and never waits for ever. */
@Timeout(60)
class SpeakerCloseTest {
  private static final PeerKey PEER = new PeerKey(TestSpeaker.address(31), TestSpeaker.PORT);

  private static List<CompletableFuture<?>> everyQuestion(Speaker speaker) {
    return List.of(
        speaker.status(),
        speaker.peers(),
        speaker.routes(Prefix.ALL_IPV4, Prefix.ALL_IPV4),
        speaker.towards(Ip.of("10.30.0.1")),
        speaker.received(PEER, Prefix.ALL_IPV4, Prefix.ALL_IPV4),
        speaker.advertised(PEER, Prefix.ALL_IPV4, Prefix.ALL_IPV4));
  }

  @Test
  void aClosedSpeakerRefusesEveryQuestion() {
    var speaker = new TestSpeaker(30);
    speaker.close();
    for (CompletableFuture<?> answer : everyQuestion(speaker.speaker)) {
      assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS))
          .isInstanceOf(ExecutionException.class)
          .hasRootCauseMessage("the speaker is closed");
    }
  }

  @Test
  void whatIsAskedWhileItClosesIsAnsweredOrRefused() throws Exception {
    for (int round = 0; round < 20; round++) {
      var speaker = new TestSpeaker(30).originate("10.30.0.0/26").configure();
      var asked = new ArrayList<CompletableFuture<?>>();
      Thread closer = Thread.ofVirtual().start(speaker::close);
      while (closer.isAlive()) {
        asked.addAll(everyQuestion(speaker.speaker));
      }
      for (CompletableFuture<?> answer : asked) {
        var _ = answer.handle((_, _) -> true).get(5, TimeUnit.SECONDS);
      }
      assertThat(asked).allMatch(CompletableFuture::isDone);
    }
  }

  @Test
  void aFaultOfOursFailsTheQuestionAndIsNotHidden() {
    var answer = new CompletableFuture<Object>();
    assertThatThrownBy(() ->
            Views.answering(
                answer,
                () -> {
                  throw new IllegalArgumentException("our own");
                }))
        .hasMessage("our own");
    assertThatThrownBy(() -> answer.get(5, TimeUnit.SECONDS)).hasRootCauseMessage("our own");
  }
}

package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.DownCause;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** RFC 4486, 4: a table that there is no room for is refused. */
class TableLimitTest {
  @Test
  void whoAnnouncesMoreThanThereIsRoomForIsResetAndItsRoutesGo() throws Exception {
    try (var a = new TestSpeaker(56);
        var b = new TestSpeaker(57)) {
      a.tableBytes(2000).configure(a.mesh(57));
      b.originate(prefixes(10)).configure(b.mesh(56));
      a.awaitRoute("10.57.0.0/32");
      b.originate(prefixes(100));
      b.await("is told", () -> b.saw(DownCause.NOTIFICATION_RECEIVED));
      a.awaitNoRoute("10.57.0.0/32");
      assertThat(b.view(56).errorReceived().orElseThrow().what())
          .isEqualTo("6/9 Hard Reset: 6/8 Out of Resources");
      assertThat(a.view(57).lastDown().orElseThrow().what()).startsWith("OUT_OF_RESOURCES: 6/8");
      assertThat(a.speaker.status().get(5, TimeUnit.SECONDS).tableLimit()).isEqualTo(2000);
    }
  }

  private static String[] prefixes(int count) {
    return IntStream.range(0, count).mapToObj(i -> "10.57.0." + i + "/32").toArray(String[]::new);
  }
}

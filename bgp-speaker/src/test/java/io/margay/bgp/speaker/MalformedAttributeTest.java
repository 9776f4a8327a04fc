package io.margay.bgp.speaker;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.wire.Bytes;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.logging.Handler;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * RFC 7606, 7 in an established session: what a malformed attribute costs, how it is counted, and
 * the line that tells of it. What the decoder makes of each is in UpdateFaultTest.
 */
class MalformedAttributeTest {
  private static final int SPEAKER = 60;
  private static final int GOOD = 61;
  private static final int BAD = 62;
  private static final long BAD_AS = 64513;
  private static final String PREFIX = "10.62.0.0/26";
  private static final String PREFIX_HEX = "1a0a3e0000";
  private static final String ORIGIN = "40010100";
  private static final String AS_PATH = "4002060201 0000fc01";
  private static final String NEXT_HOP = "400304 0a09003e";
  private static final String GOOD_SET = ORIGIN + AS_PATH + NEXT_HOP;

  /** Held: a logger that nobody holds forgets its handlers. */
  private static final Logger LOGGER = Logger.getLogger(SessionRecord.class.getName());

  private static final Lines LINES = new Lines();

  private static TestSpeaker speaker;
  private static TestSpeaker good;

  private static final class Lines extends Handler {
    final Queue<String> all = new ConcurrentLinkedQueue<>();

    @Override
    public void publish(LogRecord line) {
      all.add(line.getMessage());
    }

    @Override
    public void flush() {}

    @Override
    public void close() {}
  }

  enum Outcome {
    DISCARDED,
    WITHDRAWN
  }

  record Case(String attributes, Outcome outcome, String fault) {
    @Override
    public String toString() {
      return fault;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        withdrawn("40010103" + AS_PATH + NEXT_HOP, "ORIGIN: VALUE 3"),
        withdrawn("c0010100" + AS_PATH + NEXT_HOP, "ORIGIN: FLAGS 192"),
        withdrawn(ORIGIN + NEXT_HOP, "AS_PATH: MISSING 0"),
        withdrawn(ORIGIN + "4002060901 0000fc01" + NEXT_HOP, "AS_PATH: LENGTH 6"),
        withdrawn(ORIGIN + AS_PATH + "400305 0a09003e00", "NEXT_HOP: LENGTH 5"),
        withdrawn(GOOD_SET + "800403 000001", "MULTI_EXIT_DISC: LENGTH 3"),
        discarded(GOOD_SET + "400504 00000064", "LOCAL_PREF: SENDER 4"),
        discarded(GOOD_SET + "40060100", "ATOMIC_AGGREGATE: LENGTH 1"),
        discarded(GOOD_SET + "c00706 fde9c0000201", "AGGREGATOR: LENGTH 6"),
        withdrawn(GOOD_SET + "c00805 fde8000100", "COMMUNITIES: LENGTH 5"),
        discarded(GOOD_SET + "800904 01020304", "ORIGINATOR_ID: SENDER 4"),
        discarded(GOOD_SET + "800a04 01020304", "CLUSTER_LIST: SENDER 4"),
        withdrawn(GOOD_SET + "c01007 00020000000000", "EXTENDED_COMMUNITIES: LENGTH 7"),
        withdrawn(GOOD_SET + "c0200d 00000001000000020000000300", "LARGE_COMMUNITIES: LENGTH 13"),
        discarded(GOOD_SET + "40010102", "ORIGIN: DUPLICATE 1"),
        discarded(GOOD_SET + "c01106 02010000fde9", "AS4_PATH: SENDER 6"));
  }

  private static Case withdrawn(String attributes, String fault) {
    return new Case(attributes, Outcome.WITHDRAWN, fault + ", treated as withdraw");
  }

  private static Case discarded(String attributes, String fault) {
    return new Case(attributes, Outcome.DISCARDED, fault + ", discarded");
  }

  @BeforeAll
  static void start() throws Exception {
    LOGGER.addHandler(LINES);
    speaker = new TestSpeaker(SPEAKER);
    good = new TestSpeaker(GOOD);
    speaker
        .originate("10.60.0.0/26")
        .configure(speaker.mesh(GOOD), speaker.peer(BAD, 64512, BAD_AS, true));
    good.originate("10.61.0.0/26").configure(good.mesh(SPEAKER));
    speaker.awaitRoute("10.61.0.0/26");
  }

  @AfterAll
  static void theGoodPeerNeverNoticed() throws Exception {
    assertThat(good.view(SPEAKER).counters().established()).isEqualTo(1);
    speaker.close();
    good.close();
    LOGGER.removeHandler(LINES);
  }

  @ParameterizedTest
  @MethodSource("cases")
  @Timeout(60)
  void costsWhatItMustAndIsTold(Case c) throws Exception {
    LINES.all.clear();
    try (RawPeer bad = RawPeer.knock(BAD, SPEAKER)) {
      bad.establish(BAD_AS, 90);
      bad.send(bad.announce(PREFIX_HEX, ""));
      speaker.awaitRoute(PREFIX);
      long before = speaker.view(BAD).counters().faults();
      int length = Bytes.ofHex(c.attributes()).length;
      bad.send(Bytes.update("0000 %04x %s %s".formatted(length, c.attributes(), PREFIX_HEX)));
      while (speaker.view(BAD).counters().faults() == before) {
        Thread.onSpinWait(); // it has not been read yet; the test's time limit ends this
      }
      switch (c.outcome()) {
        case WITHDRAWN -> speaker.awaitNoRoute(PREFIX);
        case DISCARDED -> assertThat(speaker.knows(PREFIX)).isTrue();
      }
      assertThat(speaker.view(BAD).counters().faults()).isEqualTo(before + 1);
      assertThat(List.copyOf(LINES.all))
          .containsExactly(
              "bgp.update.malformed peer=%s fault=\"%s\" attributes=%s"
                  .formatted(speaker.view(BAD).name(), c.fault(), c.attributes().replace(" ", "")));
      bad.send(bad.announce(PREFIX_HEX, "")); // the session goes on
      speaker.awaitRoute(PREFIX);
    }
  }
}

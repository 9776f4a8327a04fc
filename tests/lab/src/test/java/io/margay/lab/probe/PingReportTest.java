package io.margay.lab.probe;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PingReportTest {
  /** A ping that was asked after so many, and then sent two more that nobody waited for. */
  record Case(String name, IntStream answered, int asked, PingReport expected) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("all", IntStream.rangeClosed(1, 50), 50, new PingReport(50, 50, 0, 0)),
        new Case(
            "one of those after the question too",
            IntStream.rangeClosed(1, 51),
            50,
            new PingReport(50, 50, 0, 0)),
        new Case(
            "the last three never came",
            IntStream.rangeClosed(1, 47),
            50,
            new PingReport(50, 47, 3, 3)),
        new Case("a gap", IntStream.of(1, 2, 6, 7), 7, new PingReport(7, 4, 3, 3)),
        new Case("two gaps", IntStream.of(1, 3, 6, 7), 7, new PingReport(7, 4, 3, 2)),
        new Case("twice is once", IntStream.of(1, 1, 2), 2, new PingReport(2, 2, 0, 0)),
        new Case("none", IntStream.empty(), 3, new PingReport(3, 0, 3, 3)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void counts(Case c) {
    String output =
        answers(c.answered()) + "\r1/" + c.asked() + " packets, 2% loss\n" + end(c.asked() + 2);
    assertThat(PingReport.read(output)).as(c.name()).isEqualTo(c.expected());
  }

  @Test
  void anAnswerMayComeAfterTheQuestion() {
    String early = answers(IntStream.rangeClosed(1, 7)) + "\r7/9 packets, 22% loss\n";
    assertThat(PingReport.soFar(early)).contains(new PingReport(9, 7, 2, 2));
    String later = early + answers(IntStream.of(8, 9, 10));
    assertThat(PingReport.soFar(later)).contains(new PingReport(9, 9, 0, 0));
  }

  @Test
  void whoWasNotAskedIsJudgedByAllThatWasSent() {
    String output = answers(IntStream.of(1, 2, 4)) + end(5);
    assertThat(PingReport.soFar(output)).isEmpty();
    assertThat(PingReport.read(output)).isEqualTo(new PingReport(5, 3, 2, 1));
  }

  @Test
  void whatIsOldIsNotWaitedFor() {
    String lost = answers(IntStream.concat(IntStream.of(1, 2), IntStream.rangeClosed(7, 9)));
    assertThat(PingReport.isAnswered(lost, 3)).as("not asked yet").isFalse();
    String asked = lost + "\r5/9 packets, 44% loss\n";
    assertThat(PingReport.isAnswered(asked, 3)).isTrue();
    assertThat(PingReport.isAnswered(asked, 4)).isFalse();
    assertThat(PingReport.isAnswered(asked, 100)).isFalse();
    assertThat(PingReport.isAnswered(asked + answers(IntStream.rangeClosed(3, 6)), 100)).isTrue();
  }

  private static String answers(IntStream numbers) {
    return numbers
        .mapToObj(n -> "64 bytes from 10.0.0.1: icmp_seq=" + n + " ttl=62 time=0.1 ms\n")
        .collect(Collectors.joining());
  }

  private static String end(int sent) {
    return "\n--- 10.0.0.1 ping statistics ---\n"
        + sent
        + " packets transmitted, 1 received, 0% packet loss, time 1ms\n";
  }
}

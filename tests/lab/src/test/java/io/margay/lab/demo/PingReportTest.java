package io.margay.lab.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PingReportTest {
  record Case(String name, IntStream answered, int sent, PingReport expected) {}

  static Stream<Case> cases() {
    return Stream.of(
        new Case("all", IntStream.rangeClosed(1, 50), 50, new PingReport(50, 50, 0, 0)),
        new Case(
            "the last is still on its way",
            IntStream.rangeClosed(1, 49),
            50,
            new PingReport(50, 49, 0, 0)),
        new Case(
            "two at the end are not",
            IntStream.rangeClosed(1, 48),
            50,
            new PingReport(50, 48, 1, 1)),
        new Case("a gap", IntStream.of(1, 2, 6, 7), 7, new PingReport(7, 4, 3, 3)),
        new Case("twice is once", IntStream.of(1, 1, 2), 2, new PingReport(2, 2, 0, 0)),
        new Case("none", IntStream.empty(), 3, new PingReport(3, 0, 2, 2)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void counts(Case c) {
    String output =
        "PING 10.0.0.1 (10.0.0.1) 56(84) bytes of data.\n"
            + c.answered()
                .mapToObj(n -> "64 bytes from 10.0.0.1: icmp_seq=" + n + " ttl=62 time=0.1 ms\n")
                .collect(Collectors.joining())
            + "\n--- 10.0.0.1 ping statistics ---\n"
            + c.sent()
            + " packets transmitted, 1 received, 0% packet loss, time 1ms\n";
    assertThat(PingReport.read(output)).as(c.name()).isEqualTo(c.expected());
  }
}

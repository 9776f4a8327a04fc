package io.margay.bench.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.bench.frame.RunFailed;
import org.junit.jupiter.api.Test;

class PingReportTest {
  private static final String TEXT =
      """
      PING 10.244.2.1 (10.244.2.1) 56(84) bytes of data.
      64 bytes from 10.244.2.1: icmp_seq=1 ttl=64 time=0.161 ms
      64 bytes from 10.244.2.1: icmp_seq=3 ttl=64 time=12 ms

      --- 10.244.2.1 ping statistics ---
      3 packets transmitted, 2 received, 33.3333% packet loss, time 8ms
      rtt min/avg/max/mdev = 0.161/6.080/12.000/5.919 ms
      """;

  @Test
  void eachAnswerHasItsTime() {
    assertThat(PingReport.micros(TEXT, 3).values()).containsExactly(161.0, 12_000.0);
  }

  @Test
  void aWayThatLosesMostOfThemEndsTheRun() {
    assertThatThrownBy(() -> PingReport.micros(TEXT, 5))
        .isInstanceOf(RunFailed.class)
        .hasMessage("of 5 pings 2 had an answer");
  }
}

package io.margay.bench.tunnel;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.bench.frame.RunFailed;
import org.junit.jupiter.api.Test;

class IperfReportTest {
  @Test
  void tcpIsWhatTheReceiverGot() {
    var report =
        IperfReport.read(
            """
            {"start": {}, "end": {
              "sum_sent": {"seconds": 2.0, "bytes": 260000000, "bits_per_second": 1040000000.0},
              "sum_received": {"seconds": 2.0, "bytes": 250000000, "bits_per_second": 1e9}}}\
            """);
    assertThat(report.mbits()).isEqualTo(1000);
    assertThat(report.bytes()).isEqualTo(250e6);
  }

  @Test
  void udpIsWhatWasNotLost() {
    var report =
        IperfReport.read(
            """
            {"end": {"sum": {"seconds": 4.0, "packets": 500000, "lost_packets": 100000},
              "sum_received": {"packets": 499000}}}\
            """);
    assertThat(report.packets()).isEqualTo(100_000);
  }

  @Test
  void anErrorEndsTheRunInIperfsWords() {
    assertThatThrownBy(() ->
            IperfReport.read(
                "{\"end\": {}, \"error\": \"unable to connect to server: Connection refused\"}"))
        .isInstanceOf(RunFailed.class)
        .hasMessage("iperf3: unable to connect to server: Connection refused");
  }

  @Test
  void whatIsNoReportEndsTheRun() {
    assertThatThrownBy(() -> IperfReport.read("iperf3: parameter error"))
        .isInstanceOf(RunFailed.class)
        .hasMessageStartingWith("iperf3 did not report: ");
    assertThatThrownBy(() -> IperfReport.read("{}").mbits())
        .isInstanceOf(RunFailed.class)
        .hasMessage("iperf3 reported no end.sum_received.bits_per_second");
  }
}

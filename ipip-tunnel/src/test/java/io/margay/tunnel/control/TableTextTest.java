package io.margay.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.wire.Counter;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TableTextTest {
  private static final ForwardingTable TABLE =
      new ForwardingTable(
          Ip4.of("10.0.0.1"),
          Map.of(
              Prefix.of("10.1.0.64/26"), Ip4.of("10.0.0.3"),
              Prefix.of("10.1.0.0/26"), Ip4.of("10.0.0.2")),
          Set.of(Prefix.of("10.0.0.3/32"), Prefix.of("10.0.0.2/32")));

  @Test
  void aTableIsSortedLines() {
    assertThat(TableText.of(TABLE))
        .isEqualTo(
            """
            local 10.0.0.1
            route 10.1.0.0/26 10.0.0.2
            route 10.1.0.64/26 10.0.0.3
            source 10.0.0.2/32
            source 10.0.0.3/32
            """);
  }

  @Test
  void whatIsWrittenIsRead() {
    var collector = new TableText.Collector();
    TableText.of(TABLE).lines().forEach(l -> assertThat(TableText.read(l, collector)).isEmpty());
    assertThat(collector.table()).isEqualTo(TABLE);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "local",
        "local ::1",
        "local 10.0.0.1 ",
        "route 10.1.0.0/26",
        "route 10.1.0.0/33 10.0.0.1",
        "route fd00::/64 10.0.0.1",
        "route 10.1.0.0/26 0.0.0.0",
        "route 10.1.0.0/26 fd00::1",
        "source 10.0.0.1",
        "source ::/0",
        "Source 10.0.0.0/8",
        "gateway 10.0.0.1"
      })
  void otherLinesAreRefusedWithTheirText(String line) {
    assertThat(TableText.read(line, new TableText.Collector()))
        .hasValueSatisfying(why -> assertThat(why).startsWith("\"" + line + "\" is not "));
  }

  @Test
  void statusIsReadAsWritten() {
    var status =
        new ForwarderStatus(
            1,
            1,
            "c0ffee",
            Came.HANDED,
            42,
            "tunl0",
            OptionalLong.of(7),
            2,
            3,
            new ForwarderQueues(
                4, List.of(new ForwarderQueues.Load(7, 0), new ForwarderQueues.Load(0, 12))),
            Map.of(Counter.DROPPED_NO_ROUTE, 9L));
    ForwarderStatus read = ForwarderStatus.read(status.text().lines().toList());
    assertThat(read.counters()).containsEntry(Counter.DROPPED_NO_ROUTE, 9L);
    assertThat(read.came()).isEqualTo(Came.HANDED);
    assertThat(read.queues()).isEqualTo(status.queues());
    assertThat(read.text())
        .isEqualTo(status.text())
        .contains(
            "queues 2\nqueues-wanted 4\nqueue-0 sent 7 received 0\nqueue-1 sent 0 received 12\n");
  }

  @Test
  void aStatusOfAnotherVersionIsReadAsFarAsItGoes() {
    ForwarderStatus read =
        ForwarderStatus.read(
            List.of("protocol 2", "pid x", "news", "weather fine", "device tunl0"));
    assertThat(read.protocol()).isEqualTo(2);
    assertThat(read.pid()).isZero();
    assertThat(read.device()).isEqualTo("tunl0");
    assertThat(read.version()).isEmpty();
    assertThat(read.handsOver()).isZero();
    assertThat(read.build()).isEmpty();
    assertThat(read.came()).isEqualTo(Came.UNKNOWN);
    assertThat(read.queues()).isEqualTo(ForwarderQueues.one());
  }

  @Test
  void nonsenseAboutQueuesIsOneOrAtMostWhatTheKernelHas() {
    assertThat(ForwarderStatus.read(List.of("queues -3", "queue-0 sent x received 1")).queues())
        .isEqualTo(ForwarderQueues.one());
    assertThat(ForwarderStatus.read(List.of("queues 9999")).queues().count()).isEqualTo(256);
    assertThat(ForwarderStatus.read(List.of("queues 1")).queues().text()).isEqualTo("queues 1\n");
  }

  @Test
  void eachCounterIsAMetric() {
    var status =
        new ForwarderStatus(
            1,
            1,
            "",
            Came.UNKNOWN,
            42,
            "tunl0",
            OptionalLong.empty(),
            0,
            0,
            ForwarderQueues.one(),
            Map.of(Counter.DROPPED_UNKNOWN_SOURCE, 3L, Counter.SENT_BYTES, 5L));
    assertThat(ForwarderMetric.ALL)
        .hasSize(Counter.values().length)
        .extracting(
            m -> m.name() + m.label().key() + m.label().value() + m.value().applyAsLong(status))
        .contains(
            "margay_tunnel_dropped_packets_totalreasonunknown_source3",
            "margay_tunnel_bytes_totaldirectionsent5",
            "margay_tunnel_packets_totaldirectionreceived0")
        .doesNotHaveDuplicates();
  }
}

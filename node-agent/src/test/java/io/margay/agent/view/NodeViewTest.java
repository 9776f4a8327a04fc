package io.margay.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.view.PeerView;
import io.margay.foundation.addr.Ip;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class NodeViewTest {
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00Z");

  private static PeerView peer(PeerKind kind, SessionPhase phase, Instant since, String down) {
    return new PeerView(
        "Mesh_10_0_0_7",
        kind,
        Ip.of("10.0.0.7"),
        179,
        64512,
        64512,
        false,
        phase,
        since,
        Optional.empty(),
        Optional.empty(),
        new PeerView.Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 5, 4, 3),
        Optional.empty(),
        Optional.empty(),
        Optional.of(down).filter(text -> !text.isEmpty()).map(t -> new PeerView.Event(since, t)),
        Set.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        "everything",
        "everything",
        List.of());
  }

  private static Map<?, ?> row(PeerView peer) {
    List<?> rows = (List<?>) NodeView.of("n1", 7, List.of(peer), NOW, ZoneOffset.UTC).get("peers");
    assertThat(rows).hasSize(1);
    return (Map<?, ?>) rows.getFirst();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          MESH   | ESTABLISHED | hold timer expired | node-to-node mesh | up    | Established
          NODE   | ACTIVE      | hold timer expired | node specific     | start | Active hold timer expired
          GLOBAL | CONNECT     |                    | global            | start | Connect
          """)
  void aPeerIsShownInCalicoctlsWords(
      PeerKind kind, SessionPhase phase, String down, String type, String state, String info) {
    Map<?, ?> row = row(peer(kind, phase, NOW, down == null ? "" : down));
    assertThat(row.get("type")).isEqualTo(type);
    assertThat(row.get("state")).isEqualTo(state);
    assertThat(String.valueOf(row.get("info"))).isEqualToIgnoringCase(info);
    assertThat(row.get("received")).isEqualTo(5);
    assertThat(row.get("advertised")).isEqualTo(3);
  }

  @Test
  void whatIsOlderThanADayShowsItsDay() {
    assertThat(since(Duration.ofHours(23))).isEqualTo("11:00:00");
    assertThat(since(Duration.ofDays(1))).isEqualTo("2026-03-03");
  }

  private static Object since(Duration ago) {
    return row(peer(PeerKind.MESH, SessionPhase.ESTABLISHED, NOW.minus(ago), "")).get("since");
  }
}

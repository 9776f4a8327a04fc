package io.margay.agent.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.fsm.SessionPhase;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.view.PeerView;
import io.margay.cni.server.NodeState.Verdict;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** calico-node -bird-ready: all sessions within the first half minute, one of them later. */
class ProbesTest {
  private static PeerView peer(String text) {
    boolean up = !text.endsWith("!");
    return new PeerView(
        "Mesh",
        PeerKind.MESH,
        Ip.of(text.replace("!", "")),
        179,
        64512,
        64512,
        false,
        up ? SessionPhase.ESTABLISHED : SessionPhase.ACTIVE,
        Instant.EPOCH,
        Optional.empty(),
        Optional.empty(),
        new PeerView.Counters(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Set.of(),
        Set.of(),
        List.of(),
        Optional.empty(),
        "everything",
        "everything",
        List.of());
  }

  @ParameterizedTest(name = "{0}, young {1}, recovering {2}: {3}")
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
                                | true  | true  |
          10.0.0.1 10.0.0.2     | true  | false |
          10.0.0.1 10.0.0.2     | true  | true  | graceful restart recovery in progress
          10.0.0.1 10.0.0.2     | false | true  |
          10.0.0.1 10.0.0.2!    | true  | false | BGP not established with 10.0.0.2
          10.0.0.1 10.0.0.2!    | false | false |
          10.0.0.1! 10.0.0.2!   | false | false | BGP not established with 10.0.0.1,10.0.0.2
          fd00::1!              | true  | true  |
          fd00::1! 10.0.0.1     | true  | false |
          """)
  void readyByCalicosRule(
      @Nullable String peers, boolean young, boolean recovering, @Nullable String reason) {
    List<PeerView> all =
        peers == null ? List.of() : Stream.of(peers.split(" ")).map(ProbesTest::peer).toList();
    assertThat(Probes.ready(Family.IPV4, all, young, recovering))
        .isEqualTo(reason == null ? new Verdict.Good() : new Verdict.Bad(reason));
  }
}

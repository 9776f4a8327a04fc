package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.filter.ImportPolicy;
import io.margay.bgp.speaker.PeerConfig;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** RFC 8212 where somebody asks for it: routes of another AS go by a written policy or not. */
class PeerPolicyTest {
  /** By their names: what they have rules for. */
  private static final Map<String, String> FILTERS =
      Map.of(
          "nothing", "{}",
          "imports", "{'importV4': [{'action': 'Accept'}]}",
          "exports", "{'exportV4': [{'action': 'Accept'}]}",
          "both", "{'importV4': [{'action': 'Accept'}], 'exportV4': [{'action': 'Accept'}]}",
          "six", "{'importV6': [{'action': 'Accept'}], 'exportV6': [{'action': 'Accept'}]}");

  private static String required(String value) {
    return value.equals("-")
        ? "'annotations': {}"
        : "'annotations': {'margay.io/ebgp-requires-policy': '" + value + "'}";
  }

  @ParameterizedTest(name = "cluster {0}, peer {1}, AS {2}, filter {3}")
  @CsvSource(
      textBlock =
          """
          # cluster, peer, its AS, its filter, imports, exports
          -,     -,     65000, nothing, true,  true
          false, -,     65000, nothing, true,  true
          true,  -,     65000, nothing, false, false
          -,     true,  65000, nothing, false, false
          true,  false, 65000, nothing, true,  true
          true,  true,  64512, nothing, true,  true
          -,     true,  65000, imports, true,  false
          -,     true,  65000, exports, false, true
          -,     true,  65000, both,    true,  true
          -,     true,  65000, six,     false, false
          """)
  void withoutAPolicyNothingGoesWhereOneIsRequired(
      String cluster, String peer, long asn, String filter, boolean imports, boolean exports) {
    PeerStage.Result result =
        CalicoObjects.plan(
            Map.of(
                "BGPConfiguration default",
                "{%s}".formatted(required(cluster)),
                "BGPFilter " + filter,
                FILTERS.getOrDefault(filter, ""),
                "BGPPeer tor",
                "{'peerIP': '172.30.1.254', 'asNumber': %d, 'filters': ['%s'], %s}"
                    .formatted(asn, filter, required(peer))));
    List<PeerConfig> peers = result.config().orElseThrow().peers();
    assertThat(imports(peers.getFirst()) && exports(peers.getFirst())).as("the mesh").isTrue();
    assertThat(imports(peers.getLast())).isEqualTo(imports);
    assertThat(exports(peers.getLast())).isEqualTo(exports);
    assertThat(result.notes().stream().anyMatch(note -> note.contains("under importV4")))
        .isEqualTo(!imports);
    assertThat(result.notes().stream().anyMatch(note -> note.contains("under exportV4")))
        .isEqualTo(!exports);
    assertThat(result.notes()).allMatch(note -> note.startsWith("BGPPeer \"tor\": nothing is "));
  }

  private static boolean imports(PeerConfig peer) {
    return peer.routing().importPolicy().rest() == ImportPolicy.Rest.ACCEPT;
  }

  private static boolean exports(PeerConfig peer) {
    return peer.routing().exportPolicy().rest() instanceof ExportPolicy.Default.Calico;
  }
}

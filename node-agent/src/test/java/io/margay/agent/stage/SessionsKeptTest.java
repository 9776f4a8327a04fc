package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.speaker.PeerConfig;
import io.margay.bgp.speaker.PeerKey;
import io.margay.bgp.speaker.SpeakerConfig;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Which changes of Calico's objects end sessions, beside what BIRD does: it keeps a session whose
 * part of the configuration is the same but for filters (bgp_reconfigure), and ends all of them
 * where it listens otherwise.
 */
class SessionsKeptTest {
  /** Of a node with a mesh of two and a router as BGPPeer. */
  private static final Map<String, String> CLUSTER =
      Map.of(
          "BGPPeer tor", "{'peerIP': '172.30.1.254', 'asNumber': 65000}",
          "BGPConfiguration default", "{}",
          "BGPConfiguration node.n1", "{}",
          "BGPFilter some", "{'importV4': [{'action': 'Reject'}]}",
          "IPPool pool", "{'cidr': '10.244.0.0/16'}");

  private static final String PASSWORD = "{'name': 'bgp', 'key': 'tor'}";

  @ParameterizedTest(name = "{0} {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '"',
      // Changed object | its new fields | BIRD ends | this agent ends
      textBlock =
          """
          BGPPeer tor              | {'filters': ['some']}                            | none | none
          BGPFilter some           | {'exportV4': [{'action': 'Reject'}]}             | none | none
          BGPFilter some           | {'importV4': []}                                 | none | none
          BGPConfiguration default | {'prefixAdvertisements': [{'cidr': '10.244.0.0/16', 'communities': ['65000:1']}]} | none | none
          BGPConfiguration node.n1 | {'prefixAdvertisements': [{'cidr': '10.244.0.0/16', 'communities': ['65000:1']}]} | none | none
          BGPConfiguration default | {'communities': [{'name': 'gold', 'value': '65000:1'}]} | none | none
          BGPConfiguration default | {'ipv4NormalRoutePriority': 900}                 | none | none
          BGPConfiguration default | {'serviceClusterIPs': [{'cidr': '10.96.0.0/12'}]} | none | none
          BGPConfiguration default | {'ignoredInterfaces': ['mgmt*']}                 | none | none
          BGPConfiguration default | {'logSeverityScreen': 'Debug'}                   | none | none
          IPPool pool              | {'disableBGPExport': true}                       | none | none
          IPPool pool              | {'disabled': true}                               | none | none
          BGPPeer tor              | {'reachableBy': '172.30.1.1'}                    | none | none
          BGPPeer tor              | {'reversePeering': 'Manual'}                     | none | none
          BGPPeer tor              | {'nextHopMode': 'Self'}                          | tor  | none
          BGPPeer tor              | {'nextHopMode': 'Keep'}                          | tor  | none
          BGPPeer tor              | {'keepOriginalNextHop': true}                    | tor  | none
          BGPPeer tor              | {'numAllowedLocalASNumbers': 1}                  | tor  | none
          BGPConfiguration node.n1 | {'listenPort': 1790}                             | all  | none
          BGPConfiguration default | {'bindMode': 'NodeIP'}                           | all  | none
          BGPConfiguration default | {'listenPort': 1790}                             | all  | mesh
          BGPPeer tor              | {'keepaliveTime': '20s'}                         | tor  | tor
          BGPPeer tor              | {'maxRestartTime': '60s'}                        | tor  | tor
          BGPPeer tor              | {'ttlSecurity': 1}                               | tor  | tor
          BGPPeer tor              | {'sourceAddress': 'None'}                        | tor  | tor
          BGPPeer tor              | {'localASNumber': 65001}                         | tor  | tor
          BGPPeer tor              | {'asNumber': 65002}                              | tor  | tor
          BGPPeer tor              | {'peerIP': '172.30.1.253'}                       | tor  | tor
          BGPPeer tor              | {'node': 'n2'}                                   | tor  | tor
          BGPPeer tor              | {'password': {'secretKeyRef': PASSWORD}}         | tor  | tor
          BGPConfiguration default | {'nodeMeshPassword': {'secretKeyRef': PASSWORD}} | mesh | mesh
          BGPConfiguration default | {'nodeMeshMaxRestartTime': '60s'}                | mesh | mesh
          BGPConfiguration default | {'nodeToNodeMeshEnabled': false}                 | mesh | mesh
          BGPConfiguration default | {'asNumber': 64513}                              | all  | all
          """)
  void sessionsEndOnlyWhereTheirOwnTermsChange(
      String object, String change, String birdEnds, String ends) {
    var after = new HashMap<>(CLUSTER);
    after.computeIfPresent(
        object, (_, spec) -> CalicoObjects.merged(spec, change.replace("PASSWORD", PASSWORD)));
    assertThat(after).isNotEqualTo(CLUSTER);
    List<String> ended = ended(plan(CLUSTER), plan(after));
    assertThat(ended).isEqualTo(sessions(ends));
    assertThat(sessions(birdEnds)).as("no more than BIRD would end").containsAll(ended);
  }

  private static List<String> sessions(String word) {
    return switch (word) {
      case "none" -> List.of();
      case "tor" -> List.of("Global_172_30_1_254");
      case "mesh" -> List.of("Mesh_172_30_1_10");
      default -> List.of("Global_172_30_1_254", "Mesh_172_30_1_10");
    };
  }

  private static SpeakerConfig plan(Map<String, String> objects) {
    PeerStage.Result result = CalicoObjects.plan(objects);
    assertThat(result.notes()).isEmpty();
    return result.config().orElseThrow();
  }

  /** As the speaker does: what has the same address and port, and asks for the same, goes on. */
  private static List<String> ended(SpeakerConfig before, SpeakerConfig after) {
    assertThat(after.routerId()).isEqualTo(before.routerId());
    Map<PeerKey, PeerConfig> next =
        after.peers().stream().collect(Collectors.toMap(PeerConfig::key, Function.identity()));
    return before.peers().stream()
        .filter(peer ->
            !next.containsKey(peer.key()) || !peer.link().sameSession(next.get(peer.key()).link()))
        .map(PeerConfig::name)
        .sorted()
        .toList();
  }
}

package io.margay.kube.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.status.NodeReports.Outcome;
import io.margay.kube.status.NodeReports.Part;
import io.margay.kube.status.NodeReports.Request;
import io.margay.kube.types.NodeName;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class NodeReportsTest {
  private static final String PATH = "/apis/crd.projectcalico.org/v1/caliconodestatuses/";
  private static final Instant NOW = Instant.parse("2026-03-04T10:00:00.123Z");

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final NodeReports reports = new NodeReports(api, new NodeName("node-a"));

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private void asked(String name, String spec, String status) {
    server.put(
        PATH + name,
        """
        {"apiVersion": "crd.projectcalico.org/v1", "kind": "CalicoNodeStatus",
         "metadata": {"name": "%s", "annotations": {"mine": "x"}}, "spec": %s, "status": %s}
        """
            .formatted(name, spec, status));
  }

  private Map<?, ?> status(String name) {
    return (Map<?, ?>) server.at(PATH + name).orElseThrow().get("status");
  }

  @Test
  void onlyWhatAsksForThisNodeCounts() {
    asked(
        "one",
        "{\"node\": \"node-a\", \"classes\": [\"BGP\", \"Agent\", \"Weather\"], \"updatePeriodSeconds\": 30}",
        "{}");
    asked("other", "{\"node\": \"node-b\", \"classes\": [\"BGP\"]}", "{}");
    asked("once", "{\"node\": \"node-a\", \"updatePeriodSeconds\": 0}", "{}");
    asked("plain", "{\"node\": \"node-a\", \"classes\": [\"Routes\"]}", "{}");
    assertThat(reports.requests())
        .containsExactlyInAnyOrder(
            new Request("one", Set.of(Part.AGENT, Part.BGP), Duration.ofSeconds(30)),
            new Request("once", Set.of(), Duration.ZERO),
            new Request("plain", Set.of(Part.ROUTES), Duration.ofSeconds(10)));
  }

  @Test
  void onlyPartsThatAreAskedForChangeAndNothingIsWrittenTwice() {
    asked("one", "{\"node\": \"node-a\"}", "{\"routes\": {\"routesV4\": []}}");
    Map<Part, Map<String, Object>> bgp =
        Map.of(Part.BGP, Map.of("numberEstablishedV4", 1, "peersV4", List.of()));
    assertThat(reports.write("one", bgp, NOW)).isEqualTo(Outcome.WRITTEN);
    assertThat(status("one"))
        .isEqualTo(
            Map.of(
                "routes",
                Map.of("routesV4", List.of()),
                "bgp",
                Map.of("numberEstablishedV4", 1, "peersV4", List.of()),
                "lastUpdated",
                "2026-03-04T10:00:00Z"));
    assertThat(server.requests().getLast().body()).contains("\"mine\":\"x\"");
    assertThat(reports.write("one", bgp, NOW.plusSeconds(60))).isEqualTo(Outcome.UNCHANGED);
    assertThat(status("one").get("lastUpdated")).isEqualTo("2026-03-04T10:00:00Z");
  }

  @Test
  void anObjectThatWentOrWasWrittenMeanwhileIsSaidToBeSo() {
    Map<Part, Map<String, Object>> agent = Map.of(Part.AGENT, Map.of("birdV4", Map.of()));
    assertThat(reports.write("none", agent, NOW)).isEqualTo(Outcome.GONE);
    asked("one", "{\"node\": \"node-a\"}", "{}");
    server.beforeNextWrite(() -> asked("one", "{\"node\": \"node-a\"}", "{\"bgp\": {}}"));
    assertThat(reports.write("one", agent, NOW)).isEqualTo(Outcome.CONFLICT);
    assertThat(status("one").get("agent")).isNull();
    assertThat(reports.write("one", agent, NOW)).isEqualTo(Outcome.WRITTEN);
  }
}

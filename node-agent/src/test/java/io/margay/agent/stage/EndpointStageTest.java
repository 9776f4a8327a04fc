package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.EndpointStage.Awaited;
import io.margay.cni.protocol.PodName;
import io.margay.cni.verb.Endpoint;
import io.margay.cni.verb.Endpoints.Datastore;
import io.margay.cni.verb.Endpoints.LocalPod;
import io.margay.cni.verb.Endpoints.Recording;
import io.margay.cni.verb.Endpoints.Service;
import io.margay.cni.verb.Endpoints.Wiring;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Reached;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.PodStatusWriter.Outcome;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.Namespace;
import io.margay.route.fib.FibKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;

class EndpointStageTest {
  record Ready(String name, ClusterImage image, Datastore expected) {}

  static Stream<Ready> datastores() {
    return Stream.of(
        new Ready(
            "before the first agent of the cluster has written it",
            Images.of(),
            new Datastore.NotReady("ClusterInformation \"default\" does not exist yet")),
        new Ready("said to be ready", information(Optional.of(true)), new Datastore.Ready()),
        new Ready("not said", information(Optional.empty()), new Datastore.Ready()),
        new Ready(
            "locked while the data is moved",
            information(Optional.of(false)),
            new Datastore.NotReady("ClusterInformation \"default\": datastoreReady is false")));
  }

  private static ClusterImage information(Optional<Boolean> ready) {
    return Images.of(new ClusterInformation("default", "", "", "", ready));
  }

  @ParameterizedTest
  @MethodSource("datastores")
  void theDatastoreIsReadyUnlessSaidOtherwise(Ready row) {
    assertThat(EndpointStage.datastore(row.image())).isEqualTo(row.expected());
  }

  @Test
  void policyThatCannotBeProgrammedServesNobody() {
    assertThat(EndpointStage.service(Optional.empty())).isEqualTo(new Service.Available());
    assertThat(EndpointStage.service(Optional.of("no iptables-restore")))
        .isEqualTo(new Service.Unavailable("policy cannot be programmed: no iptables-restore"));
  }

  @Test
  void aPodOfAnUnknownNamespaceHasNoLabelsOfIt() {
    var pod = Images.pod("web", "n1");
    var namespace = new Namespace("shop", Map.of("team", "a"), Map.of("pools", "east"));
    assertThat(EndpointStage.facts(pod, Optional.empty()).namespaceLabels()).isEmpty();
    assertThat(EndpointStage.facts(pod, Optional.of(namespace)).namespaceLabels())
        .containsEntry("team", "a");
    assertThat(EndpointStage.facts(pod, Optional.empty()).uid()).contains("uid-web");
  }

  private static Plan planWithPods(String... addresses) {
    var pods = new HashMap<Ip, String>();
    for (String address : addresses) {
      pods.put(Ip.of(address), "cali1");
    }
    return Plans.ofPods(7, Map.of(), pods);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          10.244.1.1          | 10.244.1.1         | true
          10.244.1.1,fd00::1  | 10.244.1.1,fd00::1 | true
          10.244.1.1          | 10.244.1.1,fd00::1 | false
          10.244.1.2          | 10.244.1.1         | false
          """)
  void anEndpointWaitsForARouteToEachOfItsAddresses(
      String planned, String addresses, boolean found) {
    List<Ip> ips = Stream.of(addresses.split(",")).map(Ip::of).toList();
    Awaited<FibKey> awaited = EndpointStage.routes(planWithPods(planned.split(",")), ips);
    if (found) {
      assertThat(awaited).isInstanceOf(Awaited.Items.class);
      var items = (Awaited.Items<FibKey>) awaited;
      assertThat(items.version()).isEqualTo(7);
      assertThat(items.keys()).hasSize(ips.size());
    } else {
      assertThat(awaited)
          .isEqualTo(new Awaited.Unplanned<FibKey>("no route is planned for each of " + ips));
    }
  }

  @Test
  void whatIsNotConfirmedIsNamedUpToFive() {
    Set<String> keys = Set.of("g", "f", "e", "d", "c", "b");
    assertThat(EndpointStage.wiring(keys, new Reached.NotYet<>()))
        .isEqualTo(new Wiring.Late("b, c, d, e, f"));
    assertThat(EndpointStage.wiring(keys, new Reached.Yes<>())).isEqualTo(new Wiring.InForce());
    assertThat(EndpointStage.wiring(keys, new Reached.Refused<>("b", "no such device")))
        .isEqualTo(new Wiring.Refused("b: no such device"));
  }

  @ParameterizedTest
  @EnumSource(Outcome.class)
  void aNewerSandboxKeepsItsAnnotations(Outcome outcome) {
    assertThat(EndpointStage.recording(outcome, "c1"))
        .isEqualTo(
            switch (outcome) {
              case WRITTEN, NO_POD -> new Recording.Done();
              case OTHER_POD, OTHER_SANDBOX -> new Recording.Superseded("c1");
              case CONFLICT ->
                  new Recording.Failed("the pod changed under each attempt to write it");
            });
  }

  @Test
  void theMadePairIsDownAtFirst() {
    var endpoint =
        new Endpoint(
            "c1",
            "eth0",
            Optional.of(new PodName("shop", "web")),
            "cali1",
            List.of(Ip.of("10.244.1.1")));
    assertThat(EndpointStage.wired(endpoint))
        .isEqualTo(new LocalPods.Wired("c1", "eth0", "cali1", List.of(Ip.of("10.244.1.1")), false));
  }

  @Test
  void podsOfOtherNodesAreNotLocal() {
    ClusterImage image = Images.of(Images.pod("web", "n1"), Images.pod("db", "n2"));
    assertThat(EndpointStage.localPods(image, Images.SELF, _ -> Optional.of("c1")))
        .containsExactly(new LocalPod(new PodName("shop", "web"), Optional.of("c1")));
  }
}

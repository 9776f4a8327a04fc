package io.margay.kube.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.client.FakeApi;
import io.margay.kube.client.KubeApi;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Json;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.PodKey;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Annotations and conditions as Calico writes them. */
class StatusWritersTest {
  private static final String NODE = "/api/v1/nodes/node-a";
  private static final String POD = "/api/v1/namespaces/shop/pods/web-1";
  private static final String CALICO = "/apis/crd.projectcalico.org/v1/";
  private static final PodKey WEB = new PodKey("shop", "web-1");

  private final FakeApi server = new FakeApi();
  private final KubeApi api = KubeApi.open(server.config());
  private final NodeStatusWriter node = new NodeStatusWriter(api, new NodeName("node-a"));
  private final PodStatusWriter pods = new PodStatusWriter(api);
  private final DefaultObjects defaults = new DefaultObjects(api, new SplittableRandom(1));

  @AfterEach
  void close() {
    api.close();
    server.close();
  }

  private void nodeIsThere() {
    server.put(
        NODE,
        """
        {"apiVersion": "v1", "kind": "Node",
         "metadata": {"name": "node-a", "annotations": {"other": "x", "projectcalico.org/ASNumber": "64512"}},
         "spec": {"podCIDR": "10.0.0.0/24"},
         "status": {"conditions": [{"type": "Ready", "status": "True"},
           {"type": "NetworkUnavailable", "status": "True", "reason": "NoRouteCreated"}]}}
        """);
  }

  private void podIsThere(String annotations) {
    server.put(
        POD,
        "{\"metadata\": {\"name\": \"web-1\", \"namespace\": \"shop\", \"uid\": \"u1\", \"annotations\": "
            + annotations
            + "}, \"spec\": {\"nodeName\": \"node-a\"}}");
  }

  private Map<?, ?> annotations(String path) {
    Map<?, ?> meta = (Map<?, ?>) server.at(path).orElseThrow().get("metadata");
    return (Map<?, ?>) meta.get("annotations");
  }

  @Test
  void annotationsGoThroughTheStatusSubresourceAndLeaveTheRest() {
    nodeIsThere();
    var outcome =
        node.annotate(
            Map.of(
                NodeAnnotations.IPV4_ADDRESS, Optional.of("10.1.2.3/24"),
                NodeAnnotations.AS_NUMBER, Optional.empty()));
    assertThat(outcome).isEqualTo(NodeStatusWriter.Outcome.WRITTEN);
    assertThat(annotations(NODE))
        .isEqualTo(Map.of("other", "x", NodeAnnotations.IPV4_ADDRESS, "10.1.2.3/24"));
    var last = server.requests().getLast();
    assertThat(last.method() + " " + last.path()).isEqualTo("PUT " + NODE + "/status");
  }

  @Test
  void anAnnotationThatIsNullEndsNothing() {
    server.put(NODE, "{\"metadata\": {\"name\": \"node-a\", \"annotations\": {\"gone\": null}}}");
    var outcome = node.annotate(Map.of(NodeAnnotations.IPV4_ADDRESS, Optional.of("10.1.2.3/24")));
    assertThat(outcome).isEqualTo(NodeStatusWriter.Outcome.WRITTEN);
    assertThat(annotations(NODE).get(NodeAnnotations.IPV4_ADDRESS)).isEqualTo("10.1.2.3/24");
  }

  @Test
  void whatIsThereAlreadyIsNotWrittenAgain() {
    nodeIsThere();
    var same = Map.of(NodeAnnotations.AS_NUMBER, Optional.of("64512"));
    assertThat(node.annotate(same)).isEqualTo(NodeStatusWriter.Outcome.UNCHANGED);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void writeThatCameTooLateIsRepeatedOnTheNewObject() {
    nodeIsThere();
    server.beforeNextWrite(() ->
        server.put(
            NODE, "{\"metadata\": {\"name\": \"node-a\", \"annotations\": {\"new\": \"y\"}}}"));
    var outcome = node.annotate(Map.of(NodeAnnotations.IPV4_ADDRESS, Optional.of("10.1.2.3/24")));
    assertThat(outcome).isEqualTo(NodeStatusWriter.Outcome.WRITTEN);
    assertThat(annotations(NODE))
        .isEqualTo(Map.of("new", "y", NodeAnnotations.IPV4_ADDRESS, "10.1.2.3/24"));
  }

  @Test
  void whatFitsIsAskedOfEachNodeThatWasRead() {
    nodeIsThere();
    server.beforeNextWrite(() ->
        server.put(
            NODE, "{\"metadata\": {\"name\": \"node-a\", \"annotations\": {\"new\": \"y\"}}}"));
    var outcome =
        node.annotate(
            Map.of(NodeAnnotations.RECEIVES, Optional.of("ipip")),
            read -> read.bgp().asNumber().isPresent());
    assertThat(outcome).isEqualTo(NodeStatusWriter.Outcome.UNFIT);
    assertThat(annotations(NODE)).isEqualTo(Map.of("new", "y"));
  }

  @Test
  void nodeThatIsGoneIsSaid() {
    assertThat(node.annotate(Map.of("a", Optional.of("b"))))
        .isEqualTo(NodeStatusWriter.Outcome.NO_NODE);
    assertThat(node.networkUp(Instant.EPOCH)).isEqualTo(NodeStatusWriter.Outcome.NO_NODE);
  }

  @Test
  void conditionReplacesItsOwnKindOnly() {
    nodeIsThere();
    node.networkUp(Instant.parse("2026-01-01T00:00:00.5Z"));
    assertThat(server.at(NODE).orElseThrow().get("status"))
        .isEqualTo(
            Map.of(
                "conditions",
                List.of(
                    Map.of("type", "Ready", "status", "True"),
                    Map.of(
                        "type", "NetworkUnavailable",
                        "status", "False",
                        "reason", "CalicoIsUp",
                        "message", "Calico is running on this node",
                        "lastHeartbeatTime", "2026-01-01T00:00:00Z",
                        "lastTransitionTime", "2026-01-01T00:00:00Z"))));
    node.networkDown(Instant.EPOCH);
    assertThat(server.at(NODE).toString())
        .contains("reason=CalicoIsDown", "message=Calico is shutting down on this node");
  }

  @Test
  void podGetsItsAddressesAndItsSandbox() {
    podIsThere("{\"other\": \"x\"}");
    var ips = List.of(Ip.of("10.0.1.5"), Ip.of("fd00::5"));
    assertThat(pods.addressed(WEB, "u1", ips, "sandbox1"))
        .isEqualTo(PodStatusWriter.Outcome.WRITTEN);
    assertThat(annotations(POD))
        .isEqualTo(
            Map.of(
                "other", "x",
                "cni.projectcalico.org/podIP", "10.0.1.5/32",
                "cni.projectcalico.org/podIPs", "10.0.1.5/32,fd00::5/128",
                "cni.projectcalico.org/containerID", "sandbox1"));
    var last = server.requests().getLast();
    assertThat(last.method() + " " + last.path()).isEqualTo("PATCH " + POD + "/status");
    assertThat(last.contentType()).startsWith("application/strategic-merge-patch+json");
  }

  @Test
  void podOfTheSameNameThatIsAnotherGetsNothing() {
    podIsThere("{}");
    assertThat(pods.addressed(WEB, "u0", List.of(Ip.of("10.0.1.5")), "s"))
        .isEqualTo(PodStatusWriter.Outcome.OTHER_POD);
    assertThat(pods.addressed(new PodKey("shop", "gone"), "", List.of(), "s"))
        .isEqualTo(PodStatusWriter.Outcome.NO_POD);
  }

  @Test
  void delEmptiesTheAddressesAndKeepsTheSandbox() {
    podIsThere(
        "{\"cni.projectcalico.org/podIP\": \"10.0.1.5/32\", \"cni.projectcalico.org/containerID\": \"s1\"}");
    assertThat(pods.cleared(WEB, "s1")).isEqualTo(PodStatusWriter.Outcome.WRITTEN);
    assertThat(annotations(POD))
        .isEqualTo(
            Map.of(
                "cni.projectcalico.org/podIP", "",
                "cni.projectcalico.org/podIPs", "",
                "cni.projectcalico.org/containerID", "s1"));
  }

  @Test
  void lateDelOfAnOlderSandboxClearsNothing() {
    podIsThere(
        "{\"cni.projectcalico.org/podIP\": \"10.0.1.5/32\", \"cni.projectcalico.org/containerID\": \"s2\"}");
    assertThat(pods.cleared(WEB, "s1")).isEqualTo(PodStatusWriter.Outcome.OTHER_SANDBOX);
    assertThat(server.requests()).hasSize(1);
  }

  @Test
  void delLooksAgainWhenThePodChangedMeanwhile() {
    podIsThere("{\"cni.projectcalico.org/containerID\": \"s1\"}");
    server.beforeNextWrite(() -> podIsThere("{\"cni.projectcalico.org/containerID\": \"s2\"}"));
    assertThat(pods.cleared(WEB, "s1")).isEqualTo(PodStatusWriter.Outcome.OTHER_SANDBOX);
  }

  private static NewPool pool(String cidr) {
    return new NewPool(
        NewPool.DEFAULT_IPV4,
        Prefix.of(cidr),
        26,
        IpPool.Encapsulation.CROSS_SUBNET,
        IpPool.Encapsulation.NEVER,
        true,
        "all()",
        false);
  }

  @Test
  void freshClusterGetsItsPoolOnce() {
    assertThat(defaults.ensurePool(pool("10.244.0.0/16"))).isTrue();
    assertThat(defaults.ensurePool(pool("10.245.0.0/16"))).isFalse();
    assertThat(server.at(CALICO + "ippools/default-ipv4-ippool").orElseThrow().get("spec"))
        .isEqualTo(
            Json.object(
                    """
                    {"cidr": "10.244.0.0/16", "vxlanMode": "Never", "ipipMode": "CrossSubnet", "natOutgoing": true,
                     "blockSize": 26, "nodeSelector": "all()", "allowedUses": ["Workload", "Tunnel"],
                     "assignmentMode": "Automatic"}
                    """)
                .orElseThrow());
  }

  @Test
  void poolOfTheOtherFamilyDoesNotCount() {
    server.put(
        CALICO + "ippools/six",
        "{\"metadata\": {\"name\": \"six\"}, \"spec\": {\"cidr\": \"fd00::/48\"}}");
    assertThat(defaults.ensurePool(pool("10.244.0.0/16"))).isTrue();
  }

  @Test
  void configurationsAreMadeOnceAndNeverChanged() {
    assertThat(defaults.ensureFelixConfiguration()).isTrue();
    assertThat(defaults.ensureBgpConfiguration()).isTrue();
    assertThat(defaults.ensureFelixConfiguration()).isFalse();
    assertThat(defaults.ensureBgpConfiguration()).isFalse();
    assertThat(server.at(CALICO + "felixconfigurations/default").orElseThrow().get("spec"))
        .isEqualTo(Map.of("logSeverityScreen", "Info", "reportingInterval", "0s"));
  }

  @Test
  void clusterInformationIsMadeAndCompleted() {
    assertThat(defaults.ensureClusterInformation(List.of("k8s", "bgp", "kdd"), "v3.32.1")).isTrue();
    Map<?, ?> spec =
        (Map<?, ?>) server.at(CALICO + "clusterinformations/default").orElseThrow().get("spec");
    assertThat(spec.get("clusterGUID")).asString().matches("[0-9a-f]{32}");
    assertThat(spec.get("clusterType")).isEqualTo("k8s,bgp,kdd");
    assertThat(spec.get("datastoreReady")).isEqualTo(true);
    assertThat(defaults.ensureClusterInformation(List.of("kdd"), "v3.32.1")).isFalse();
  }

  @Test
  void lockedClusterStaysLockedAndKeepsItsVersion() {
    server.put(
        CALICO + "clusterinformations/default",
        """
        {"metadata": {"name": "default"}, "spec": {"clusterGUID": "g", "calicoVersion": "v3.31.0",
          "clusterType": "typha,k8s", "datastoreReady": false, "variant": "Calico"}}
        """);
    assertThat(defaults.ensureClusterInformation(List.of("k8s", "bgp"), "v3.32.1")).isTrue();
    assertThat(server.at(CALICO + "clusterinformations/default").orElseThrow().get("spec"))
        .isEqualTo(
            Map.of(
                "clusterGUID", "g",
                "calicoVersion", "v3.31.0",
                "clusterType", "typha,k8s,bgp",
                "datastoreReady", false,
                "variant", "Calico"));
  }

  @Test
  void nodesThatMakeItAtOnceEndWithOneObject() {
    server.beforeNextWrite(() ->
        server.put(
            CALICO + "clusterinformations/default",
            "{\"metadata\": {\"name\": \"default\"}, \"spec\": {\"clusterGUID\": \"first\", \"clusterType\": \"k8s\"}}"));
    assertThat(defaults.ensureClusterInformation(List.of("k8s", "bgp"), "v3.32.1")).isTrue();
    assertThat(server.at(CALICO + "clusterinformations/default").toString())
        .contains("clusterGUID=first", "clusterType=k8s,bgp");
  }

  @Test
  void objectThatOthersKeepWritingIsLeftToThemInTheEnd() {
    String at = CALICO + "clusterinformations/default";
    server.put(at, "{\"metadata\": {\"name\": \"default\"}, \"spec\": {}}");
    for (int i = 0; i < 10; i++) {
      int round = i;
      server.beforeNextWrite(() ->
          server.put(
              at, "{\"metadata\": {\"name\": \"default\"}, \"spec\": {\"round\": " + round + "}}"));
    }
    assertThat(defaults.ensureClusterInformation(List.of("k8s"), "v3.32.1")).isFalse();
    assertThat(server.at(at).orElseThrow().get("spec")).isEqualTo(Map.of("round", 9));
  }

  @Test
  void singleObjectsAreReadFresh() {
    var reads = new ClusterReads(api);
    assertThat(reads.pod(WEB)).isInstanceOf(Lookup.Absent.class);
    podIsThere("{}");
    assertThat(reads.pod(WEB).found().orElseThrow().node()).contains(new NodeName("node-a"));
    server.put(
        CALICO + "clusterinformations/default",
        "{\"metadata\": {\"name\": \"default\"}, \"spec\": {\"datastoreReady\": \"perhaps\"}}");
    assertThat(reads.clusterInformation())
        .isInstanceOfSatisfying(
            Lookup.Broken.class,
            broken ->
                assertThat(broken.problems().toString())
                    .contains(
                        "ClusterInformation \"default\": spec.datastoreReady is \"perhaps\""));
  }
}

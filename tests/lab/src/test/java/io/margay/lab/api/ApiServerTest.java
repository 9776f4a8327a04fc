package io.margay.lab.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import java.net.InetAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ApiServerTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final EmbeddedServer embedded = new EmbeddedServer(InetAddress.getLoopbackAddress(), 0);
  private final ApiServer server = new ApiServer(embedded);
  private final HttpClient http = HttpClient.newHttpClient();

  @BeforeEach
  void aNodeAndAPod() {
    server.apply(
        ResourceKind.NODE, object("{'apiVersion':'v1','kind':'Node','metadata':{'name':'n1'}}"));
    server.apply(
        ResourceKind.POD,
        object(
            "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'p','namespace':'shop'},"
                + "'spec':{'nodeName':'n1','containers':[{'name':'c'}]}}"));
  }

  @AfterEach
  void close() {
    http.close();
    server.close();
  }

  @Test
  void aStatusWriteOfANodeKeepsItsAnnotationsAndTheSpec() throws Exception {
    ObjectNode node = (ObjectNode) server.get("/api/v1/nodes/n1").orElseThrow();
    node.withObject("/metadata/annotations").put("projectcalico.org/IPv4Address", "10.0.0.1/24");
    node.withObject("/spec").put("unschedulable", true);
    assertThat(send("PUT", "/api/v1/nodes/n1/status", node.toString()).statusCode()).isEqualTo(200);
    JsonNode stored = server.get("/api/v1/nodes/n1").orElseThrow();
    assertThat(stored.at("/metadata/annotations/projectcalico.org~1IPv4Address").asText())
        .isEqualTo("10.0.0.1/24");
    assertThat(stored.path("spec").has("unschedulable")).isFalse();
  }

  @Test
  void aStatusWriteWithAnOldVersionIsAConflict() throws Exception {
    JsonNode old = server.get("/api/v1/nodes/n1").orElseThrow();
    server.mergeStatus("/api/v1/nodes/n1", object("{'status':{'phase':'x'}}"));
    assertThat(send("PUT", "/api/v1/nodes/n1/status", old.toString()).statusCode()).isEqualTo(409);
  }

  @Test
  void aStrategicPatchOfAPodsStatusCarriesAnnotations() throws Exception {
    var response =
        send(
            "PATCH",
            "/api/v1/namespaces/shop/pods/p/status",
            "{'metadata':{'annotations':{'cni.projectcalico.org/podIP':'10.1.1.1/32'}}}",
            "application/strategic-merge-patch+json");
    assertThat(response.statusCode()).isEqualTo(200);
    JsonNode pod = server.get("/api/v1/namespaces/shop/pods/p").orElseThrow();
    assertThat(pod.at("/metadata/annotations").toString()).contains("10.1.1.1/32");
    assertThat(pod.at("/spec/nodeName").asText()).isEqualTo("n1");
  }

  @Test
  void deleteAsksItsPreconditions() throws Exception {
    String path = "/api/v1/nodes/n1";
    String uid = server.get(path).orElseThrow().at("/metadata/uid").asText();
    String wrong = "{'preconditions':{'uid':'another'}}";
    assertThat(send("DELETE", path, wrong).statusCode()).isEqualTo(409);
    String stale = "{'preconditions':{'uid':'" + uid + "','resourceVersion':'999'}}";
    assertThat(send("DELETE", path, stale).statusCode()).isEqualTo(409);
    String right = "{'preconditions':{'uid':'" + uid + "'}}";
    assertThat(send("DELETE", path, right).statusCode()).isEqualTo(200);
    assertThat(server.get(path)).isEmpty();
    assertThat(send("DELETE", path, right).statusCode()).isEqualTo(404);
  }

  @Test
  void aRunningPodIsMarkedFirstAndGoesWithAGraceOfZero() {
    String path = "/api/v1/namespaces/shop/pods/p";
    server.delete(path, 30);
    assertThat(server.get(path).orElseThrow().at("/metadata/deletionTimestamp").asText())
        .isNotEmpty();
    server.delete(path, 0);
    assertThat(server.get(path)).isEmpty();
  }

  @Test
  void nullsInListsAndLargeNumbersAreKept() {
    String block =
        "{'apiVersion':'crd.projectcalico.org/v1','kind':'IPAMBlock','metadata':{'name':'b'},"
            + "'spec':{'allocations':[null,0,null],'sequenceNumber':1763700000000000001,'affinity':null}}";
    server.apply(ResourceKind.IPAM_BLOCK, object(block));
    JsonNode spec = server.list(ResourceKind.IPAM_BLOCK).getFirst().path("spec");
    assertThat(spec.path("allocations").toString()).isEqualTo("[null,0,null]");
    assertThat(spec.path("sequenceNumber").asLong()).isEqualTo(1763700000000000001L);
  }

  @Test
  void everyWriteOfAPodIsToldInOrder() {
    var told = new ArrayList<String>();
    server.onPodEvent(event -> told.add(event.type() + " " + event.kind()));
    server.mergeStatus("/api/v1/nodes/n1", object("{'status':{'phase':'x'}}"));
    server.mergeStatus("/api/v1/namespaces/shop/pods/p", object("{'status':{'phase':'x'}}"));
    server.delete("/api/v1/namespaces/shop/pods/p", 0);
    assertThat(told).containsExactly("MODIFIED Pod", "DELETED Pod");
  }

  @Test
  void aVersionThatWasForgottenIsGone() {
    var dispatcher = new WatchHistory(2);
    for (int version = 1; version <= 4; version++) {
      dispatcher.add(new WatchHistory.Entry(version, null, null, null, "{}"));
    }
    assertThat(dispatcher.reachesBackTo(1)).isFalse();
    assertThat(dispatcher.reachesBackTo(2)).isTrue();
  }

  @Test
  void anInformerSeesWhatWasAddedAndWhatWentAway() throws Exception {
    var added = new CountDownLatch(2);
    var deleted = new CountDownLatch(1);
    try (KubernetesClient client = client();
        var informer =
            client
                .pods()
                .inAnyNamespace()
                .inform(
                    new ResourceEventHandler<Pod>() {
                      @Override
                      public void onAdd(Pod pod) {
                        added.countDown();
                      }

                      @Override
                      public void onUpdate(Pod before, Pod after) {}

                      @Override
                      public void onDelete(Pod pod, boolean unknown) {
                        deleted.countDown();
                      }
                    })) {
      assertThat(informer.hasSynced()).isTrue();
      server.apply(
          ResourceKind.POD,
          object(
              "{'apiVersion':'v1','kind':'Pod','metadata':{'name':'q','namespace':'shop'},"
                  + "'spec':{'containers':[]}}"));
      assertThat(added.await(10, TimeUnit.SECONDS)).isTrue();
      server.delete("/api/v1/namespaces/shop/pods/q", 0);
      assertThat(deleted.await(10, TimeUnit.SECONDS)).isTrue();
    }
  }

  private KubernetesClient client() {
    var config =
        new ConfigBuilder(io.fabric8.kubernetes.client.Config.empty())
            .withMasterUrl("http://127.0.0.1:" + embedded.port())
            .build();
    return new KubernetesClientBuilder().withConfig(config).build();
  }

  private HttpResponse<String> send(String method, String path, String body) throws Exception {
    return send(method, path, body, "application/json");
  }

  private HttpResponse<String> send(String method, String path, String body, String type)
      throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + embedded.port() + path))
            .header("Content-Type", type)
            .method(method, HttpRequest.BodyPublishers.ofString(body.replace('\'', '"')))
            .build();
    return http.send(request, HttpResponse.BodyHandlers.ofString());
  }

  private static ObjectNode object(String json) {
    try {
      return (ObjectNode) JSON.readTree(json.replace('\'', '"'));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}

package io.margay.lab.kubelet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class NetworkConfigTest {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CONFLIST =
      """
      {"name":"k8s-pod-network","cniVersion":"0.3.1","plugins":[
        {"type":"calico","mtu":0},
        {"type":"portmap","snat":true,"capabilities":{"portMappings":true}},
        {"type":"bandwidth","capabilities":{"bandwidth":true}}]}\
      """;

  private static PodSpec pod(String annotations, String ports) throws Exception {
    return PodSpec.of(
        JSON.readTree(
            """
            {"metadata":{"namespace":"shop","name":"web","uid":"u","annotations":%s},
             "spec":{"containers":[{"ports":%s}]}}\
            """
                .formatted(annotations, ports)));
  }

  @Test
  void eachPluginGetsNameVersionAndWhatItCanDo() throws Exception {
    NetworkConfig config = NetworkConfig.read("10-calico.conflist", CONFLIST);
    PodSpec pod =
        pod(
            "{\"kubernetes.io/ingress-bandwidth\":\"10M\",\"kubernetes.io/egress-bandwidth\":\"1Ki\"}",
            "[{\"containerPort\":80,\"hostPort\":8080},{\"containerPort\":53,\"protocol\":\"UDP\"}]");
    JsonNode result = JSON.readTree("{\"ips\":[]}");
    JsonNode calico = JSON.readTree(config.stdin(0, pod, Optional.empty()));
    assertThat(calico.toString())
        .isEqualTo(
            "{\"type\":\"calico\",\"mtu\":0,\"name\":\"k8s-pod-network\",\"cniVersion\":\"0.3.1\"}");
    JsonNode portmap = JSON.readTree(config.stdin(1, pod, Optional.of(result)));
    assertThat(portmap.at("/runtimeConfig/portMappings").toString())
        .isEqualTo("[{\"hostPort\":8080,\"containerPort\":80,\"protocol\":\"tcp\"}]");
    assertThat(portmap.path("prevResult")).isEqualTo(result);
    JsonNode bandwidth = JSON.readTree(config.stdin(2, pod, Optional.of(result)));
    assertThat(bandwidth.at("/runtimeConfig/bandwidth/ingressRate").asLong()).isEqualTo(10_000_000);
    assertThat(bandwidth.at("/runtimeConfig/bandwidth/egressRate").asLong()).isEqualTo(1024);
  }

  @Test
  void aPodThatAsksForNothingGetsNoRuntimeConfig() throws Exception {
    NetworkConfig config = NetworkConfig.read("f", CONFLIST);
    PodSpec pod = pod("{}", "[{\"containerPort\":80}]");
    assertThat(config.stdin(1, pod, Optional.empty())).doesNotContain("runtimeConfig");
    assertThat(pod.doors()).containsExactly("tcp:80");
  }

  @Test
  void onlyNewerVersionsTellDelWhatAddAnswered() {
    assertThat(NetworkConfig.read("f", CONFLIST).delTakesPreviousResult()).isFalse();
    String newer = CONFLIST.replace("0.3.1", "1.0.0");
    assertThat(NetworkConfig.read("f", newer).delTakesPreviousResult()).isTrue();
  }

  @Test
  void aPlainConfIsAChainOfOne() {
    NetworkConfig config = NetworkConfig.read("f", "{\"name\":\"n\",\"type\":\"bridge\"}");
    assertThat(config.plugins()).hasSize(1);
    assertThat(config.cniVersion()).isEqualTo("0.2.0");
  }

  @Test
  void whatIsNoConflistIsSaidSo() {
    assertThatThrownBy(() -> NetworkConfig.read("10-x.conflist", "{"))
        .hasMessageContaining("10-x.conflist is not JSON");
    assertThatThrownBy(() -> NetworkConfig.read("10-x.conflist", "{\"plugins\":[{}]}"))
        .hasMessageContaining("a plugin without a type");
  }
}

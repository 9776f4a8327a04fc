package io.margay.lab.manifest;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class WorkloadsTest {
  @Test
  void aDeploymentIsItsReplicasWithTheTemplatesLabelsAndSpec() {
    ObjectNode deployment =
        ManifestReader.read(
                Map.of(
                    "f",
                    """
                    apiVersion: apps/v1
                    kind: Deployment
                    metadata: {name: web, namespace: shop}
                    spec:
                      replicas: 2
                      selector: {matchLabels: {app: web}}
                      template:
                        metadata: {labels: {app: web}, annotations: {a: b}}
                        spec: {containers: [{name: c, ports: [{containerPort: 80}]}]}
                    """))
            .objects()
            .getFirst()
            .object();
    List<ObjectNode> pods = Workloads.pods(deployment);
    assertThat(pods)
        .extracting(p -> p.at("/metadata/name").asText())
        .containsExactly("web-1", "web-2");
    assertThat(pods.getFirst().at("/metadata/namespace").asText()).isEqualTo("shop");
    assertThat(pods.getFirst().at("/metadata/labels/app").asText()).isEqualTo("web");
    assertThat(pods.getFirst().at("/metadata/annotations/a").asText()).isEqualTo("b");
    assertThat(pods.getLast().at("/spec/containers/0/ports/0/containerPort").asInt()).isEqualTo(80);
    deployment.withObject("/spec").remove("replicas");
    assertThat(Workloads.pods(deployment)).as("one by default").hasSize(1);
  }
}

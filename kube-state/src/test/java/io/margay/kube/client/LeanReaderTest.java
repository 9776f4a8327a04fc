package io.margay.kube.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.margay.kube.types.Json;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class LeanReaderTest {
  private static final KubernetesSerialization SERIALIZATION =
      new KubernetesSerialization(new ObjectMapper().registerModule(LeanReader.module()), false);

  private static GenericKubernetesResource read(String json) {
    return SERIALIZATION.unmarshal(json, GenericKubernetesResource.class);
  }

  /** What is left of a part of an object. */
  private static Object part(String json, String name) {
    return read(json).getAdditionalProperties().get(name);
  }

  private static Object json(String text) {
    return Json.object(text).orElseThrow();
  }

  @Test
  void ofMetadataWhatIsUsedStays() {
    var meta =
        read("""
        {"apiVersion":"v1","kind":"Pod","metadata":{"name":"a","namespace":"b","uid":"c",
         "resourceVersion":"4","deletionTimestamp":"2026-01-01T00:00:00Z","labels":{"l":"1"},
         "annotations":{"x":"{}"},"managedFields":[{"manager":"m","fieldsV1":{"f:spec":{}}}],
         "ownerReferences":[{"kind":"ReplicaSet","name":"r"}]}}
        """)
            .getMetadata();
    assertThat(meta.getName()).isEqualTo("a");
    assertThat(meta.getNamespace()).isEqualTo("b");
    assertThat(meta.getUid()).isEqualTo("c");
    assertThat(meta.getResourceVersion()).isEqualTo("4");
    assertThat(meta.getDeletionTimestamp()).isEqualTo("2026-01-01T00:00:00Z");
    assertThat(meta.getLabels()).isEqualTo(Map.of("l", "1"));
    assertThat(meta.getAnnotations()).isEqualTo(Map.of("x", "{}"));
    assertThat(meta.getManagedFields()).isEmpty();
    assertThat(meta.getOwnerReferences()).isEmpty();
  }

  @Test
  void ofAContainerItsPortsStay() {
    String pod =
        """
        {"spec":{"nodeName":"n","hostNetwork":true,"volumes":[{"name":"v"}],"containers":[
          {"name":"c","image":"i","env":[{"name":"E","value":"v"}],
           "ports":[{"name":"http","containerPort":80}],"restartPolicy":"Always"}]}}
        """;
    assertThat(part(pod, "spec"))
        .isEqualTo(
            json(
                """
                {"nodeName":"n","hostNetwork":true,"containers":[
                  {"name":"c","ports":[{"name":"http","containerPort":80}],"restartPolicy":"Always"}]}
                """));
  }

  @Test
  void ofAStatusAddressesAndPhaseStay() {
    String status =
        """
        {"status":{"phase":"Running","podIPs":[{"ip":"10.0.0.1"}],"nodeInfo":{"a":"b"},
         "containerStatuses":[{"name":"c"}],"images":[{"names":["a"]}],
         "addresses":[{"type":"InternalIP","address":"192.0.2.1"}]}}
        """;
    assertThat(part(status, "status"))
        .isEqualTo(
            json(
                """
                {"phase":"Running","podIPs":[{"ip":"10.0.0.1"}],
                 "addresses":[{"type":"InternalIP","address":"192.0.2.1"}]}
                """));
  }

  @Test
  void everythingElseIsReadAsItStands() {
    String other =
        """
        {"data":{"t":"x","i":1,"b":true,"n":null,"l":[1,[2],{"a":[]}],"o":{}},"flag":false}
        """;
    assertThat(read(other).getAdditionalProperties()).isEqualTo(json(other));
  }

  @Test
  void whatIsNoObjectWhereOneBelongsIsNone() {
    var object = read("{\"metadata\":[\"name\"],\"spec\":[\"not\",\"a\",\"map\"],\"status\":7}");
    assertThat(Optional.ofNullable(object.getMetadata().getName())).isEmpty();
    assertThat(object.getAdditionalProperties().get("spec").toString()).isEqualTo("[not, a, map]");
  }

  @Test
  void halfAnObjectIsAnError() {
    assertThat(catchThrowable(() -> read("{\"spec\":{\"a\":[1,")))
        .hasRootCauseInstanceOf(JsonProcessingException.class);
  }
}

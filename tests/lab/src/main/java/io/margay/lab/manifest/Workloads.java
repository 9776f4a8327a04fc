package io.margay.lab.manifest;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;

/** The pods that a Deployment stands for. */
public final class Workloads {
  /** Label of a Deployment's pods, so that those too many can be found. */
  public static final String OWNER_LABEL = "lab.margay.io/deployment";

  private Workloads() {}

  /** As many as it has replicas, named {@code web-1}, {@code web-2}: every apply finds the same. */
  public static List<ObjectNode> pods(ObjectNode deployment) {
    JsonNode template = deployment.path("spec").path("template");
    String name = deployment.path("metadata").path("name").asText();
    int replicas = deployment.path("spec").path("replicas").asInt(1);
    var pods = new ArrayList<ObjectNode>();
    for (int i = 1; i <= replicas; i++) {
      ObjectNode pod = JsonNodeFactory.instance.objectNode();
      pod.put("apiVersion", "v1").put("kind", "Pod");
      ObjectNode metadata = pod.withObject("/metadata");
      if (template.path("metadata") instanceof ObjectNode own) {
        metadata.setAll(own.deepCopy());
      }
      metadata.put("name", name + "-" + i);
      metadata.set("namespace", deployment.path("metadata").path("namespace"));
      metadata.withObject("/labels").put(OWNER_LABEL, name);
      pod.set("spec", template.path("spec").deepCopy());
      pods.add(pod);
    }
    return pods;
  }
}

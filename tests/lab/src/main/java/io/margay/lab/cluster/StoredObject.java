package io.margay.lab.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.lab.api.ResourceKind;

/** An object for the API server, with its kind. */
public record StoredObject(ResourceKind kind, ObjectNode object) {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** An object of this kind; the body gives what comes besides kind and name. */
  static StoredObject of(ResourceKind kind, String name, String body) {
    ObjectNode object = JSON.createObjectNode();
    object.put("apiVersion", kind.apiVersion()).put("kind", kind.kind());
    object.withObject("/metadata").put("name", name);
    try {
      JSON.readerForUpdating(object).readValue(body);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(kind.kind() + " " + name + ": " + body, e);
    }
    object.withObject("/metadata").put("name", name);
    return new StoredObject(kind, object);
  }

  public String name() {
    return object.path("metadata").path("name").asText();
  }
}

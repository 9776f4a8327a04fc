package io.margay.lab.api;

import com.fasterxml.jackson.databind.JsonNode;

/** What happened to an object, as a watch tells it; a deleted one is told with its last content. */
public record ApiEvent(Type type, JsonNode object) {
  /** The words of the watch protocol. */
  public enum Type {
    ADDED,
    MODIFIED,
    DELETED
  }

  public String kind() {
    return object.path("kind").asText();
  }
}

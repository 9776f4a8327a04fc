package io.margay.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** What the API server was asked, by whom, and whether that was allowed. */
public final class AuditLog {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;

  /** What a kube-apiserver writes to this file. */
  public AuditLog(Path file) {
    this.file = file;
  }

  /**
   * One request that has been answered; of a watch also the one that has begun.
   *
   * @param group empty for the core group
   * @param subresource empty for none
   * @param name empty for lists and creates
   * @param code the HTTP status
   */
  public record Request(
      String user,
      String verb,
      String group,
      String resource,
      String subresource,
      String namespace,
      String name,
      int code,
      boolean allowed) {
    /** The resource as a role names it. */
    public String roleResource() {
      return subresource.isEmpty() ? resource : resource + "/" + subresource;
    }
  }

  /** All requests for objects so far, oldest first. */
  public List<Request> requests() {
    var requests = new ArrayList<Request>();
    try {
      for (String line : Files.readAllLines(file)) {
        // The last line may be half written.
        if (line.endsWith("}")) {
          JsonNode event = JSON.readTree(line);
          if (event.has("objectRef")) {
            requests.add(request(event));
          }
        }
      }
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(file + " cannot be read", e);
    }
    return requests;
  }

  private static Request request(JsonNode event) {
    JsonNode object = event.path("objectRef");
    return new Request(
        event.path("user").path("username").asText(),
        event.path("verb").asText(),
        object.path("apiGroup").asText(),
        object.path("resource").asText(),
        object.path("subresource").asText(),
        object.path("namespace").asText(),
        object.path("name").asText(),
        event.path("responseStatus").path("code").asInt(),
        event.path("annotations").path("authorization.k8s.io/decision").asText().equals("allow"));
  }
}

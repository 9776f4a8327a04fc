package io.margay.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.margay.kube.client.KubeApi;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/** An API server as a client sees it on the wire, answers and all. */
final class Api {
  static final String JSON = "application/json";
  static final String MERGE = "application/merge-patch+json";
  static final String STRATEGIC = "application/strategic-merge-patch+json";
  static final String APPLY = "application/apply-patch+yaml";

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final long LIMIT_SECONDS = 30;

  private final KubeApi api;

  Api(KubeApi api) {
    this.api = api;
  }

  KubeApi kube() {
    return api;
  }

  /** An answer, whatever it says. */
  record Answer(int code, JsonNode body) {
    JsonNode at(String pointer) {
      return body.at(pointer);
    }

    String version() {
      return at("/metadata/resourceVersion").asText();
    }

    String uid() {
      return at("/metadata/uid").asText();
    }

    /** The names of a list's items. */
    List<String> names() {
      var names = new ArrayList<String>();
      at("/items").forEach(item -> names.add(item.at("/metadata/name").asText()));
      return names;
    }

    /** A copy of the object, to be changed and sent. */
    ObjectNode copy() {
      return body.deepCopy();
    }

    /** This answer, when the request was done. */
    Answer done() {
      if (code >= 300) {
        throw new AssertionError(code + ": " + body);
      }
      return this;
    }
  }

  Answer get(String path) throws Exception {
    return send("GET", path, JSON, "");
  }

  Answer post(String path, String yaml) throws Exception {
    return send("POST", path, JSON, json(yaml).toString());
  }

  Answer put(String path, JsonNode object) throws Exception {
    return send("PUT", path, JSON, object.toString());
  }

  Answer patch(String path, String type, String yaml) throws Exception {
    return send("PATCH", path, type, json(yaml).toString());
  }

  Answer delete(String path, String yaml) throws Exception {
    return send("DELETE", path, JSON, json("{" + yaml + "}").toString());
  }

  private Answer send(String method, String path, String type, String body) throws Exception {
    var http = api.client().getHttpClient();
    String root = api.server().replaceFirst("/$", "");
    var request = http.newHttpRequestBuilder().uri(root + path).header("Accept", JSON);
    if (!body.isEmpty()) {
      request.method(method, type, body);
    }
    HttpResponse<String> response =
        http.sendAsync(request.build(), String.class).get(LIMIT_SECONDS, TimeUnit.SECONDS);
    return new Answer(response.code(), read(response.body()));
  }

  private static JsonNode read(String body) {
    try {
      return MAPPER.readTree(body);
    } catch (JsonProcessingException e) {
      return MAPPER.getNodeFactory().textNode(body);
    }
  }

  /** YAML, flow style mostly, as JSON. */
  static JsonNode json(String yaml) {
    return MAPPER.valueToTree(new Load(LoadSettings.builder().build()).loadFromString(yaml));
  }
}

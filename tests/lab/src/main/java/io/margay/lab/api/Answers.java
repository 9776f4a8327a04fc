package io.margay.lab.api;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.mockwebserver.http.MockResponse;

/** Answers in the API server's form: every refusal is a Status object. */
final class Answers {
  private Answers() {}

  static MockResponse json(int code, String body) {
    return new MockResponse()
        .setResponseCode(code)
        .setHeader("Content-Type", "application/json")
        .setBody(body);
  }

  static MockResponse status(int code, String reason, String message) {
    ObjectNode status = JsonNodeFactory.instance.objectNode();
    status.put("kind", "Status").put("apiVersion", "v1").put("status", "Failure");
    status.put("reason", reason).put("message", message).put("code", code);
    return json(code, status.toString());
  }

  static MockResponse notFound(ApiPath path) {
    return status(404, "NotFound", subject(path) + " not found");
  }

  static MockResponse conflict(ApiPath path, String why) {
    return status(
        409, "Conflict", "Operation cannot be fulfilled on " + subject(path) + ": " + why);
  }

  private static String subject(ApiPath path) {
    return path.plural() + " \"" + path.name().orElse("") + '"';
  }
}

package io.margay.kube.client;

import java.util.LinkedHashMap;
import java.util.Map;

/**
 * What a delete insists on. An empty text insists on nothing.
 *
 * @param uid the very object
 * @param resourceVersion the very version
 */
public record Preconditions(String uid, String resourceVersion) {
  Map<String, Object> body() {
    var preconditions = new LinkedHashMap<String, Object>();
    if (!uid.isEmpty()) {
      preconditions.put("uid", uid);
    }
    if (!resourceVersion.isEmpty()) {
      preconditions.put("resourceVersion", resourceVersion);
    }
    var body = new LinkedHashMap<String, Object>();
    body.put("kind", "DeleteOptions");
    body.put("apiVersion", "v1");
    body.put("preconditions", preconditions);
    return body;
  }
}

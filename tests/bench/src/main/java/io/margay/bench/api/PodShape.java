package io.margay.bench.api;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Specs and statuses as long as real ones: most of what is read is not what is used. */
final class PodShape {
  private static final String SINCE = "2026-01-01T00:00:00Z";

  private PodShape() {}

  /** One container with its environment, probes, limits and ports, as a Deployment makes it. */
  static Map<String, Object> spec(String app, String node) {
    List<Object> environment =
        IntStream.range(0, 12)
            .<Object>mapToObj(
                i -> Map.of("name", "SETTING_" + i, "value", "value-" + i + "-of-" + app))
            .toList();
    Map<String, Object> container =
        Map.of(
            "name",
            "main",
            "image",
            "registry.example/shop/" + app + "@sha256:" + "5d8f7c9b".repeat(8),
            "ports",
            List.of(port("http", 8080), port("metrics", 9090)),
            "env",
            environment,
            "resources",
            Map.of(
                "requests", Map.of("cpu", "100m", "memory", "128Mi"),
                "limits", Map.of("cpu", "1", "memory", "256Mi")),
            "readinessProbe",
            Map.of("httpGet", Map.of("path", "/ready", "port", 8080), "periodSeconds", 10),
            "livenessProbe",
            Map.of("httpGet", Map.of("path", "/live", "port", 8080), "periodSeconds", 10));
    return Map.of(
        "nodeName",
        node,
        "serviceAccountName",
        app,
        "containers",
        List.of(container),
        "terminationGracePeriodSeconds",
        30);
  }

  private static Map<String, Object> port(String name, int number) {
    return Map.of("name", name, "containerPort", number, "protocol", "TCP");
  }

  /** A pod that runs. */
  static Map<String, Object> status(String address, String nodeAddress, String container) {
    return Map.of(
        "phase",
        "Running",
        "podIP",
        address,
        "podIPs",
        List.of(Map.of("ip", address)),
        "hostIP",
        nodeAddress,
        "startTime",
        SINCE,
        "conditions",
        List.of(condition("Initialized"), condition("PodScheduled"), condition("Ready")),
        "containerStatuses",
        List.of(
            Map.of(
                "name",
                "main",
                "ready",
                true,
                "started",
                true,
                "restartCount",
                0,
                "image",
                "registry.example/shop/main",
                "imageID",
                "sha256:" + container,
                "containerID",
                "containerd://" + container,
                "state",
                Map.of("running", Map.of("startedAt", SINCE)))));
  }

  /** A node that is ready. */
  static Map<String, Object> nodeStatus(String address, String name) {
    return Map.of(
        "addresses",
        List.of(
            Map.of("type", "InternalIP", "address", address),
            Map.of("type", "Hostname", "address", name)),
        "conditions",
        List.of(condition("Ready")));
  }

  private static Map<String, Object> condition(String type) {
    return Map.of("type", type, "status", "True", "lastTransitionTime", SINCE);
  }
}

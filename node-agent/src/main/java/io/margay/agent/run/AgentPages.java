package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.health.Health;
import io.margay.agent.health.HttpPages;
import io.margay.agent.metric.Registry;
import java.io.IOException;
import java.util.Map;

/** What the agent serves over HTTP, each on its own port as Felix does: probes, metrics. */
final class AgentPages {
  private AgentPages() {}

  /**
   * Serves what is switched on, as long as the process lives.
   *
   * @throws IOException when an address cannot be had
   */
  static void serve(AgentConfig.Serving serving, Health health, Registry registry)
      throws IOException {
    if (serving.health()) {
      HttpPages.serve(
          serving.healthHost(),
          serving.healthPort(),
          Map.of(
              "/liveness", () -> HttpPages.Page.of(health.liveness()),
              "/readiness", () -> HttpPages.Page.of(health.readiness())));
    }
    if (serving.metrics()) {
      HttpPages.serve(
          serving.metricsHost(),
          serving.metricsPort(),
          Map.of(
              "/metrics", () -> new HttpPages.Page(200, Registry.CONTENT_TYPE, registry.page())));
    }
  }
}

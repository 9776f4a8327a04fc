package io.margay.lab.live;

import io.margay.cluster.ControlPlane;
import io.margay.cluster.ProgramCache;
import io.margay.cluster.Programs;
import io.margay.cluster.Programs.Availability;
import io.margay.cluster.Site;
import io.margay.lab.api.RealServer;
import io.margay.lab.plan.LabPlan;
import java.nio.file.Path;

/** The control plane of a lab, where its embedded server would be. */
final class RealApi {
  private RealApi() {}

  /**
   * Starts it; built first when this machine has never done that.
   *
   * @throws IllegalStateException when there can be none here, with the reason
   */
  static RealServer start(LabPlan plan, LabFolder folder, Progress progress) {
    Path chart = Path.of(System.getProperty("margay.root", ".")).toAbsolutePath().resolve("helm");
    Site site =
        Site.local(folder.directory().resolve("cp"), chart)
            .at(plan.management().ip().toString(), LabPlan.API_PORT);
    try {
      return switch (ProgramCache.standard().obtain(progress::say)) {
        case Availability.Missing(String reason) ->
            throw new IllegalStateException("no real API server: " + reason);
        case Availability.Ready(Programs programs) ->
            new RealServer(ControlPlane.start(site, programs));
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    }
  }
}

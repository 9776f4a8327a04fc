package io.margay.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import io.margay.cluster.ControlPlane;
import io.margay.cluster.ProgramCache;
import io.margay.cluster.Programs;
import io.margay.cluster.Programs.Availability;
import io.margay.cluster.Site;
import java.nio.file.Path;

/** Real control planes for tests; where there can be none the test is skipped and says why. */
final class RealCluster {
  static final Path CHART = Path.of(System.getProperty("margay.root", "../.."), "helm");

  private RealCluster() {}

  /** The programs, built by whoever is the first to ask. */
  static Programs programs() throws InterruptedException {
    if (!"root".equals(System.getProperty("user.name"))) {
      return skip("namespaces need root, this is not root");
    }
    return switch (ProgramCache.standard().obtain(RealCluster::say)) {
      case Availability.Ready(Programs programs) -> programs;
      case Availability.Missing(String reason) -> skip(reason);
    };
  }

  /** The report counts what was skipped and keeps the reason to itself. */
  private static Programs skip(String reason) {
    say("skipped: " + reason);
    return abort(reason);
  }

  private static void say(String line) {
    System.out.println("e2e: " + line);
  }

  /** A control plane of a test's own, under its folder. */
  static ControlPlane start(Path folder) throws InterruptedException {
    Programs programs = programs();
    long start = System.nanoTime();
    ControlPlane plane = ControlPlane.start(site(folder), programs);
    say("a control plane is ready after %d ms".formatted((System.nanoTime() - start) / 1_000_000));
    return plane;
  }

  static Site site(Path folder) {
    return Site.local(folder.resolve("cp").toAbsolutePath(), CHART.toAbsolutePath().normalize());
  }
}

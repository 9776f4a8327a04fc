package io.margay.e2e;

import io.margay.cluster.ControlPlane;
import java.nio.file.Path;

/** A process that has a control plane, and ends with its input. */
final class ControlPlaneMain {
  private ControlPlaneMain() {}

  public static void main(String[] args) throws Exception {
    try (var plane =
        ControlPlane.start(RealCluster.site(Path.of(args[0])), RealCluster.programs())) {
      System.out.println("ready " + plane.server());
      while (System.in.read() >= 0) {
        // Nothing is expected.
      }
    }
  }
}

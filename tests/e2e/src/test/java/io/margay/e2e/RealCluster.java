package io.margay.e2e;

import static org.junit.jupiter.api.Assumptions.abort;

import io.margay.cluster.ControlPlane;
import io.margay.cluster.ProgramCache;
import io.margay.cluster.Programs;
import io.margay.cluster.Programs.Availability;
import io.margay.cluster.Site;
import io.margay.cluster.fault.FaultProxy;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Stream;

/** Real control planes for tests; where there can be none the test is skipped and says why. */
final class RealCluster {
  static final Path CHART = Path.of(System.getProperty("margay.root", "../.."), "helm");

  // Held here: a logger that nobody holds forgets its level. Its client tells of each connection
  // that a killed server broke, with a trace.
  private static final Logger CLIENT = Logger.getLogger("io.fabric8");

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
    return start(site(folder));
  }

  private static ControlPlane start(Site site) throws InterruptedException {
    CLIENT.setLevel(Level.OFF);
    Programs programs = programs();
    long start = System.nanoTime();
    ControlPlane plane = ControlPlane.start(site, programs);
    say("a control plane is ready after %d ms".formatted((System.nanoTime() - start) / 1_000_000));
    return plane;
  }

  /** One whose CRDs keep only fields that they name; ours keep the others of a spec, too. */
  static ControlPlane startStrict(Path folder) throws Exception {
    Path chart = Files.createDirectories(folder.resolve("chart"));
    try (Stream<Path> files = Files.walk(CHART)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = chart.resolve(CHART.relativize(file).toString());
        Files.createDirectories(copy.getParent());
        List<String> lines = Files.readAllLines(file);
        Files.write(
            copy,
            lines.stream()
                .filter(line -> !line.contains("x-kubernetes-preserve-unknown-fields"))
                .toList());
      }
    }
    Site site = site(folder);
    return start(Site.local(site.directory(), chart.toAbsolutePath()));
  }

  /** A kubeconfig file of the agent's account that leads through a proxy. */
  static Path through(FaultProxy proxy, ControlPlane plane, Path folder) throws IOException {
    return redirected(plane.kubeconfigOfAgent(), proxy, plane, folder.resolve("through"));
  }

  /** Writes a kubeconfig file anew so that it leads through a proxy. */
  static Path redirected(Path kubeconfig, FaultProxy proxy, ControlPlane plane, Path to)
      throws IOException {
    String direct = Files.readString(kubeconfig);
    return Files.writeString(
        to, direct.replace(plane.server().toString(), proxy.address().toString()));
  }

  static Site site(Path folder) {
    return Site.local(folder.resolve("cp").toAbsolutePath(), CHART.toAbsolutePath().normalize());
  }
}

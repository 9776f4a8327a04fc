package io.margay.bench.bgp;

import java.io.File;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ours: {@code ./dev bgpd}, with its JVM options.
 *
 * @param jvmOptions the file that java is given
 */
record Margay(Path jvmOptions) implements Subject {
  private static final String MAIN = "io.margay.agent.bgpd.Main";

  @Override
  public String name() {
    return "margay";
  }

  @Override
  public List<String> programs() {
    return List.of();
  }

  @Override
  public String config(Plan plan) {
    String neighbors =
        plan.peers().stream()
            .map(peer ->
                "  - { address: %s, asn: %d, passive: true, reflectorClient: true, families: [ipv%d] }"
                    .formatted(peer, Plan.ASN, plan.family()))
            .collect(Collectors.joining("\n"));
    return """
    asn: %d
    routerId: %s
    listen: [ { address: %s, port: %d } ]
    socket: null
    holdTime: %d
    neighbors:
    %s
    """
        .formatted(Plan.ASN, Plan.ADDRESS, Plan.ADDRESS, Plan.PORT, plan.holdSeconds(), neighbors);
  }

  @Override
  public List<String> argv(Path folder, Path config) {
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    return List.of(java, "@" + jvmOptions, "-cp", classPath(), MAIN, "--config", config.toString());
  }

  /** It is started in a folder of its own. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}

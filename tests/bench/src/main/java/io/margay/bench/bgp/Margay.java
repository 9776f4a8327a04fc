package io.margay.bench.bgp;

import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Ours: {@code ./dev bgpd}, with its JVM options.
 *
 * @param root the repository
 */
record Margay(Path root) implements Subject {
  private static final Path JVM_OPTIONS = Path.of("node-agent/src/main/dist/bgpd.jvmopts");

  /** Property that names the speaker's ahead-of-time cache. */
  private static final String CACHE = "margay.bgpd.cache";

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
    var argv = new ArrayList<String>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.add("@" + root.resolve(JVM_OPTIONS));
    Optional<Path> cache = cache();
    cache.ifPresent(file -> argv.addAll(List.of("-XX:AOTCache=" + file, "-Xlog:aot=off")));
    argv.addAll(List.of("-cp", cache.isPresent() ? packaged() : classPath()));
    argv.addAll(List.of(MAIN, "--config", config.toString()));
    return argv;
  }

  /** What {@code ./dev bench} has rehearsed; empty in tests, which run what was compiled. */
  private static Optional<Path> cache() {
    return Optional.ofNullable(System.getProperty(CACHE)).map(Path::of).filter(Files::exists);
  }

  /** As {@code ./dev} writes it: the cache is for no other. */
  private String packaged() {
    Path target = root.resolve("node-agent/target");
    return target.resolve("node-agent.jar") + File.pathSeparator + target.resolve("lib") + "/*";
  }

  /** It is started in a folder of its own. */
  private static String classPath() {
    return Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .collect(Collectors.joining(File.pathSeparator));
  }
}

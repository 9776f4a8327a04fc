package io.margay.cluster;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** kubectl with somebody's credentials, where the server is reachable. */
public final class Kubectl {
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Shelter shelter;
  private final Path program;
  private final Path home;
  private final Path kubeconfig;

  Kubectl(Shelter shelter, Path program, Path home, Path kubeconfig) {
    this.shelter = shelter;
    this.program = program;
    this.home = home;
    this.kubeconfig = kubeconfig;
  }

  /** Runs it to its end. */
  public ProgramResult run(String... arguments) {
    return run(Optional.empty(), List.of(arguments));
  }

  /** Runs it to its end with this as its input; {@code -f -} reads it. */
  public ProgramResult feed(String input, String... arguments) {
    return run(Optional.of(input), List.of(arguments));
  }

  private ProgramResult run(Optional<String> input, List<String> arguments) {
    var argv = new ArrayList<>(List.of(program.toString(), "--kubeconfig=" + kubeconfig));
    argv.addAll(arguments);
    // Neither the caller's configuration nor his cache is used.
    return Program.of(shelter.entering(home, argv))
        .with(Map.of("HOME", home.toString(), "KUBECONFIG", "", "KUBERC", "off"))
        .run(input, LIMIT);
  }
}

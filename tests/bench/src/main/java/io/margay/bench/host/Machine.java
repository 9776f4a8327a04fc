package io.margay.bench.host;

import com.sun.security.auth.module.UnixSystem;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What this machine lets us do. */
public final class Machine {
  private Machine() {}

  /**
   * Why network namespaces and these programs cannot be had; empty when they can.
   *
   * @param programs names, or paths from the root
   */
  public static Optional<String> lacks(List<String> programs) {
    if (new UnixSystem().getUid() != 0) {
      return Optional.of("needs root for a network namespace; run it as root");
    }
    return programs.stream()
        .filter(program -> !isInstalled(program))
        .findFirst()
        .map(program -> "needs the program " + program + ", which is not in PATH; install it");
  }

  private static boolean isInstalled(String program) {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Stream.of(path.split(File.pathSeparator))
        .filter(folder -> !folder.isEmpty())
        .anyMatch(folder -> Files.isExecutable(Path.of(folder).resolve(program)));
  }
}

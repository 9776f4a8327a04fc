package io.margay.cni.server;

import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The real binary, started as a runtime starts it, by any of its names. */
final class Shim {
  private static final Path BINARY = Path.of("target/shim/calico").toAbsolutePath();
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path directory;
  private final Map<String, String> common;

  /** Names it in a directory; {@code common} goes into each environment. */
  Shim(Path directory, Map<String, String> common) throws IOException {
    this.directory = directory;
    this.common = common;
    for (String name : new String[] {"calico", "calico-ipam", "calico-node"}) {
      Files.copy(BINARY, directory.resolve(name));
    }
  }

  ProgramResult run(String name, Map<String, String> environment, String input) {
    return program(name, environment).run(Optional.of(input), LIMIT);
  }

  ProgramResult node(Map<String, String> environment, String... flags) {
    var argv = new ArrayList<String>();
    argv.add(directory.resolve("calico-node").toString());
    argv.addAll(List.of(flags));
    return Program.of(argv).withOnly(with(environment)).run(Optional.empty(), LIMIT);
  }

  Child start(String name, Map<String, String> environment, String... flags) {
    var argv = new ArrayList<String>();
    argv.add(directory.resolve(name).toString());
    argv.addAll(List.of(flags));
    return Program.of(argv).withOnly(with(environment)).start();
  }

  private Program program(String name, Map<String, String> environment) {
    return Program.of(directory.resolve(name).toString()).withOnly(with(environment));
  }

  private Map<String, String> with(Map<String, String> environment) {
    var all = new HashMap<>(common);
    all.putAll(environment);
    return all;
  }
}

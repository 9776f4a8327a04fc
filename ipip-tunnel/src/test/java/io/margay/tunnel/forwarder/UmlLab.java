package io.margay.tunnel.forwarder;

import static org.junit.jupiter.api.Assumptions.assumeFalse;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/**
 * Nodes with kernels of their own (user-mode Linux) on one bridge. Made by the script {@code
 * uml-node}, looked for where the system property {@code margay.uml} says, else beside the
 * repository; the test is skipped where it or its kernel is missing.
 */
final class UmlLab implements AutoCloseable {
  static final String BRIDGE = "br0";

  /** Where its kernel ends when the state of the processor is larger than it knows. */
  private static final String NO_REGISTERS = "put_fp_registers";

  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path script;
  private final Path dir;
  private final Path repository;

  private UmlLab(Path script, Path dir, Path repository) {
    this.script = script;
    this.dir = dir;
    this.repository = repository;
  }

  /** A lab in this folder, with no node yet. */
  static UmlLab in(Path dir) {
    Path root = Path.of(System.getProperty("margay.root", "..")).toAbsolutePath().normalize();
    Path script =
        Path.of(System.getProperty("margay.uml", root + "/../shared/lab/uml-node")).normalize();
    assumeTrue(
        Files.isExecutable(script), () -> "no user-mode Linux lab: " + script + " is not there");
    assumeTrue(
        Program.of("sh", "-c", "command -v linux.uml").run(Optional.empty(), LIMIT).succeeded(),
        "no kernel for user-mode Linux: the package user-mode-linux is not installed");
    return new UmlLab(script, dir, root);
  }

  /** Starts nodes at once; the i-th has 172.18.0.i on its first card. */
  void start(String... names) {
    var started =
        Stream.of(names).map(name -> CompletableFuture.supplyAsync(() -> startOne(name))).toList();
    for (CompletableFuture<ProgramResult> one : started) {
      ProgramResult result = one.join();
      assumeFalse(
          result.err().contains(NO_REGISTERS),
          "user-mode Linux before 6.14 does not run on a processor with AMX (set fp regs failed)");
      result.orThrow();
    }
    for (int i = 1; i <= names.length; i++) {
      sh(names[i - 1], "ip addr add 172.18.0." + i + "/24 dev eth0");
    }
  }

  private ProgramResult startOne(String name) {
    var argv = new ArrayList<>(List.of("start", name, "--tap", "tap" + name, "--mem", "384M"));
    shared().forEach(folder -> argv.addAll(List.of("--share", folder.toString())));
    return call(Optional.empty(), argv.toArray(String[]::new));
  }

  /** Our classes and the jars that they need may lie in /tmp, which is a node's own otherwise. */
  private Set<Path> shared() {
    Set<Path> folders = new LinkedHashSet<>(Set.of(repository));
    for (String entry : System.getProperty("java.class.path", "").split(File.pathSeparator, -1)) {
      Path path = Path.of(entry);
      if (path.startsWith("/tmp") && !path.startsWith(repository)) {
        folders.add(Path.of("/").resolve(path.subpath(0, Math.min(3, path.getNameCount() - 1))));
      }
    }
    return folders;
  }

  /** Output of a shell's commands on a node; the test fails when they fail. */
  String sh(String node, String commands) {
    return call(Optional.empty(), "run", node, "--", "sh", "-ec", commands).orThrow().out().strip();
  }

  /** Runs a program on a node with this input. */
  ProgramResult run(String node, String input, List<String> argv) {
    var all = new ArrayList<>(List.of("run", node, "-i", "--"));
    all.addAll(argv);
    return call(Optional.of(input), all.toArray(String[]::new));
  }

  /** What starts a program on a node, for one that goes on. */
  Program program(String node, String commands) {
    return Program.of(script.toString(), "run", node, "--", "sh", "-ec", commands)
        .with(Map.of("UML_LAB", dir.toString()));
  }

  /** The namespace of the bridge, on this machine's kernel. */
  String namespace() {
    return call(Optional.empty(), "ns").orThrow().out().strip();
  }

  @Override
  public void close() {
    call(Optional.empty(), "down").orThrow();
  }

  private ProgramResult call(Optional<String> input, String... arguments) {
    var argv = new ArrayList<>(List.of(script.toString()));
    argv.addAll(List.of(arguments));
    return Program.of(argv).with(Map.of("UML_LAB", dir.toString())).run(input, LIMIT);
  }
}

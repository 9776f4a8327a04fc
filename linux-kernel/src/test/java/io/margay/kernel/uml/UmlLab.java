package io.margay.kernel.uml;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramResult;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
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
public final class UmlLab implements AutoCloseable {
  /** The bridge that all nodes are on. */
  public static final String BRIDGE = "br0";

  /** What its kernel ends with when the processor has more registers than it has room for. */
  private static final String NO_REGISTERS = "put_fp_registers";

  /** The cure for that, see there. */
  private static final String PRELOADED = "linux-kernel/src/test/c/xstate.c";

  /**
   * What the script says when a node has no script of its own to begin with, as here: it has read
   * the file that tells of the node's readiness between its making and its writing.
   */
  private static final String READ_TOO_SOON = "--init failed";

  private static final String COMPILER = "gcc";
  private static final Duration LIMIT = Duration.ofSeconds(60);

  private final Path script;
  private final Path dir;
  private final Path repository;
  private final Optional<Path> preloaded;

  private UmlLab(Path script, Path dir, Path repository, Optional<Path> preloaded) {
    this.script = script;
    this.dir = dir;
    this.repository = repository;
    this.preloaded = preloaded;
  }

  /** A lab in this folder, with no node yet. */
  public static UmlLab in(Path dir) {
    Path root = Path.of(System.getProperty("margay.root", "..")).toAbsolutePath().normalize();
    Path script =
        Path.of(System.getProperty("margay.uml", root + "/../shared/lab/uml-node")).normalize();
    assumeTrue(
        Files.isExecutable(script), () -> "no user-mode Linux lab: " + script + " is not there");
    assumeTrue(
        isThere("linux.uml"),
        "no kernel for user-mode Linux: the package user-mode-linux is not installed");
    return new UmlLab(script, dir, root, preloaded(root.resolve(PRELOADED), dir));
  }

  /**
   * A library for the kernels, as some processors need it and none minds; empty where it cannot be
   * compiled.
   */
  private static Optional<Path> preloaded(Path source, Path dir) {
    if (!isThere(COMPILER)) {
      return Optional.empty();
    }
    try {
      Path library = Files.createDirectories(dir).resolve("xstate.so");
      var argv = new ArrayList<>(List.of(COMPILER, "-O2", "-Wall", "-Wextra", "-Werror"));
      argv.addAll(List.of("-shared", "-fPIC", "-o", library.toString(), source.toString()));
      ProgramResult compiled = Program.run(argv, Optional.empty(), LIMIT);
      if (!compiled.succeeded()) {
        System.err.println(PRELOADED + " is not compiled: " + compiled.err());
      }
      return compiled.succeeded() ? Optional.of(library) : Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isThere(String program) {
    return Program.of("sh", "-c", "command -v " + program).run(Optional.empty(), LIMIT).succeeded();
  }

  /** Starts nodes at once; the i-th has 172.18.0.i on its first card. */
  public void start(String... names) {
    var started =
        Stream.of(names).map(name -> CompletableFuture.supplyAsync(() -> startOne(name))).toList();
    for (CompletableFuture<ProgramResult> one : started) {
      ProgramResult result = one.join();
      assumeTrue(
          preloaded.isPresent() || !result.err().contains(NO_REGISTERS),
          "user-mode Linux does not run on this processor without " + PRELOADED + ": install gcc");
      result.orThrow();
    }
    for (int i = 1; i <= names.length; i++) {
      sh(names[i - 1], "ip addr add 172.18.0." + i + "/24 dev eth0");
    }
  }

  private ProgramResult startOne(String name) {
    var argv = new ArrayList<>(List.of("start", name, "--tap", "tap" + name, "--mem", "384M"));
    shared().forEach(folder -> argv.addAll(List.of("--share", folder.toString())));
    Map<String, String> environment = new HashMap<>(environment());
    preloaded.ifPresent(library -> environment.put("LD_PRELOAD", library.toString()));
    ProgramResult result = script(argv).with(environment).run(Optional.empty(), LIMIT);
    for (int again = 0; again < 3 && result.err().contains(READ_TOO_SOON); again++) {
      result = script(argv).with(environment).run(Optional.empty(), LIMIT);
    }
    return result;
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
  public String sh(String node, String commands) {
    return call(Optional.empty(), "run", node, "--", "sh", "-ec", commands).orThrow().out().strip();
  }

  /** Runs a program on a node with this input. */
  public ProgramResult run(String node, String input, List<String> argv) {
    var all = new ArrayList<>(List.of("run", node, "-i", "--"));
    all.addAll(argv);
    return call(Optional.of(input), all.toArray(String[]::new));
  }

  /** What starts a program on a node, for one that goes on. */
  public Program program(String node, String commands) {
    return script(List.of("run", node, "--", "sh", "-ec", commands)).with(environment());
  }

  /** The namespace of the bridge, on this machine's kernel. */
  public String namespace() {
    return call(Optional.empty(), "ns").orThrow().out().strip();
  }

  @Override
  public void close() {
    call(Optional.empty(), "down").orThrow();
  }

  private ProgramResult call(Optional<String> input, String... arguments) {
    return script(List.of(arguments)).with(environment()).run(input, LIMIT);
  }

  private Program script(List<String> arguments) {
    return Program.of(Stream.concat(Stream.of(script.toString()), arguments.stream()).toList());
  }

  private Map<String, String> environment() {
    return Map.of("UML_LAB", dir.toString());
  }
}

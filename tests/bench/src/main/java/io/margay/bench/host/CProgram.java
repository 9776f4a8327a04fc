package io.margay.bench.host;

import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A program in C, a peer or a load: compiled when it is opened, deleted when it is closed. */
public final class CProgram implements AutoCloseable {
  /** What compiles it. */
  public static final String COMPILER = "gcc";

  private static final Duration COMPILING = Duration.ofMinutes(1);

  private final Path file;

  private CProgram(Path file) {
    this.file = file;
  }

  /**
   * Compiles a source of the class path, optimised as a distribution does.
   *
   * @param name without {@code .c}
   */
  public static CProgram compile(String name) {
    return compile(name, List.of(name + ".c"));
  }

  /**
   * Compiles a program of several files.
   *
   * @param files on the class path, headers first; what one of them includes is among them
   */
  public static CProgram compile(String name, List<String> files) {
    try {
      var program = new CProgram(Files.createTempFile("margay-" + name, ""));
      try {
        program.build(files);
        return program;
      } catch (RuntimeException | IOException e) {
        program.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private void build(List<String> files) throws IOException {
    Path folder = Files.createTempDirectory("margay-c");
    var copies = new ArrayList<Path>();
    try {
      for (String name : files) {
        Path copy = folder.resolve(Path.of(name).getFileName().toString());
        copies.add(copy);
        Files.writeString(copy, source("/" + name));
      }
      var argv = new ArrayList<>(List.of(COMPILER, "-O2", "-Wall", "-o", file.toString()));
      copies.stream().map(Path::toString).filter(copy -> copy.endsWith(".c")).forEach(argv::add);
      Program.run(argv, Optional.empty(), COMPILING).orThrow();
    } finally {
      for (Path copy : copies) {
        Files.deleteIfExists(copy);
      }
      Files.delete(folder);
    }
  }

  private static String source(String resource) throws IOException {
    try (InputStream in = CProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  public Path file() {
    return file;
  }

  @Override
  public void close() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + file, e);
    }
  }
}

package io.margay.bench.host;

import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;

/** A peer in C: compiled when it is opened, deleted when it is closed. */
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
    String resource = "/" + name + ".c";
    try (InputStream in = CProgram.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is not on the class path");
      }
      String source = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      var program = new CProgram(Files.createTempFile("margay-" + name, ""));
      program.build(source);
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  private void build(String source) {
    try {
      Program.of(COMPILER, "-O2", "-Wall", "-x", "c", "-o", file.toString(), "-")
          .run(Optional.of(source), COMPILING)
          .orThrow();
    } catch (RuntimeException e) {
      close();
      throw e;
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

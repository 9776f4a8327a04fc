package io.margay.bench.host;

import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A peer in Go: compiled when it is opened, deleted when it is closed; Go keeps its own cache. */
public final class GoProgram implements AutoCloseable {
  /** What compiles it. */
  public static final String COMPILER = "go";

  /** Modules are downloaded the first time. */
  private static final Duration COMPILING = Duration.ofMinutes(10);

  /** As the control plane of the tests is built: what both need is compiled once. */
  private static final Map<String, String> SETTINGS =
      Map.of("CGO_ENABLED", "0", "GO111MODULE", "on", "GOFLAGS", "", "GOWORK", "off");

  private static final List<String> FILES = List.of("go.mod", "go.sum", "main.go");

  private final Path folder;
  private final String name;

  private GoProgram(Path folder, String name) {
    this.folder = folder;
    this.name = name;
  }

  /**
   * Compiles a module of the class path.
   *
   * @param name of its folder
   */
  public static GoProgram compile(String name) {
    try {
      var program = new GoProgram(Files.createTempDirectory("margay-" + name), name);
      try {
        program.build();
        return program;
      } catch (RuntimeException | IOException e) {
        program.close();
        throw e;
      }
    } catch (IOException e) {
      throw new UncheckedIOException(name, e);
    }
  }

  private void build() throws IOException {
    for (String source : FILES) {
      String resource = "/" + name + "/" + source;
      try (InputStream in = GoProgram.class.getResourceAsStream(resource)) {
        if (in == null) {
          throw new IllegalStateException(resource + " is not on the class path");
        }
        Files.copy(in, folder.resolve(source));
      }
    }
    Program.of(COMPILER, "build", "-trimpath", "-buildvcs=false", "-ldflags", "-s -w", "-o", name)
        .with(SETTINGS)
        .in(folder)
        .run(Optional.empty(), COMPILING)
        .orThrow();
  }

  public Path file() {
    return folder.resolve(name);
  }

  @Override
  public void close() {
    try {
      Files.walkFileTree(
          folder,
          new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
                throws IOException {
              Files.delete(file);
              return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path visited, @Nullable IOException failure)
                throws IOException {
              Files.delete(visited);
              return FileVisitResult.CONTINUE;
            }
          });
    } catch (IOException e) {
      throw new UncheckedIOException("delete " + folder, e);
    }
  }
}

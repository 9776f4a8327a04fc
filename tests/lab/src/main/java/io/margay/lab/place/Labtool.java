package io.margay.lab.place;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.zip.CRC32;

/** The lab's native program, compiled when it is first needed. */
public final class Labtool {
  private static final Duration COMPILING = Duration.ofSeconds(60);
  private static final List<String> COMPILERS = List.of("musl-gcc", "cc", "gcc");

  private Labtool() {}

  /**
   * The program, static, in this folder; named by its source's checksum, so that an old one is
   * never taken for a new one.
   *
   * @throws IllegalStateException when no compiler is there
   */
  public static Path in(Path directory) {
    try {
      byte[] source = source();
      var sum = new CRC32();
      sum.update(source);
      Path program = directory.resolve("labtool-%08x".formatted(sum.getValue()));
      if (!Files.isExecutable(program)) {
        Files.createDirectories(directory);
        // Labs that start side by side compile side by side; the last rename wins, all are equal.
        Path fresh = Files.createTempFile(directory, "labtool", ".new");
        compile(new String(source, StandardCharsets.UTF_8), fresh);
        Files.move(fresh, program, StandardCopyOption.ATOMIC_MOVE);
      }
      return program;
    } catch (IOException e) {
      throw new UncheckedIOException("labtool cannot be kept in " + directory, e);
    }
  }

  private static byte[] source() throws IOException {
    try (InputStream in = Labtool.class.getResourceAsStream("/labtool.c")) {
      if (in == null) {
        throw new IllegalStateException("labtool.c is not on the class path");
      }
      return in.readAllBytes();
    }
  }

  private static void compile(String source, Path into) {
    for (String compiler : COMPILERS) {
      var argv =
          List.of(compiler, "-static", "-Os", "-Wall", "-x", "c", "-o", into.toString(), "-");
      try {
        Program.run(argv, Optional.of(source), COMPILING).orThrow();
        return;
      } catch (ProgramException e) {
        if (Program.run(List.of("which", compiler), Optional.empty(), COMPILING).succeeded()) {
          throw e;
        }
      }
    }
    throw new IllegalStateException(
        "no C compiler for labtool: tried " + COMPILERS + "; install musl-tools");
  }
}

package io.margay.policy;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Directories with in.yaml and out.txt; each is a test. {@code -Dmargay.bless=true} rewrites. */
public final class Golden {
  private Golden() {}

  /** The cases below src/test/golden/{@code suite}. */
  public static Stream<DynamicTest> cases(String suite, UnaryOperator<String> function) {
    try (Stream<Path> found = Files.list(Path.of("src/test/golden", suite))) {
      return found.sorted().toList().stream()
          .map(directory ->
              DynamicTest.dynamicTest(
                  directory.getFileName().toString(), () -> check(directory, function)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void check(Path directory, UnaryOperator<String> function) throws IOException {
    String found = function.apply(Files.readString(directory.resolve("in.yaml")));
    Path out = directory.resolve("out.txt");
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(out, found);
    }
    assertThat(found).as(directory.toString()).isEqualTo(Files.readString(out));
  }
}

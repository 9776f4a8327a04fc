package io.margay.cni;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/** Cases kept as files: {@code src/test/golden/<kind>/<case>/in.json} and {@code out.json}. */
public final class Golden {
  private static final Path ROOT = Path.of("src/test/golden");

  private Golden() {}

  /** A test for each directory of a kind; {@code -Dmargay.bless=true} writes what came out. */
  public static Stream<DynamicTest> cases(String kind, UnaryOperator<String> work) {
    try (Stream<Path> directories = Files.list(ROOT.resolve(kind))) {
      List<Path> cases = directories.sorted().toList();
      return cases.stream()
          .map(each ->
              DynamicTest.dynamicTest(each.getFileName().toString(), () -> check(each, work)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Compares with a file, {@code install/default.json}, or writes it. */
  public static void compare(String file, String found) throws IOException {
    compare(ROOT.resolve(file), found);
  }

  private static void check(Path directory, UnaryOperator<String> work) throws IOException {
    compare(
        directory.resolve("out.json"), work.apply(Files.readString(directory.resolve("in.json"))));
  }

  private static void compare(Path expected, String found) throws IOException {
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(expected, found);
    }
    assertThat(found).as(expected.toString()).isEqualTo(Files.readString(expected));
  }
}

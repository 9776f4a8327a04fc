package io.margay.kube;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kube.types.Json;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;

/**
 * A directory is a test: {@code src/test/golden/<set>/<case>/in.yaml} gives {@code out.txt}, which
 * {@code ./dev test --bless} writes anew.
 */
public final class Golden {
  private static final Path ROOT = Path.of("src/test/golden");

  private Golden() {}

  public static Stream<DynamicTest> cases(
      String set, Function<Map<String, Object>, String> function) {
    try (Stream<Path> directories = Files.list(ROOT.resolve(set))) {
      return directories.sorted().toList().stream()
          .map(directory ->
              DynamicTest.dynamicTest(
                  directory.getFileName().toString(), () -> check(directory, function)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** A YAML document with an object at its root. */
  public static Map<String, Object> yaml(String text) {
    Object tree = new Load(LoadSettings.builder().build()).loadFromString(text);
    return Json.object(Json.text(tree)).orElseThrow();
  }

  /** Compares with a file, or writes it when results are blessed. */
  public static void compare(Path file, String found) throws IOException {
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(file, found);
    }
    assertThat(found).as("%s", file).isEqualTo(Files.exists(file) ? Files.readString(file) : "");
  }

  private static void check(Path directory, Function<Map<String, Object>, String> function)
      throws IOException {
    String in = Files.readString(directory.resolve("in.yaml"));
    compare(directory.resolve("out.txt"), function.apply(yaml(in)) + "\n");
  }
}

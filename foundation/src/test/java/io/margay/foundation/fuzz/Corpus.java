package io.margay.foundation.fuzz;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;

/**
 * The inputs of a {@code *Fuzz} class, {@code src/test/fuzz/<class>/<name>}: each goes through it
 * as it is, then damaged in a thousand ways that are the same in every run. A finding of Jazzer
 * becomes a file there, named after what was wrong.
 */
public final class Corpus {
  private static final Path ROOT = Path.of("src/test/fuzz");
  private static final int DAMAGES = 1000;

  private Corpus() {}

  /**
   * A test for each input.
   *
   * @param entry the class's {@code fuzzerTestOneInput}, which throws for a finding
   */
  public static Stream<DynamicTest> of(Class<?> fuzz, Consumer<byte[]> entry) {
    try (Stream<Path> files = Files.list(ROOT.resolve(fuzz.getSimpleName()))) {
      return files.sorted().toList().stream()
          .map(file ->
              DynamicTest.dynamicTest(
                  fuzz.getSimpleName() + " " + file.getFileName(), () -> run(file, entry)));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void run(Path file, Consumer<byte[]> entry) throws IOException {
    byte[] whole = Files.readAllBytes(file);
    entry.accept(whole.clone());
    for (long seed = 0; seed < DAMAGES; seed++) {
      byte[] input = damaged(whole, new Random(seed));
      try {
        entry.accept(input.clone());
      } catch (RuntimeException | AssertionError | StackOverflowError e) {
        throw new AssertionError(
            file + ", damage " + seed + ": " + HexFormat.of().formatHex(input), e);
      }
    }
  }

  /** Some bytes changed, and the end cut off or a part repeated now and then. */
  private static byte[] damaged(byte[] whole, Random random) {
    byte[] out = whole.clone();
    for (int n = random.nextInt(1, 5); n > 0 && out.length > 0; n--) {
      int at = random.nextInt(out.length);
      switch (random.nextInt(4)) {
        case 0 -> out[at] = (byte) random.nextInt();
        case 1 -> out[at] ^= (byte) (1 << random.nextInt(8));
        case 2 -> out[at] = (byte) (random.nextBoolean() ? 0xff : 0);
        default -> out = random.nextBoolean() ? Arrays.copyOf(out, at) : repeated(out, at, random);
      }
    }
    return out;
  }

  private static byte[] repeated(byte[] bytes, int at, Random random) {
    int length = random.nextInt(bytes.length - at) + 1;
    byte[] out = Arrays.copyOf(bytes, bytes.length + length);
    System.arraycopy(bytes, at, out, at + length, bytes.length - at);
    return out;
  }
}

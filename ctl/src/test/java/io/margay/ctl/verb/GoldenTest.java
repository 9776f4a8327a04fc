package io.margay.ctl.verb;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TimeZone;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * A directory of src/test/golden is a test: {@code command}, what the agent answers, and what is
 * printed. {@code -Dmargay.bless=true} writes what came out.
 */
@Timeout(60)
class GoldenTest {
  private static final Path ROOT = Path.of("src/test/golden");
  private static final TimeZone ZONE = TimeZone.getDefault();

  @TempDir private Path directory;

  @BeforeAll
  static void useUtc() {
    TimeZone.setDefault(TimeZone.getTimeZone("UTC"));
  }

  @AfterAll
  static void useOwnZone() {
    TimeZone.setDefault(ZONE);
  }

  @TestFactory
  Stream<DynamicTest> everyCase() throws IOException {
    try (Stream<Path> all = Files.list(ROOT)) {
      return all.sorted().toList().stream()
          .map(c -> DynamicTest.dynamicTest(c.getFileName().toString(), () -> check(c)));
    }
  }

  private void check(Path golden) throws Exception {
    Path socket = directory.resolve(golden.getFileName() + ".sock");
    var words = new ArrayList<>(List.of(read(golden, "command").strip().split(" ")));
    words.add("--socket=" + socket);
    var out = new StringWriter();
    var err = new StringWriter();
    int exit;
    try (var _ = new StandIn(socket, List.of(read(golden, "answer.json")), () -> {})) {
      exit =
          Margayctl.run(new PrintWriter(out), new PrintWriter(err), words.toArray(String[]::new));
    }
    assertThat(err.toString()).isEmpty();
    assertThat(exit).isZero();
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(golden.resolve("out.txt"), out.toString());
    }
    assertThat(out.toString()).isEqualTo(read(golden, "out.txt"));
  }

  private static String read(Path directory, String file) throws IOException {
    return Files.readString(directory.resolve(file));
  }
}

package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.Shapes;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.TestFactory;

/**
 * What a few commands leave in the store, object by object. A directory under {@code
 * src/test/golden} is a case: {@code in.txt} has the commands, {@code out.txt} answers and objects.
 */
@Tag("golden")
class GoldenTest {
  private static final Path CASES = Path.of("src/test/golden");

  @TestFactory
  Stream<DynamicTest> everyCaseLeavesTheSameObjects() throws IOException {
    try (Stream<Path> cases = Files.list(CASES)) {
      return cases.sorted().toList().stream()
          .map(dir -> DynamicTest.dynamicTest(dir.getFileName().toString(), () -> check(dir)));
    }
  }

  private static void check(Path dir) throws IOException {
    var cluster = new Cluster();
    var out = new StringBuilder();
    for (String line : Files.readAllLines(dir.resolve("in.txt"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        out.append("> ").append(line).append('\n').append(run(cluster, line.split(" ")));
      }
    }
    Path expected = dir.resolve("out.txt");
    if (Boolean.getBoolean("margay.bless")) {
      Files.writeString(expected, out);
    }
    assertThat(out.toString()).isEqualTo(Files.readString(expected));
  }

  private static String run(Cluster cluster, String[] words) {
    return switch (words[0]) {
      case "pool" -> {
        cluster.pool(words[1], words[2], Integer.parseInt(words[3]));
        yield "";
      }
      case "wait" -> {
        cluster.pass(Duration.parse(words[1]));
        yield "";
      }
      case "assign" -> cluster.node(words[2]).assign(request(words)) + "\n";
      case "given" ->
          cluster
                  .node(words[2])
                  .assignGiven(new GivenRequest(Ip.of(words[1]), words[3], attributes(words)))
              + "\n";
      case "release" -> cluster.node(words[1]).releaseHandle(words[2]) + "\n";
      case "free" ->
          cluster
                  .node(words[1])
                  .release(
                      List.of(
                          new ReleaseRequest(
                              Ip.of(words[2]), Optional.empty(), OptionalLong.empty())))
              + "\n";
      case "show" -> Shapes.of(cluster.store);
      default -> throw new IllegalArgumentException("no command " + words[0]);
    };
  }

  private static AssignRequest request(String[] words) {
    return new AssignRequest(
        Family.valueOf(words[1]),
        Pool.Use.WORKLOAD,
        words[3],
        attributes(words),
        List.of(),
        Optional.empty());
  }

  /** All words with an equals sign. */
  private static Map<String, String> attributes(String[] words) {
    var attributes = new TreeMap<String, String>();
    Arrays.stream(words)
        .filter(w -> w.contains("="))
        .map(w -> w.split("=", 2))
        .forEach(pair -> attributes.put(pair[0], pair[1]));
    return attributes;
  }
}

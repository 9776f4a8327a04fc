package io.margay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.margay.bench.fib.FibBench;
import io.margay.bench.frame.Bench;
import io.margay.bench.frame.FakeBench;
import io.margay.bench.frame.Measure;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class MainTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aNameThatFitsNothingRunsNothing() {
    var bench = FakeBench.of("fib", "fib.add");
    assertThat(run(List.of(bench), "fib", "fob")).isEqualTo(2);
    assertThat(text(err))
        .isEqualTo(
            "bench: nothing is measured as \"fob\"; there are fib.add, and their first words\n");
    assertThat(text(out)).isEmpty();
    assertThat(bench.log).isEmpty();
  }

  @Test
  void whatCannotRunHereSaysWhy() {
    var bench = FakeBench.lacking("needs root", "fib", "fib.add");
    assertThat(run(List.of(FakeBench.of("bgp", "bgp.one"), bench))).isEqualTo(1);
    assertThat(text(err)).isEqualTo("bench: fib needs root\n");
    assertThat(text(out)).isEmpty();
  }

  @Test
  void linesGoToStandardOutputAndTheTableToTheOther() {
    assertThat(run(List.of(FakeBench.of("fib", "fib.add", "fib.one")), "fib.one")).isZero();
    assertThat(text(out)).startsWith("{\"bench\":\"fib.one\",\"value\":1.0,").hasLineCount(1);
    assertThat(text(err)).contains("bench: fib: run 1 of 1").contains("BENCH").contains("0.10");
  }

  /** The whole of it with a small table: so that it works on the day when it is needed. */
  @Test
  void everyMeasureOfFibHasAValueOfBothSides() throws IOException {
    String root = System.getProperty("margay.root", "../..");
    var fib = new FibBench(200, Path.of(root).resolve(FibBench.AGENT_JVM_OPTIONS));
    Optional<String> obstacle = fib.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> "fib " + obstacle.orElse(""));

    assertThat(run(List.of(fib))).as(text(err)).isZero();
    var names = new ArrayList<String>();
    for (String line : text(out).lines().toList()) {
      JsonNode result = JsonMapper.builder().build().readTree(line);
      names.add(result.get("bench").asText());
      assertThat(result.get("value").asDouble()).as(line).isPositive();
      assertThat(result.get("peer_value").asDouble()).as(line).isPositive();
    }
    assertThat(names).isEqualTo(fib.measures().stream().map(Measure::name).toList());
  }

  private int run(List<Bench> benches, String... names) {
    return new Main(1, stream(out), stream(err)).run(benches, List.of(names));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

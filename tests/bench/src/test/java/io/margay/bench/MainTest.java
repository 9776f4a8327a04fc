package io.margay.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.margay.bench.api.ApiBench;
import io.margay.bench.bgp.BgpBenches;
import io.margay.bench.fib.BirdBench;
import io.margay.bench.fib.FibBench;
import io.margay.bench.frame.Bench;
import io.margay.bench.frame.FakeBench;
import io.margay.bench.frame.Measure;
import io.margay.bench.tunnel.TunnelBenches;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MainTest {
  private static final Path ROOT =
      Path.of(System.getProperty("margay.root", "../..")).toAbsolutePath().normalize();

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();
  private Optional<Path> page = Optional.empty();

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

  @Test
  void aPageGetsItsTableAnew(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("page.md");
    page = Optional.of(file);
    Files.writeString(file, "# Fast\n<!-- bench fib -->\n<!-- end -->\n");
    assertThat(run(List.of(FakeBench.of("fib", "fib.add")))).isZero();
    assertThat(Files.readString(file)).contains("| `fib.add` | things/s | 1.00 |");
  }

  @Test
  void aPageWithoutAPlaceForItIsFoundBeforeAnythingRuns(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("page.md");
    page = Optional.of(file);
    Files.writeString(file, "<!-- bench bgp -->\n<!-- end -->\n");
    var bench = FakeBench.of("fib", "fib.add");
    assertThat(run(List.of(bench))).isEqualTo(1);
    assertThat(text(err)).contains("page.md has no place for any of these");
    page = Optional.of(folder.resolve("none.md"));
    assertThat(run(List.of(bench))).isEqualTo(1);
    assertThat(text(err)).contains("none.md is no file that can be written");
    assertThat(bench.log).isEmpty();
  }

  /** The whole of it with a small table: so that it works on the day when it is needed. */
  @Test
  void everyMeasureOfFibHasAValueOfBothSides() throws IOException {
    var fib = new FibBench(200, ROOT.resolve(FibBench.AGENT_JVM_OPTIONS));
    Map<String, Double> peer = valuesOf(fib);
    peer.remove(FibBench.HEAP);
    assertThat(peer).allSatisfy((name, value) -> assertThat(value).as(name).isPositive());
  }

  @Test
  void routesBesideBirdHaveAValueOfBothSides() throws IOException {
    var bird = new BirdBench(200, ROOT.resolve(FibBench.AGENT_JVM_OPTIONS));
    assertThat(valuesOf(bird)).allSatisfy((name, peer) -> assertThat(peer).as(name).isPositive());
  }

  /** The scenario that most others are made of, with BIRD. */
  @Test
  void everyMeasureOfTablesBesideBirdHasAValueOfBothSides() throws IOException {
    Bench bench = BgpBenches.small(ROOT).getFirst();
    assertThat(valuesOf(bench)).allSatisfy((name, peer) -> assertThat(peer).as(name).isPositive());
  }

  /** Every scenario with every other speaker: a minute or two, mostly timers of theirs. */
  @Test
  @Tag("long")
  void everyMeasureOfBgpHasAValueOfBothSides() throws IOException {
    for (Bench bench : BgpBenches.small(ROOT)) {
      out.reset();
      assertThat(valuesOf(bench)).hasSize(bench.measures().size());
    }
  }

  /** Margay's forwarder beside the plain one, some seconds each. */
  @Test
  void everyMeasureOfTheForwarderHasAValueOfBothSides() throws IOException {
    Map<String, Double> peer = valuesOf(TunnelBenches.brief().getFirst());
    // The kernel counts in steps of ten milliseconds, which so little traffic may not fill.
    peer.remove("tunnel.ipip.userspace.cpu");
    assertThat(peer).allSatisfy((name, value) -> assertThat(value).as(name).isPositive());
  }

  /** Every way between two nodes: half a minute. */
  @Test
  @Tag("long")
  void everyMeasureOfTunnelsHasAValueOfBothSides() throws IOException {
    for (Bench bench : TunnelBenches.brief()) {
      out.reset();
      assertThat(valuesOf(bench)).hasSize(bench.measures().size());
    }
  }

  /** An agent in a small cluster, so that the large one works. */
  @Test
  void everyMeasureOfApiHasAValueOfBothSides() throws Exception {
    Map<String, Double> peer = valuesOf(ApiBench.small(ROOT));
    peer.remove(ApiBench.IDLE);
    assertThat(peer).allSatisfy((name, value) -> assertThat(value).as(name).isPositive());
  }

  /** Runs it once, or skips where it cannot; what the peer had, by measure. */
  private Map<String, Double> valuesOf(Bench bench) throws IOException {
    Optional<String> obstacle = bench.obstacle();
    assumeTrue(obstacle.isEmpty(), () -> bench.name() + " " + obstacle.orElse(""));
    assertThat(run(List.of(bench))).as(text(err)).isZero();
    var peers = new LinkedHashMap<String, Double>();
    for (String line : text(out).lines().toList()) {
      JsonNode result = JsonMapper.builder().build().readTree(line);
      assertThat(result.get("value").asDouble()).as(line).isNotNegative();
      peers.put(result.get("bench").asText(), result.get("peer_value").asDouble());
    }
    assertThat(peers.keySet()).containsExactlyElementsOf(names(bench));
    return peers;
  }

  private static List<String> names(Bench bench) {
    return bench.measures().stream().map(Measure::name).toList();
  }

  private int run(List<Bench> benches, String... names) {
    return new Main(OptionalInt.of(1), Optional.empty(), page, stream(out), stream(err))
        .run(benches, List.of(names));
  }

  private static PrintStream stream(ByteArrayOutputStream bytes) {
    return new PrintStream(bytes, true, StandardCharsets.UTF_8);
  }

  private static String text(ByteArrayOutputStream bytes) {
    return bytes.toString(StandardCharsets.UTF_8);
  }
}

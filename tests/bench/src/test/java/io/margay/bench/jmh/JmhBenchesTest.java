package io.margay.bench.jmh;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bench.frame.Bench;
import io.margay.bench.frame.Measure;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.openjdk.jmh.runner.BenchmarkList;
import org.openjdk.jmh.runner.BenchmarkListEntry;
import org.openjdk.jmh.runner.format.OutputFormatFactory;
import org.openjdk.jmh.runner.options.VerboseMode;

class JmhBenchesTest {
  private static final Path ROOT =
      Path.of(System.getProperty("margay.root", "../..")).toAbsolutePath().normalize();

  private final List<Bench> all = JmhBenches.all(ROOT);

  @Test
  void everyMethodThatJmhKnowsHasOneName() {
    var silent = OutputFormatFactory.createFormatInstance(System.out, VerboseMode.SILENT);
    Set<BenchmarkListEntry> known =
        BenchmarkList.defaultList().find(silent, List.of(".*"), List.of());
    assertThat(all.stream().map(bench -> ((JmhBench) bench).method()))
        .containsExactlyInAnyOrderElementsOf(
            known.stream().map(BenchmarkListEntry::getUsername).toList());
    assertThat(all.stream().map(Bench::name)).doesNotHaveDuplicates();
  }

  @Test
  void aMethodHasATimeAndAnAllocation() {
    assertThat(all.getFirst().measures())
        .containsExactly(
            new Measure("jmh.decode", "ns/route", Measure.Better.LOWER),
            new Measure("jmh.decode.alloc", "B/route", Measure.Better.LOWER));
  }

  /** JMH itself, which takes the seconds that a table takes. */
  @Test
  @Tag("long")
  void jmhMeasuresBoth() {
    Bench decode = all.getFirst();
    try (Bench.Course course = decode.open()) {
      assertThat(course.ours())
          .hasEntrySatisfying("jmh.decode", nanos -> assertThat(nanos).isPositive())
          .hasEntrySatisfying("jmh.decode.alloc", bytes -> assertThat(bytes).isLessThan(1));
    }
  }
}

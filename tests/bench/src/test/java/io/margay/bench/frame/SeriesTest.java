package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SeriesTest {
  record Case(String name, List<Double> values, double min, double median, double max) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("one value", List.of(7.0), 7, 7, 7),
        new Case("odd, unsorted", List.of(3.0, 1.0, 2.0), 1, 2, 3),
        new Case("even: the mean of the two in the middle", List.of(4.0, 1.0, 3.0, 2.0), 1, 2.5, 4),
        new Case("equal values", List.of(5.0, 5.0, 5.0), 5, 5, 5));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void hasTheSmallestTheMiddleAndTheLargest(Case c) {
    var series = new Series(c.values());
    assertThat(series.min()).isEqualTo(c.min());
    assertThat(series.median()).isEqualTo(c.median());
    assertThat(series.max()).isEqualTo(c.max());
    assertThat(series.best(Measure.Better.LOWER)).isEqualTo(c.min());
    assertThat(series.best(Measure.Better.HIGHER)).isEqualTo(c.max());
  }

  @Test
  void aPercentileIsAValueThatWasMeasured() {
    var hundred = new Series(IntStream.rangeClosed(1, 100).mapToObj(i -> (double) i).toList());
    assertThat(hundred.percentile(1)).isEqualTo(1);
    assertThat(hundred.percentile(50)).isEqualTo(50);
    assertThat(hundred.percentile(99)).isEqualTo(99);
    assertThat(hundred.percentile(100)).isEqualTo(100);
    var two = new Series(List.of(9.0, 4.0));
    assertThat(two.percentile(50)).isEqualTo(4);
    assertThat(two.percentile(51)).isEqualTo(9);
  }

  @Test
  void aSeriesHasAValueAndAPercentileIsOfAHundred() {
    assertThatThrownBy(() -> new Series(List.of())).hasMessageContaining("without a value");
    var one = new Series(List.of(1.0));
    assertThatThrownBy(() -> one.percentile(0)).hasMessageContaining("percentile 0");
    assertThatThrownBy(() -> one.percentile(101)).hasMessageContaining("percentile 101");
  }
}

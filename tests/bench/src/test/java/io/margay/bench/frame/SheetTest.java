package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.LocalDate;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class SheetTest {
  private static final Sheet SHEET = new Sheet(LocalDate.of(2026, 11, 21), "2 processors, Linux 6");

  private static final String PAGE =
      """
      # Fast

      <!-- bench fib -->
      as it was
      <!-- end -->

      <!-- bench tunnel.modes -->
      <!-- end -->

      That was $1.
      """;

  @Test
  void aSectionHasTheTableOfWhatWasMeasuredUnderItsName() {
    String page =
        SHEET.in(
            PAGE,
            List.of(
                result("tunnel.modes.vxlan", List.of(500.0, 700.0), List.of(10_000.0, 28_000.0)),
                result("tunnel.modes.c", List.of(1.5), List.of(1.5)),
                result("tunnel.modest", List.of(1.0), List.of(1.0))));
    assertThat(page)
        .isEqualTo(
            """
            # Fast

            <!-- bench fib -->
            as it was
            <!-- end -->

            <!-- bench tunnel.modes -->
            2026-11-21, 2 processors, Linux 6; the best of 2 runs.

            | name | unit | value | median | beside | its value | its median | ratio |
            | --- | --- | ---: | ---: | --- | ---: | ---: | ---: |
            | `tunnel.modes.vxlan` | Mbit/s | 700.0 | 600.0 | plain | 28,000 | 19,000 | 0.025 |
            | `tunnel.modes.c` | Mbit/s | 1.50 | 1.50 | plain | 1.50 | 1.50 | 1.00 |
            <!-- end -->

            That was $1.
            """);
  }

  @Test
  void theNextTimeItIsMadeAnew() {
    String once = SHEET.in(PAGE, List.of(result("fib.add", List.of(1.0), List.of(2.0))));
    assertThat(SHEET.in(once, List.of(result("fib.add", List.of(1.0), List.of(2.0)))))
        .isEqualTo(once)
        .doesNotContain("as it was");
  }

  @Test
  void aPageHasAPlaceForWhatASectionNames() {
    assertThat(Sheet.hasPlace(PAGE, List.of(measures("fib.add"), measures("bgp.one")))).isTrue();
    assertThat(Sheet.hasPlace(PAGE, List.of(measures("fibula.add")))).isFalse();
    assertThat(Sheet.hasPlace("<!-- bench fib -->\n", List.of(measures("fib.add")))).isFalse();
  }

  private static List<Measure> measures(String name) {
    return List.of(new Measure(name, "Mbit/s", Measure.Better.HIGHER));
  }

  private static Result result(String name, List<Double> ours, List<Double> theirs) {
    return new Result(
        measures(name).getFirst(),
        Optional.of("plain"),
        Optional.of(new Series(ours)),
        Optional.of(new Series(theirs)));
  }
}

package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SelectionTest {
  private static final List<Bench> ALL =
      List.of(
          FakeBench.of("fib", "fib.add", "fib.add.fresh", "fib.one"),
          FakeBench.of("fibre", "fibre.light"));

  record Case(String name, List<String> asked, List<String> chosen) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> chosen() {
    return Stream.of(
        new Case(
            "no name: everything",
            List.of(),
            List.of("fib.add", "fib.add.fresh", "fib.one", "fibre.light")),
        new Case("a name", List.of("fib.one"), List.of("fib.one")),
        new Case(
            "a first word, not first letters",
            List.of("fib"),
            List.of("fib.add", "fib.add.fresh", "fib.one")),
        new Case(
            "a name that others go on from",
            List.of("fib.add"),
            List.of("fib.add", "fib.add.fresh")),
        new Case(
            "several, twice: in the house's order",
            List.of("fibre", "fib.one", "fib.one"),
            List.of("fib.one", "fibre.light")));
  }

  @ParameterizedTest
  @MethodSource("chosen")
  void namesChooseMeasures(Case c) {
    var chosen = (Selection.Chosen) Selection.of(ALL, c.asked());
    assertThat(chosen.benches().values().stream().flatMap(List::stream).map(Measure::name))
        .containsExactlyElementsOf(c.chosen());
  }

  static Stream<Case> unknown() {
    return Stream.of(
        new Case("no such name", List.of("fob"), List.of("\"fob\"")),
        new Case("half a word", List.of("fib.a"), List.of("\"fib.a\"")),
        new Case(
            "beside a good one", List.of("fib", "fib.two", ""), List.of("\"fib.two\"", "\"\"")));
  }

  @ParameterizedTest
  @MethodSource("unknown")
  void aNameThatFitsNothingIsAnErrorThatListsWhatThereIs(Case c) {
    assertThat(Selection.of(ALL, c.asked()))
        .isEqualTo(
            new Selection.Unknown(
                "nothing is measured as "
                    + String.join(", ", c.chosen())
                    + "; there are fib.add, fib.add.fresh, fib.one, fibre.light, and their first"
                    + " words"));
  }
}

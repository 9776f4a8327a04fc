package io.margay.bench.frame;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ArgumentsTest {
  record Case(String arguments, Arguments expected) {
    @Override
    public String toString() {
      return '"' + arguments + '"';
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("", asked(OptionalInt.empty(), Optional.empty())),
        new Case("fib bgp.one", asked(OptionalInt.empty(), Optional.empty(), "fib", "bgp.one")),
        new Case("--runs 3 bgp", asked(OptionalInt.of(3), Optional.empty(), "bgp")),
        new Case("bgp --runs 1", asked(OptionalInt.of(1), Optional.empty(), "bgp")),
        new Case("--plot x.svg", asked(OptionalInt.empty(), Optional.of(Path.of("x.svg")))),
        new Case(
            "--table x.md",
            new Arguments.Asked(
                OptionalInt.empty(), Optional.empty(), Optional.of(Path.of("x.md")), List.of())),
        new Case("--table", new Arguments.Bad("--table takes the page that the table goes to")),
        new Case("--runs 0", new Arguments.Bad("--runs takes a number from 1 to 999, not \"0\"")),
        new Case(
            "--runs bgp", new Arguments.Bad("--runs takes a number from 1 to 999, not \"bgp\"")),
        new Case("bgp --runs", new Arguments.Bad("--runs takes a number from 1 to 999, not \"\"")),
        new Case("--plot", new Arguments.Bad("--plot takes the file that the picture goes to")));
  }

  private static Arguments asked(OptionalInt runs, Optional<Path> plot, String... names) {
    return new Arguments.Asked(runs, plot, Optional.empty(), List.of(names));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void areReadInAnyOrder(Case c) {
    List<String> words =
        Stream.of(c.arguments().split(" ", -1)).filter(word -> !word.isEmpty()).toList();
    assertThat(Arguments.read(words)).isEqualTo(c.expected());
  }
}

package io.margay.agent.clean;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.clean.Options.Format;
import io.margay.agent.clean.Options.Reading;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class OptionsTest {
  record Case(String typed, Reading expected) {}

  static List<Case> cases() {
    return List.of(
        new Case("", read(false, false, false, Format.TABLE)),
        new Case("--dry-run", read(true, false, false, Format.TABLE)),
        new Case("--pods --force", read(false, true, true, Format.TABLE)),
        new Case("-o json --dry-run", read(true, false, false, Format.JSON)),
        new Case("-oyaml", read(false, false, false, Format.YAML)),
        new Case("--output=json", read(false, false, false, Format.JSON)),
        new Case("--output yaml", read(false, false, false, Format.YAML)),
        new Case("-h --nonsense", new Reading.Help()),
        new Case("--dryrun", new Reading.Wrong("\"--dryrun\" is not understood here")),
        new Case("all", new Reading.Wrong("\"all\" is not understood here")),
        new Case("-o", new Reading.Wrong("\"-o\" is not understood here")),
        new Case("-o JSON", new Reading.Wrong("\"-o\" is not understood here")));
  }

  private static Reading read(boolean dryRun, boolean pods, boolean force, Format format) {
    return new Reading.Read(new Options(dryRun, pods, force, format));
  }

  /** A word that is not known must never be taken for leave to remove. */
  @ParameterizedTest
  @MethodSource("cases")
  void whatIsTypedIsUnderstoodWholeOrNotAtAll(Case c) {
    List<String> words = c.typed.isEmpty() ? List.of() : List.of(c.typed.split(" "));
    assertThat(Options.read(words)).isEqualTo(c.expected);
  }
}

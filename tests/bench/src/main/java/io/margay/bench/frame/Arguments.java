package io.margay.bench.frame;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** What stands behind {@code ./dev bench}. */
public sealed interface Arguments {
  /**
   * What is to be done.
   *
   * @param runs of each side, 1 or more; empty for as many as a bench has by itself
   * @param plot where a picture of the ratios goes
   * @param page whose tables of what is measured are to be made anew
   * @param names of benches and measures; none for everything
   */
  record Asked(OptionalInt runs, Optional<Path> plot, Optional<Path> page, List<String> names)
      implements Arguments {}

  /** Arguments that mean nothing, as an error that says what would. */
  record Bad(String error) implements Arguments {}

  /** Reads them. */
  static Arguments read(List<String> arguments) {
    OptionalInt runs = OptionalInt.empty();
    Optional<Path> plot = Optional.empty();
    Optional<Path> page = Optional.empty();
    var names = new ArrayList<String>();
    for (Iterator<String> left = arguments.iterator(); left.hasNext(); ) {
      String word = left.next();
      switch (word) {
        case "--runs" -> {
          String number = left.hasNext() ? left.next() : "";
          if (!number.matches("[1-9][0-9]{0,2}")) {
            return new Bad("--runs takes a number from 1 to 999, not \"" + number + '"');
          }
          runs = OptionalInt.of(Integer.parseInt(number));
        }
        case "--plot" -> {
          if (!left.hasNext()) {
            return new Bad("--plot takes the file that the picture goes to");
          }
          plot = Optional.of(Path.of(left.next()));
        }
        case "--table" -> {
          if (!left.hasNext()) {
            return new Bad("--table takes the page that the table goes to");
          }
          page = Optional.of(Path.of(left.next()));
        }
        default -> names.add(word);
      }
    }
    return new Asked(runs, plot, page, List.copyOf(names));
  }
}

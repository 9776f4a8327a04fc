package io.margay.agent.clean;

import java.util.ArrayDeque;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * What was typed behind {@code margayctl node cleanup}.
 *
 * @param dryRun only show
 * @param pods pods' interfaces and the routes to them go, too
 * @param force also while the agent runs
 */
record Options(boolean dryRun, boolean pods, boolean force, Format format) {
  static final String USAGE =
      """
      Usage: margayctl node cleanup [--dry-run] [--pods] [--force] [-o FORMAT]
      Removes what Margay (or Calico before it) made on this node, and nothing else. Works without the agent.
            --dry-run         Show what would go, with the reason why it counts as ours; change nothing.
            --pods            Pods' interfaces and the routes to them go as well: these pods have to be made anew.
            --force           Also while the agent runs, which will put most of it back.
        -o, --output=FORMAT   table, json or yaml (default: table).
        -h, --help            Show this text.
      """;

  /** How the result is shown. */
  enum Format {
    TABLE,
    JSON,
    YAML
  }

  /** What became of reading them. */
  sealed interface Reading {
    record Read(Options options) implements Reading {}

    record Help() implements Reading {}

    record Wrong(String why) implements Reading {}
  }

  static Reading read(List<String> arguments) {
    boolean dryRun = false;
    boolean pods = false;
    boolean force = false;
    Format format = Format.TABLE;
    var rest = new ArrayDeque<>(arguments);
    while (!rest.isEmpty()) {
      String next = rest.poll();
      switch (next) {
        case "--dry-run" -> dryRun = true;
        case "--pods" -> pods = true;
        case "--force" -> force = true;
        case "-h", "--help" -> {
          return new Reading.Help();
        }
        default -> {
          Optional<Format> chosen = format(next, rest);
          if (chosen.isEmpty()) {
            return new Reading.Wrong("\"" + next + "\" is not understood here");
          }
          format = chosen.get();
        }
      }
    }
    return new Reading.Read(new Options(dryRun, pods, force, format));
  }

  private static Optional<Format> format(String option, ArrayDeque<String> rest) {
    String word;
    if (option.equals("-o") || option.equals("--output")) {
      word = rest.isEmpty() ? "" : rest.poll();
    } else if (option.startsWith("--output=")) {
      word = option.substring("--output=".length());
    } else if (option.startsWith("-o") && option.length() > 2) {
      word = option.substring(2);
    } else {
      return Optional.empty();
    }
    return List.of(Format.values()).stream()
        .filter(format -> format.name().toLowerCase(Locale.ROOT).equals(word))
        .findFirst();
  }
}

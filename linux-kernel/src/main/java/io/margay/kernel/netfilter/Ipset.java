package io.margay.kernel.netfilter;

import io.margay.kernel.process.Program;
import io.margay.kernel.process.ProgramException;
import io.margay.kernel.process.ProgramResult;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Sets of addresses by the ipset program. Commands go in groups: within one the first failure ends
 * it, the other groups are done all the same.
 */
public final class Ipset {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern LINE = Pattern.compile("[Ll]ine (\\d+)");

  private final List<String> launcher;

  /** {@code launcher} stands before the program: {@code nsenter --net=PATH}, or nothing. */
  public Ipset(List<String> launcher) {
    this.launcher = List.copyOf(launcher);
  }

  /**
   * All sets with their members, as ipset's own commands.
   *
   * @throws ProgramException when they cannot be read
   */
  public String save() {
    return run(Optional.empty(), "save").orThrow().out();
  }

  /**
   * Does groups of commands, in order. What is there already, or gone already, is no failure.
   *
   * @return for each group: empty, or why it was not done to its end, in ipset's words
   * @throws ProgramException when the program cannot be run at all
   */
  public List<Optional<String>> restore(List<List<String>> groups) {
    var results =
        new ArrayList<Optional<String>>(Collections.nCopies(groups.size(), Optional.empty()));
    var parts = new ArrayList<Part>();
    for (int i = 0; i < groups.size(); i++) {
      parts.add(new Part(i, groups.get(i)));
    }
    while (!parts.isEmpty()) {
      ProgramResult result = run(Optional.of(text(parts)), "restore", "-exist");
      if (result.succeeded()) {
        break;
      }
      int failed = partOf(line(result), parts);
      results.set(parts.get(failed).group, Optional.of(result.err().strip()));
      var rest = new ArrayList<Part>();
      if (failed > 0) {
        rest.add(parts.get(failed - 1).mayBeLost());
      }
      rest.addAll(parts.subList(failed + 1, parts.size()));
      parts = rest;
    }
    return results;
  }

  /** Commands of a group, by its number. */
  private record Part(int group, List<String> commands) {
    /**
     * ipset stops at the first line that fails and those before it are done, except that it gathers
     * additions to a set and forgets them when the next line is none (seen with 7.17).
     */
    Part mayBeLost() {
      int from = commands.size();
      while (from > 0 && commands.get(from - 1).matches("(add|del) .*")) {
        from--;
      }
      return new Part(group, commands.subList(from, commands.size()));
    }
  }

  private static String text(List<Part> parts) {
    var text = new StringBuilder();
    parts.forEach(part -> part.commands.forEach(command -> text.append(command).append('\n')));
    return text.toString();
  }

  private static int line(ProgramResult result) {
    Matcher matcher = LINE.matcher(result.err());
    if (!matcher.find()) {
      result.orThrow();
    }
    return Integer.parseInt(matcher.group(1));
  }

  private static int partOf(int line, List<Part> parts) {
    int before = 0;
    for (int i = 0; i < parts.size(); i++) {
      before += parts.get(i).commands.size();
      if (line <= before) {
        return i;
      }
    }
    return parts.size() - 1;
  }

  private ProgramResult run(Optional<String> stdin, String... arguments) {
    var argv = new ArrayList<>(launcher);
    argv.add("ipset");
    argv.addAll(List.of(arguments));
    return Program.run(argv, stdin, LIMIT);
  }
}

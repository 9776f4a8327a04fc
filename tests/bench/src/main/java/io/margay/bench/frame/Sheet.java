package io.margay.bench.frame;

import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Results in a page for people (Markdown): a table between a line {@code <!-- bench NAME -->} and a
 * line {@code <!-- end -->}, made anew from what was measured under that name.
 *
 * @param day on which it was measured
 * @param machine what it was measured on
 */
public record Sheet(LocalDate day, String machine) {
  /** The line behind a table. */
  public static final String END = "<!-- end -->";

  private static final Pattern SECTION =
      Pattern.compile("(?ms)^<!-- bench ([a-z0-9.]+) -->\n(.*?)^" + END + "$");

  private static final String HEAD =
      """
      | name | unit | value | median | beside | its value | its median | ratio |
      | --- | --- | ---: | ---: | --- | ---: | ---: | ---: |
      """;

  /** Today, and this machine. */
  public static Sheet ofHereAndNow() {
    String release = System.getProperty("os.version").replaceFirst("-.*", "");
    int processors = Runtime.getRuntime().availableProcessors();
    return new Sheet(
        LocalDate.now(ZoneOffset.UTC),
        processors + " processors, " + System.getProperty("os.name") + " " + release);
  }

  /** Whether a page has a section for any of these measures. */
  public static boolean hasPlace(String page, Collection<List<Measure>> measures) {
    return SECTION
        .matcher(page)
        .results()
        .map(section -> section.group(1))
        .anyMatch(name ->
            measures.stream()
                .flatMap(List::stream)
                .anyMatch(measure -> Selection.covers(name, measure.name())));
  }

  /** The page with the tables of these results; what else stands in it stays. */
  public String in(String page, List<Result> results) {
    return SECTION
        .matcher(page)
        .replaceAll(section -> Matcher.quoteReplacement(renewed(section, results)));
  }

  private String renewed(MatchResult section, List<Result> results) {
    String name = section.group(1);
    List<Result> shown =
        results.stream().filter(result -> Selection.covers(name, result.measure().name())).toList();
    return shown.isEmpty() ? section.group() : "<!-- bench " + name + " -->\n" + table(shown) + END;
  }

  private String table(List<Result> results) {
    int runs =
        results.stream()
            .flatMap(result -> result.ours().stream())
            .mapToInt(series -> series.values().size())
            .max()
            .orElse(0);
    return "%s, %s; the best of %d runs.\n\n%s".formatted(day, machine, runs, HEAD)
        + results.stream().map(Sheet::row).collect(Collectors.joining());
  }

  private static String row(Result result) {
    var cells = new ArrayList<>(Table.cells(result));
    cells.set(0, '`' + cells.getFirst() + '`');
    return cells.stream().map(cell -> " " + cell + " |").collect(Collectors.joining("", "|", "\n"));
  }
}

package io.margay.ctl.print;

import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Columns for a table of any length: printed a page at a time, each as wide as what was seen so far
 * asks for.
 */
public final class LongTable {
  private static final int PAGE = 1000;

  private final PrintWriter out;
  private final int[] widths;
  private final List<List<String>> page = new ArrayList<>();

  /** A table whose heading is printed with the first page. */
  public LongTable(PrintWriter out, String... heading) {
    this.out = out;
    this.widths = new int[heading.length];
    row(heading);
  }

  /** Adds a row; it must have as many cells as the heading. */
  public void row(String... cells) {
    if (cells.length != widths.length) {
      throw new IllegalArgumentException(
          cells.length
              + " cells under a heading of "
              + widths.length
              + ": "
              + Arrays.toString(cells));
    }
    page.add(List.of(cells));
    if (page.size() == PAGE) {
      end();
    }
  }

  /** Prints what is not printed yet. */
  public void end() {
    for (List<String> row : page) {
      for (int i = 0; i < widths.length; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    var text = new StringBuilder();
    page.forEach(row -> Table.appendColumns(text, row, widths));
    out.print(text);
    page.clear();
  }
}

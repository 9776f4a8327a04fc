package io.margay.ctl.print;

import java.util.ArrayList;
import java.util.List;

/** Rows under a heading, drawn as a grid or as plain columns. */
public final class Table {
  private final List<String> heading;
  private final List<List<String>> rows = new ArrayList<>();

  public Table(String... heading) {
    this.heading = List.of(heading);
  }

  /** Adds a row; it must have as many cells as the heading. */
  public Table row(String... cells) {
    if (cells.length != heading.size()) {
      throw new IllegalArgumentException(cells.length + " cells under " + heading);
    }
    rows.add(List.of(cells));
    return this;
  }

  public boolean isEmpty() {
    return rows.isEmpty();
  }

  /** The grid that calicoctl draws: headings in the middle, cells to the left. */
  public String grid() {
    int[] widths = widths();
    var line = new StringBuilder("+");
    for (int width : widths) {
      line.append("-".repeat(width + 2)).append('+');
    }
    line.append('\n');
    var out = new StringBuilder(line).append('|');
    for (int i = 0; i < widths.length; i++) {
      int room = widths[i] - heading.get(i).length();
      int before = room / 2;
      out.append(' ')
          .append(" ".repeat(before))
          .append(heading.get(i))
          .append(" ".repeat(room - before))
          .append(" |");
    }
    out.append('\n').append(line);
    for (List<String> row : rows) {
      out.append('|');
      for (int i = 0; i < widths.length; i++) {
        out.append(' ').append(padded(row.get(i), widths[i])).append(" |");
      }
      out.append('\n');
    }
    return out.append(line).toString();
  }

  /** Columns with two blanks between, as kubectl prints. */
  public String columns() {
    int[] widths = widths();
    var out = new StringBuilder();
    appendColumns(out, heading, widths);
    rows.forEach(row -> appendColumns(out, row, widths));
    return out.toString();
  }

  static void appendColumns(StringBuilder out, List<String> cells, int[] widths) {
    var line = new StringBuilder();
    for (int i = 0; i < widths.length; i++) {
      line.append(padded(cells.get(i), widths[i])).append("  ");
    }
    out.append(line.toString().stripTrailing()).append('\n');
  }

  private int[] widths() {
    int[] widths = new int[heading.size()];
    for (int i = 0; i < widths.length; i++) {
      widths[i] = heading.get(i).length();
      for (List<String> row : rows) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    return widths;
  }

  private static String padded(String text, int width) {
    return text + " ".repeat(width - text.length());
  }
}

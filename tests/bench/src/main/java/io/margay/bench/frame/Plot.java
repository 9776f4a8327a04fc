package io.margay.bench.frame;

import java.util.List;
import java.util.Locale;
import java.util.OptionalDouble;

/**
 * The ratios of results as a picture: a bar for each, on a logarithmic scale, so that half and
 * double are equally far from the line where both sides are the same.
 */
public final class Plot {
  private static final int WIDTH = 760;
  private static final int ROW = 22;
  private static final int TOP = 48;
  private static final int NAMES = 190;
  private static final int BARS = 460;

  /** Ratios at the ends of the scale; what is beyond is cut there and keeps its number. */
  private static final double LOWEST = 0.01;

  private static final double HIGHEST = 100;

  private Plot() {}

  /** The picture as SVG; what has no ratio is left out. */
  public static String of(List<Result> results) {
    List<Result> shown = results.stream().filter(result -> result.ratio().isPresent()).toList();
    int height = TOP + ROW * shown.size() + 10;
    var svg = new StringBuilder();
    svg.append(
        """
        <svg xmlns="http://www.w3.org/2000/svg" width="%1$d" height="%2$d" viewBox="0 0 %1$d %2$d" \
        font-family="sans-serif" font-size="12">
        <rect width="%1$d" height="%2$d" fill="#ffffff"/>
        <text x="10" y="18" font-size="14">Margay over the other side, best runs (logarithmic)</text>
        """
            .formatted(WIDTH, height));
    for (double ratio = LOWEST; ratio <= HIGHEST; ratio *= 10) {
      mark(svg, ratio, height);
    }
    for (int i = 0; i < shown.size(); i++) {
      bar(svg, shown.get(i), TOP + ROW * i);
    }
    return svg.append("</svg>\n").toString();
  }

  private static void mark(StringBuilder svg, double ratio, int height) {
    svg.append(
        """
        <line x1="%1$d" y1="40" x2="%1$d" y2="%2$d" stroke="%3$s"/>
        <text x="%1$d" y="36" text-anchor="middle" fill="#666666">%4$s</text>
        """
            .formatted(x(ratio), height - 8, isOne(ratio) ? "#333333" : "#dddddd", number(ratio)));
  }

  private static boolean isOne(double ratio) {
    return Math.abs(ratio - 1) < LOWEST / 2;
  }

  private static void bar(StringBuilder svg, Result result, int y) {
    OptionalDouble ratio = result.ratio();
    double value = ratio.orElseThrow();
    int one = x(1);
    int end = x(value);
    boolean better = (value <= 1) == (result.measure().better() == Measure.Better.LOWER);
    svg.append(
        """
        <text x="%d" y="%d" text-anchor="end">%s</text>
        <rect x="%d" y="%d" width="%d" height="14" fill="%s"/>
        <text x="%d" y="%d">%s</text>
        """
            .formatted(
                NAMES - 8,
                y + 14,
                result.measure().name(),
                Math.min(one, end),
                y + 3,
                Math.max(1, Math.abs(end - one)),
                better ? "#4c9f70" : "#c8553d",
                Math.max(one, end) + 6,
                y + 14,
                number(value)));
  }

  private static int x(double ratio) {
    double cut = Math.clamp(ratio, LOWEST, HIGHEST);
    double along = Math.log(cut / LOWEST) / Math.log(HIGHEST / LOWEST);
    return NAMES + (int) Math.round(along * BARS);
  }

  private static String number(double value) {
    String text = String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.0f", value);
    return text.contains(".") ? text.replaceAll("0+$", "").replaceAll("\\.$", "") : text;
  }
}

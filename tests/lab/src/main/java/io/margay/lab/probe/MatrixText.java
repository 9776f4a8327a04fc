package io.margay.lab.probe;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Predicate;

/** A matrix of pods as text: rows ask, columns answer. Pure. */
public final class MatrixText {
  private final List<PodEndpoint> pods;

  /** Of these pods; those on which nothing answers are rows only. */
  public MatrixText(Collection<PodEndpoint> pods) {
    this.pods = List.copyOf(pods);
  }

  /**
   * What was measured; {@code +} all ports answer, {@code o} some, {@code .} none, a blank: no
   * port.
   */
  public List<String> lines(Map<Flow, Outcome> measured) {
    return render(measured.keySet(), row -> cells(row, measured, Outcome::reached));
  }

  /** What was measured, and beside it what was expected. */
  public List<String> lines(Map<Flow, Outcome> measured, Map<Flow, Boolean> expected) {
    return render(
        measured.keySet(),
        row ->
            cells(row, measured, Outcome::reached)
                + "   "
                + cells(row, expected, allowed -> allowed));
  }

  private List<String> render(Collection<Flow> flows, Function<PodEndpoint, String> row) {
    Set<PodEndpoint> sources = new LinkedHashSet<>();
    flows.forEach(flow -> sources.add(flow.from()));
    int width = pods.stream().mapToInt(pod -> pod.toString().length()).max().orElse(0);
    var lines = new ArrayList<String>();
    lines.add(" ".repeat(width + 12) + numbers(10));
    lines.add(" ".repeat(width + 12) + numbers(1));
    int number = 0;
    for (PodEndpoint pod : pods) {
      number++;
      if (sources.contains(pod)) {
        String name = pod + " ".repeat(width - pod.toString().length());
        lines.add(
            "%3d %-6s %s ".formatted(number, pod.node(), name) + row.apply(pod).stripTrailing());
      }
    }
    return lines;
  }

  /** The columns' numbers, one digit of each: tens or ones. */
  private String numbers(int place) {
    var digits = new StringBuilder();
    for (int column = 1; column <= pods.size(); column++) {
      digits.append(column < place ? " " : column / place % 10);
    }
    return digits.toString();
  }

  private <T> String cells(PodEndpoint from, Map<Flow, T> results, Predicate<T> good) {
    var cells = new StringBuilder();
    for (PodEndpoint to : pods) {
      int all = 0;
      int reached = 0;
      for (PodEndpoint.Door door : to.doors()) {
        T result = results.get(new Flow(from, to, door));
        if (result != null) {
          all++;
          reached += good.test(result) ? 1 : 0;
        }
      }
      cells.append(all == 0 ? ' ' : reached == all ? '+' : reached == 0 ? '.' : 'o');
    }
    return cells.toString();
  }
}

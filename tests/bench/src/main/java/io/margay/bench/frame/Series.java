package io.margay.bench.frame;

import java.util.List;

/** The values of one measure in all runs of one side, in their order; at least one. */
public record Series(List<Double> values) {
  public Series {
    if (values.isEmpty()) {
      throw new IllegalArgumentException("a series without a value");
    }
    values = List.copyOf(values);
  }

  public double min() {
    return sorted().getFirst();
  }

  public double max() {
    return sorted().getLast();
  }

  /** The value in the middle; of an even number of values the mean of the two there. */
  public double median() {
    List<Double> sorted = sorted();
    int middle = sorted.size() / 2;
    return sorted.size() % 2 == 1
        ? sorted.get(middle)
        : (sorted.get(middle - 1) + sorted.get(middle)) / 2;
  }

  /** The smallest value that so many of a hundred do not exceed (nearest rank). */
  public double percentile(int percent) {
    if (percent < 1 || percent > 100) {
      throw new IllegalArgumentException("percentile " + percent + " is not 1 to 100");
    }
    return sorted().get((values.size() * percent + 99) / 100 - 1);
  }

  /** The value of the run that was disturbed least. */
  public double best(Measure.Better better) {
    return switch (better) {
      case HIGHER -> max();
      case LOWER -> min();
    };
  }

  private List<Double> sorted() {
    return values.stream().sorted().toList();
  }
}

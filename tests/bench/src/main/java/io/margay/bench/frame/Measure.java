package io.margay.bench.frame;

/**
 * What is measured under one name.
 *
 * @param name words with dots between them, the bench's first: {@code fib.add}
 * @param unit {@code routes/s}, {@code µs}, ...
 */
public record Measure(String name, String unit, Better better) {
  /** Which of two values is the better one. */
  public enum Better {
    HIGHER,
    LOWER
  }
}

package io.margay.policy.selector;

import io.margay.policy.selector.Selector.Parsed;
import java.nio.charset.StandardCharsets;
import java.util.Map;

/** Selectors as people write them: one that is read is read the same from its own text. */
public final class SelectorFuzz {
  private SelectorFuzz() {}

  /** Jazzer's entry: throws for a finding. */
  public static void fuzzerTestOneInput(byte[] input) {
    String text = new String(input, StandardCharsets.UTF_8);
    switch (Selector.parse(text)) {
      case Parsed.Valid(Selector selector) -> {
        selector.matches(Map.of("app", "a"));
        if (!Selector.parse(selector.toString()).equals(new Parsed.Valid(selector))) {
          throw new AssertionError("not the same when it is read again: " + selector);
        }
      }
      case Parsed.Invalid(int position, _) -> {
        if (position < 0 || position > text.length()) {
          throw new AssertionError("position " + position + " of " + text.length());
        }
      }
    }
  }
}

package io.margay.agent.config;

import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import java.util.Map;
import java.util.Optional;

/** Reads keys from the environment. A value that is not accepted is noted and its default holds. */
final class Environment {
  private final Map<String, String> variables;
  private final Problems problems;

  Environment(Map<String, String> variables, Problems problems) {
    this.variables = variables;
    this.problems = problems;
  }

  <T> T read(Key<T> key) {
    Optional<T> set =
        raw(key)
            .flatMap(text -> {
              Optional<T> value = key.reader().apply(text);
              if (value.isEmpty()) {
                problems.add(
                    new Problem(
                        "environment",
                        key.name(),
                        '"' + text + '"',
                        key.accepted() + "; the default \"" + key.fallback() + "\" holds"));
              }
              return value;
            });
    return set.orElseGet(() -> fallback(key));
  }

  /** True when the variable is set to something, right or wrong. */
  boolean isSet(Key<?> key) {
    return raw(key).isPresent();
  }

  private Optional<String> raw(Key<?> key) {
    return Optional.ofNullable(variables.get(key.name()))
        .map(String::strip)
        .filter(text -> !text.isEmpty());
  }

  private static <T> T fallback(Key<T> key) {
    return key.reader()
        .apply(key.fallback())
        .orElseThrow(() -> new IllegalStateException("default of " + key.name()));
  }
}

package io.margay.bench.fib;

import java.util.Arrays;
import java.util.Locale;

/** What a load is told to do; {@code fibload.c} knows the same words. */
enum Operation {
  /** Adds all routes. */
  ADD,
  /** Gives all routes the other gateway. */
  REPLACE,
  /** Removes all routes. */
  DELETE,
  /** Reads the table; the agent also compares it with what it wants. */
  DUMP,
  /** Changes single routes, each until the kernel has told of it. */
  ONE,
  /** Gives a thousand routes the other gateway, again and again. */
  FAILOVER,
  /** Says how many bytes of its heap are in use, garbage left out; the agent alone. */
  HEAP;

  String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  /**
   * The operation of a word.
   *
   * @throws IllegalArgumentException when it is none
   */
  static Operation of(String word) {
    return Arrays.stream(values())
        .filter(operation -> operation.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no operation \"" + word + "\""));
  }
}

package io.margay.tunnel.forwarder;

import io.margay.tunnel.wire.Counter;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What one thread counts and others read. No locks, no barriers: readers may be a little behind.
 */
final class Counters {
  private final Map<Counter, AtomicLong> values = new EnumMap<>(Counter.class);

  Counters() {
    for (Counter counter : Counter.values()) {
      values.put(counter, new AtomicLong());
    }
  }

  /** Called by the one thread that counts. */
  void add(Counter counter, long amount) {
    AtomicLong value = value(counter);
    value.setOpaque(value.getPlain() + amount);
  }

  long get(Counter counter) {
    return value(counter).getOpaque();
  }

  private AtomicLong value(Counter counter) {
    return Objects.requireNonNull(values.get(counter));
  }
}

package io.margay.cluster.fault;

import java.time.Duration;
import java.util.Optional;

/** What is wrong with the way to a server. */
public sealed interface Fault {
  /** Nothing: bytes pass as they are. */
  record None() implements Fault {}

  /** Bytes of all connections together pass at this rate. */
  record Slow(int bytesPerSecond) implements Fault {
    public Slow {
      if (bytesPerSecond <= 0) {
        throw new IllegalArgumentException("bytes per second: " + bytesPerSecond);
      }
    }
  }

  /** Connections are taken, and nothing passes: as when the machine behind them is gone. */
  record Silent() implements Fault {}

  /**
   * Requests are answered with a status instead of being passed on.
   *
   * @param retryAfter when the client may ask again, in whole seconds
   * @param every one of so many requests is answered so, the others pass; 1: all
   */
  record Refusal(int status, Optional<Duration> retryAfter, int every) implements Fault {
    public Refusal {
      if (every < 1) {
        throw new IllegalArgumentException("one of " + every + " requests");
      }
    }

    /** Every request is answered so. */
    public static Refusal of(int status) {
      return new Refusal(status, Optional.empty(), 1);
    }

    public Refusal after(Duration pause) {
      return new Refusal(status, Optional.of(pause), every);
    }

    public Refusal oneOf(int requests) {
      return new Refusal(status, retryAfter, requests);
    }
  }

  /** Whether somebody has to read the requests: else TLS goes through untouched. */
  default boolean isAboutRequests() {
    return this instanceof Refusal;
  }
}

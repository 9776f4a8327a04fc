package io.margay.kube.watch;

import java.time.Duration;

/**
 * Whether the API server still speaks. An idle watch looks like one whose server has vanished
 * without a word (a machine without power), so the server is asked for something small now and
 * then. An answer of any kind will do, and so will a refused connection, which the watches learn of
 * by themselves; only silence counts. Owned by one thread; time is a parameter.
 */
public final class Pulse {
  /**
   * How it is felt.
   *
   * @param every between an answer and the next question; client-go waits 30 s before its HTTP/2
   *     ping, and 15 s for the answer
   */
  public record Rhythm(Duration every) {
    public static final Rhythm DEFAULT = new Rhythm(Duration.ofSeconds(30));
  }

  /** New connections are tried at the first silence, and then each tenth time. */
  private static final int AGAIN = 10;

  private final Rhythm rhythm;
  private boolean asking;
  private long last;
  private int silences;

  Pulse(Rhythm rhythm, long now) {
    this.rhythm = rhythm;
    this.last = now;
  }

  /** True when the server is to be asked now; what comes of it is told. */
  boolean due(long now) {
    if (asking || now - last < rhythm.every().toNanos()) {
      return false;
    }
    asking = true;
    return true;
  }

  /** There was an answer, or a failure that all others see, too. */
  void heard(long now) {
    asking = false;
    last = now;
    silences = 0;
  }

  /** There was none; true when everything should be asked anew over other connections. */
  boolean silent(long now) {
    asking = false;
    last = now;
    return silences++ % AGAIN == 0;
  }
}

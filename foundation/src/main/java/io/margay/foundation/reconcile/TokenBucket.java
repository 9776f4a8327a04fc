package io.margay.foundation.reconcile;

/** How many items may pass now: {@code perSecond} on average, {@code burst} at once. */
public final class TokenBucket {
  private static final double NANOS_PER_SECOND = 1e9;

  private final double perSecond;
  private final double burst;
  private double tokens;
  private long last;

  public TokenBucket(double perSecond, double burst, long now) {
    if (!(perSecond > 0) || !(burst >= 1)) {
      throw new IllegalArgumentException(perSecond + " a second, burst " + burst);
    }
    this.perSecond = perSecond;
    this.burst = burst;
    this.tokens = burst;
    this.last = now;
  }

  /** How many tokens are there. */
  public int available(long now) {
    refill(now);
    return (int) tokens;
  }

  /** Takes up to {@code wanted} tokens; gives how many were there. */
  public int take(int wanted, long now) {
    refill(now);
    int taken = (int) Math.min(wanted, Math.floor(tokens));
    tokens -= taken;
    return taken;
  }

  /** Nanoseconds until a token is there; zero when one is. */
  public long nanosToNext(long now) {
    refill(now);
    return tokens >= 1 ? 0 : (long) Math.ceil((1 - tokens) / perSecond * NANOS_PER_SECOND);
  }

  private void refill(long now) {
    tokens = Math.min(burst, tokens + (now - last) / NANOS_PER_SECOND * perSecond);
    last = now;
  }
}

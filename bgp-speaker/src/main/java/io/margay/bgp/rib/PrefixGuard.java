package io.margay.bgp.rib;

import io.margay.foundation.addr.Family;
import java.util.EnumMap;
import java.util.Map;

/** Watches a peer's numbers of routes against their limits. Owned by one thread. */
public final class PrefixGuard {
  private final Map<Family, Level> levels = new EnumMap<>(Family.class);

  /** How near to its limit a number is. */
  public enum Level {
    FINE,
    /** At the warning or above. */
    NEAR,
    /** Above the limit. */
    OVER
  }

  /** Looks at a number; true when its level has risen, which is told once. */
  public boolean rises(Family family, int routes, PrefixLimit limit) {
    Level now = level(routes, limit);
    Level before = levels.getOrDefault(family, Level.FINE);
    levels.put(family, now);
    return now.compareTo(before) > 0;
  }

  /** Where the family was when it was last looked at. */
  public Level level(Family family) {
    return levels.getOrDefault(family, Level.FINE);
  }

  /** There is a new session, or another limit. */
  public void reset() {
    levels.clear();
  }

  private static Level level(int routes, PrefixLimit limit) {
    if (routes > limit.most()) {
      return Level.OVER;
    }
    return routes >= limit.warningAt() ? Level.NEAR : Level.FINE;
  }
}

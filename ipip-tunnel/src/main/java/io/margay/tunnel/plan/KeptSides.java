package io.margay.tunnel.plan;

import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * Which ends of tunnels a node keeps: what pools ask for, what others still send in, and each of
 * them for a while longer, because others learn late of what changes here and this node of what
 * changes there. Owned by one thread; time is told.
 */
public final class KeptSides {
  /** So long an end is still announced after nobody needs it. */
  public static final Duration ANNOUNCED = Duration.ofSeconds(20);

  /** So long it is kept: who heard of it as long as it was announced has heard of its end. */
  public static final Duration KEPT = Duration.ofSeconds(40);

  private final Map<Encap, Long> needed = new EnumMap<>(Encap.class);

  /**
   * What to do.
   *
   * @param kept ends that there should be
   * @param announced those of them that others may begin to use
   * @param next when this changes by time alone
   */
  public record Decision(Set<Encap> kept, Set<Encap> announced, OptionalLong next) {}

  /**
   * Decides.
   *
   * @param now nanoseconds of a clock that only goes forward
   * @param asked by pools or configuration
   * @param sentByOthers what other nodes may send in
   * @param had what this node announced until now: after a restart nothing else remembers it
   */
  public Decision step(long now, Set<Encap> asked, Set<Encap> sentByOthers, Set<Encap> had) {
    for (Encap encap : Encap.values()) {
      boolean isNeeded = asked.contains(encap) || sentByOthers.contains(encap);
      if (isNeeded) {
        needed.put(encap, now);
      } else if (had.contains(encap)) {
        needed.putIfAbsent(encap, now);
      }
    }
    needed.remove(Encap.DIRECT);
    // While the announcement is still to be read, somebody may begin to rely on it.
    needed
        .entrySet()
        .removeIf(e -> now - e.getValue() >= KEPT.toNanos() && !had.contains(e.getKey()));
    var announced = EnumSet.noneOf(Encap.class);
    var next = OptionalLong.empty();
    for (var entry : needed.entrySet()) {
      Encap encap = entry.getKey();
      long age = now - entry.getValue();
      boolean isAnnounced = age < ANNOUNCED.toNanos();
      if (isAnnounced) {
        announced.add(encap);
      }
      if (!asked.contains(encap) && !sentByOthers.contains(encap)) {
        long turn = entry.getValue() + (isAnnounced ? ANNOUNCED : KEPT).toNanos();
        next = OptionalLong.of(next.isPresent() ? Math.min(next.getAsLong(), turn) : turn);
      }
    }
    return new Decision(Set.copyOf(needed.keySet()), Set.copyOf(announced), next);
  }
}

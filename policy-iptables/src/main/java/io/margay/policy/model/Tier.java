package io.margay.policy.model;

import java.util.Comparator;
import java.util.Optional;

/**
 * A group of policies that is asked before or after other groups.
 *
 * @param order smaller goes first; empty: last
 * @param defaultAction what becomes of a packet that policies of this tier were asked about and
 *     none decided: DENY or PASS
 */
public record Tier(String name, Optional<Double> order, Action defaultAction) {
  /** By order, then by name. */
  public static final Comparator<Tier> ORDER =
      Comparator.comparingDouble((Tier t) -> t.order().orElse(Double.POSITIVE_INFINITY))
          .thenComparing(Tier::name);

  /** Where Kubernetes' policies are; there even when nobody made the object. */
  public static final Tier DEFAULT = new Tier("default", Optional.of(1_000_000.0), Action.DENY);

  public Tier {
    if (defaultAction == Action.ALLOW) {
      throw new IllegalArgumentException("tier " + name + " that allows by default");
    }
  }
}

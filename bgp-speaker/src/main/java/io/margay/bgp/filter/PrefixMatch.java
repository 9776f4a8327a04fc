package io.margay.bgp.filter;

import io.margay.foundation.addr.Prefix;
import java.util.Optional;

/**
 * Condition on a route's prefix (BGPFilter: cidr, matchOperator, prefixLength).
 *
 * @param lengths limits the length of what {@code IN} and {@code NOT_IN} cover
 */
public record PrefixMatch(Prefix cidr, Operator operator, Optional<LengthRange> lengths) {
  /** How the route's prefix relates to the CIDR. */
  public enum Operator {
    EQUAL,
    NOT_EQUAL,
    IN,
    NOT_IN
  }

  /** Prefix lengths, both ends included. */
  public record LengthRange(int min, int max) {
    boolean contains(int length) {
      return length >= min && length <= max;
    }
  }

  boolean matches(Prefix prefix) {
    return switch (operator) {
      case EQUAL -> prefix.equals(cidr);
      case NOT_EQUAL -> !prefix.equals(cidr);
      case IN -> covers(prefix);
      case NOT_IN -> !covers(prefix);
    };
  }

  // The CIDR's own length and the family's bits clip the range by themselves: what is contained
  // is never shorter than the one or longer than the other.
  private boolean covers(Prefix prefix) {
    return cidr.contains(prefix)
        && lengths.map(range -> range.contains(prefix.length())).orElse(true);
  }
}

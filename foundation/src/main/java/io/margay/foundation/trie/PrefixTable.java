package io.margay.foundation.trie;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * Values by prefix with longest-prefix match. One hash table a length, tried from the longest
 * length in use: a look-up costs one probe for each length that occurs. Both families live side by
 * side. Owned by one thread.
 */
public final class PrefixTable<V> {
  private static final int LENGTHS = 129;

  private final Map<Prefix, V> values = new HashMap<>();
  private final int[] countsV4 = new int[LENGTHS];
  private final int[] countsV6 = new int[LENGTHS];
  private final BitSet lengthsV4 = new BitSet(LENGTHS);
  private final BitSet lengthsV6 = new BitSet(LENGTHS);

  /** A match: the most specific prefix around an address, and its value. */
  public record Match<V>(Prefix prefix, V value) {}

  /** Sets the value of a prefix; gives back what it replaces. */
  public Optional<V> put(Prefix prefix, V value) {
    V old = values.put(prefix, value);
    if (old == null) {
      counts(prefix)[prefix.length()]++;
      lengths(prefix.address()).set(prefix.length());
    }
    return Optional.ofNullable(old);
  }

  /** Removes a prefix; gives back its value. */
  public Optional<V> remove(Prefix prefix) {
    V old = values.remove(prefix);
    if (old != null && --counts(prefix)[prefix.length()] == 0) {
      lengths(prefix.address()).clear(prefix.length());
    }
    return Optional.ofNullable(old);
  }

  /** The value of exactly this prefix. */
  public Optional<V> get(Prefix prefix) {
    return Optional.ofNullable(values.get(prefix));
  }

  /** The most specific prefix that holds the address. */
  public Optional<Match<V>> longestMatch(Ip ip) {
    return longestMatch(ip, ip.family().bits());
  }

  /** The most specific prefix around the address that is no longer than {@code maxLength}. */
  public Optional<Match<V>> longestMatch(Ip ip, int maxLength) {
    BitSet lengths = lengths(ip);
    for (int n = lengths.previousSetBit(maxLength); n >= 0; n = lengths.previousSetBit(n - 1)) {
      Prefix prefix = Prefix.containing(ip, n);
      V value = values.get(prefix);
      if (value != null) {
        return Optional.of(new Match<>(prefix, value));
      }
      if (n == 0) {
        break;
      }
    }
    return Optional.empty();
  }

  public int size() {
    return values.size();
  }

  /** Every prefix with its value, in no order. */
  public void forEach(BiConsumer<Prefix, V> action) {
    values.forEach(action);
  }

  private int[] counts(Prefix prefix) {
    return switch (prefix.family()) {
      case IPV4 -> countsV4;
      case IPV6 -> countsV6;
    };
  }

  private BitSet lengths(Ip ip) {
    return switch (ip.family()) {
      case IPV4 -> lengthsV4;
      case IPV6 -> lengthsV6;
    };
  }
}

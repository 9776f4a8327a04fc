package io.margay.foundation.trie;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.longs.Long2ObjectOpenHashMap;
import java.util.BitSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Values by prefix with longest-prefix match. One hash table a family, tried from the longest
 * length in use: a look-up costs one probe for each length that occurs, and for IPv4 makes no
 * object but its answer. Owned by one thread.
 */
public final class PrefixTable<V> {
  private final Long2ObjectOpenHashMap<V> v4 = new Long2ObjectOpenHashMap<>();
  private final Map<Prefix, V> v6 = new HashMap<>();
  private final Lengths lengthsV4 = new Lengths();
  private final Lengths lengthsV6 = new Lengths();

  /** A match: the most specific prefix around an address, and its value. */
  public record Match<V>(Prefix prefix, V value) {}

  /** Which lengths occur, and how often. */
  private static final class Lengths {
    private final int[] counts = new int[129];
    private final BitSet used = new BitSet(129);

    void add(int length) {
      counts[length]++;
      used.set(length);
    }

    void remove(int length) {
      if (--counts[length] == 0) {
        used.clear(length);
      }
    }
  }

  /** Sets the value of a prefix; gives back what it replaces. */
  public Optional<V> put(Prefix prefix, V value) {
    V old =
        switch (prefix.address()) {
          case Ip4 ip -> v4.put(key(ip.bits(), prefix.length()), value);
          case Ip6 _ -> v6.put(prefix, value);
        };
    if (old == null) {
      lengths(prefix.address()).add(prefix.length());
    }
    return Optional.ofNullable(old);
  }

  /** Removes a prefix; gives back its value. */
  public Optional<V> remove(Prefix prefix) {
    V old =
        switch (prefix.address()) {
          case Ip4 ip -> v4.remove(key(ip.bits(), prefix.length()));
          case Ip6 _ -> v6.remove(prefix);
        };
    if (old != null) {
      lengths(prefix.address()).remove(prefix.length());
    }
    return Optional.ofNullable(old);
  }

  /** The value of exactly this prefix. */
  public Optional<V> get(Prefix prefix) {
    return Optional.ofNullable(find(prefix.address(), prefix.length()));
  }

  /** The most specific prefix that holds the address. */
  public Optional<Match<V>> longestMatch(Ip ip) {
    return longestMatch(ip, ip.family().bits());
  }

  /** The most specific prefix around the address that is no longer than {@code maxLength}. */
  public Optional<Match<V>> longestMatch(Ip ip, int maxLength) {
    BitSet used = lengths(ip).used;
    for (int n = used.previousSetBit(maxLength); n >= 0; n = used.previousSetBit(n - 1)) {
      V value = find(ip, n);
      if (value != null) {
        return Optional.of(new Match<>(Prefix.containing(ip, n), value));
      }
    }
    return Optional.empty();
  }

  public int size() {
    return v4.size() + v6.size();
  }

  /** Every prefix with its value, in no order. */
  public void forEach(BiConsumer<Prefix, V> action) {
    v4.long2ObjectEntrySet().fastForEach(e -> action.accept(prefix(e.getLongKey()), e.getValue()));
    v6.forEach(action);
  }

  private @Nullable V find(Ip ip, int length) {
    return switch (ip) {
      case Ip4 a -> v4.get(key(length == 0 ? 0 : a.bits() & -1 << (32 - length), length));
      case Ip6 a -> v6.get(Prefix.containing(a, length));
    };
  }

  // Address in the upper half, length below: unlike addresses never share a key.
  private static long key(int bits, int length) {
    return (long) bits << 32 | length;
  }

  private static Prefix prefix(long key) {
    return new Prefix(new Ip4((int) (key >>> 32)), (int) key);
  }

  private Lengths lengths(Ip ip) {
    return switch (ip) {
      case Ip4 _ -> lengthsV4;
      case Ip6 _ -> lengthsV6;
    };
  }
}

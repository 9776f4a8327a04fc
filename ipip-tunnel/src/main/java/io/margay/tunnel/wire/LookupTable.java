package io.margay.tunnel.wire;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.Int2IntOpenHashMap;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Nodes by destination and known sources, as ints: one hash table for each prefix length in use,
 * longest first. Immutable once built; any thread may read it.
 */
public final class LookupTable {
  /** No node: 0.0.0.0 is none. */
  public static final int NONE = 0;

  private static final int PRESENT = 1;

  private final Ip4 local;
  private final Longest routes;
  private final Longest sources;

  private LookupTable(Ip4 local, Longest routes, Longest sources) {
    this.local = local;
    this.routes = routes;
    this.sources = sources;
  }

  /** The source of outer headers. */
  public int local() {
    return local.bits();
  }

  /** The node behind which a destination is, or {@link #NONE}. */
  public int node(int destination) {
    return routes.find(destination);
  }

  /** Whether this host may send us IPIP. */
  public boolean isSource(int host) {
    return sources.find(host) != NONE;
  }

  public int routeCount() {
    return routes.size;
  }

  public int sourceCount() {
    return sources.size;
  }

  /** Every route, in no order. */
  public void forEachRoute(BiConsumer<Prefix, Ip4> action) {
    routes.forEach((prefix, node) -> action.accept(prefix, new Ip4(node)));
  }

  /** Every network of known sources, in no order. */
  public void forEachSource(Consumer<Prefix> action) {
    sources.forEach((prefix, _) -> action.accept(prefix));
  }

  /** Takes what goes into a table; owned by one thread. */
  public static final class Builder {
    private Ip4 local = Ip4.ANY;
    private final Longest routes = new Longest();
    private final Longest sources = new Longest();

    /** The own node's address. Without one the kernel chooses for each packet. */
    public Builder local(Ip4 address) {
      local = address;
      return this;
    }

    /** A later node of the same prefix replaces an earlier one. */
    public Builder route(Prefix prefix, Ip4 node) {
      if (node.bits() == NONE) {
        throw new IllegalArgumentException("no node has the address " + node);
      }
      routes.put(prefix, node.bits());
      return this;
    }

    public Builder source(Prefix prefix) {
      sources.put(prefix, PRESENT);
      return this;
    }

    /** The table; this builder is not to be used after that. */
    public LookupTable build() {
      routes.trim();
      sources.trim();
      return new LookupTable(local, routes, sources);
    }
  }

  /** Longest-prefix match of ints. */
  private static final class Longest {
    private static final int LENGTHS = 33;

    private final @Nullable Int2IntOpenHashMap[] byLength = new Int2IntOpenHashMap[LENGTHS];
    private int size;

    void put(Prefix prefix, int value) {
      if (!(prefix.address() instanceof Ip4(int bits))) {
        throw new IllegalArgumentException("IPIP carries IPv4 only, not " + prefix);
      }
      Int2IntOpenHashMap map = byLength[prefix.length()];
      if (map == null) {
        map = new Int2IntOpenHashMap();
        map.defaultReturnValue(NONE);
        byLength[prefix.length()] = map;
      }
      if (map.put(bits, value) == NONE) {
        size++;
      }
    }

    void trim() {
      for (Int2IntOpenHashMap map : byLength) {
        if (map != null) {
          map.trim();
        }
      }
    }

    int find(int address) {
      for (int length = LENGTHS - 1; length >= 0; length--) {
        Int2IntOpenHashMap map = byLength[length];
        if (map != null) {
          int value = map.get(masked(address, length));
          if (value != NONE) {
            return value;
          }
        }
      }
      return NONE;
    }

    private static int masked(int address, int length) {
      return length == 0 ? 0 : address & -1 << (32 - length);
    }

    void forEach(BiConsumer<Prefix, Integer> action) {
      for (int length = 0; length < LENGTHS; length++) {
        Int2IntOpenHashMap map = byLength[length];
        if (map != null) {
          for (var entry : map.int2IntEntrySet()) {
            action.accept(new Prefix(new Ip4(entry.getIntKey()), length), entry.getIntValue());
          }
        }
      }
    }
  }
}

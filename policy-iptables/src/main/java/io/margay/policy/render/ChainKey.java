package io.margay.policy.render;

import io.margay.foundation.addr.Family;
import java.util.Comparator;
import java.util.Set;

/** Names a chain. Ordered by family, table, name. */
public record ChainKey(Family family, Table table, String name)
    implements RenderKey, Comparable<ChainKey> {
  private static final Set<String> KERNEL =
      Set.of("PREROUTING", "INPUT", "FORWARD", "OUTPUT", "POSTROUTING");

  private static final Comparator<ChainKey> ORDER =
      Comparator.comparing(ChainKey::family)
          .thenComparing(ChainKey::table)
          .thenComparing(ChainKey::name);

  /**
   * True for the kernel's own chains: there the rules are ours that say so, among those of others.
   */
  public boolean isKernel() {
    return isKernel(name);
  }

  /** True for the name of a kernel's own chain. */
  public static boolean isKernel(String name) {
    return KERNEL.contains(name);
  }

  @Override
  public int compareTo(ChainKey other) {
    return ORDER.compare(this, other);
  }

  /** {@code ipv4 filter cali-FORWARD}. */
  @Override
  public String toString() {
    return (family == Family.IPV4 ? "ipv4 " : "ipv6 ") + table + " " + name;
  }
}

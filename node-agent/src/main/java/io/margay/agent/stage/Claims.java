package io.margay.agent.stage;

import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.NodeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Addresses that objects say are at a node. Of several objects that name one address the first
 * counts, by its key.
 */
final class Claims<K extends Comparable<? super K>> {
  private final Map<Prefix, NavigableMap<K, NodeName>> byAddress = new HashMap<>();
  private final Map<K, List<Prefix>> byClaimant = new HashMap<>();

  /** The node that an address is at; empty when no object names it. */
  Optional<NodeName> at(Prefix address) {
    return Optional.ofNullable(byAddress.get(address)).map(all -> all.firstEntry().getValue());
  }

  /**
   * What an object says from now on.
   *
   * @param touched gets the addresses that it named before or names now
   */
  void set(K claimant, NodeName node, List<Prefix> addresses, Set<Prefix> touched) {
    forget(claimant, touched);
    if (!addresses.isEmpty()) {
      byClaimant.put(claimant, List.copyOf(addresses));
      for (Prefix address : addresses) {
        byAddress.computeIfAbsent(address, _ -> new TreeMap<>()).put(claimant, node);
      }
      touched.addAll(addresses);
    }
  }

  /**
   * An object says nothing any more.
   *
   * @param touched gets the addresses that it named before
   */
  void forget(K claimant, Set<Prefix> touched) {
    List<Prefix> before = byClaimant.remove(claimant);
    if (before != null) {
      before.forEach(address -> remove(claimant, address));
      touched.addAll(before);
    }
  }

  private void remove(K claimant, Prefix address) {
    NavigableMap<K, NodeName> claims = byAddress.get(address);
    if (claims != null && claims.remove(claimant) != null && claims.isEmpty()) {
      byAddress.remove(address);
    }
  }
}

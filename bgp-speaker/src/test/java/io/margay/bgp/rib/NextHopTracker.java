package io.margay.bgp.rib;

import io.margay.foundation.addr.Ip;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/** Next hops in use and how they are reached; tells which of them a new answer changes. */
final class NextHopTracker {
  private final Map<Ip, NextHops.Resolution> known = new HashMap<>();
  private NextHops source = NextHops.ALL;

  NextHops.Resolution resolve(Ip nextHop) {
    return known.computeIfAbsent(nextHop, source::resolve);
  }

  /** Asks the new source for all that was asked for; those that are reached in another way now. */
  Set<Ip> replace(NextHops newSource) {
    source = newSource;
    var changed = new HashSet<Ip>();
    for (Map.Entry<Ip, NextHops.Resolution> entry : known.entrySet()) {
      NextHops.Resolution now = newSource.resolve(entry.getKey());
      if (!now.equals(entry.getValue())) {
        entry.setValue(now);
        changed.add(entry.getKey());
      }
    }
    return changed;
  }

  /** Forgets those that no path uses any more. */
  void keepOnly(Set<Ip> used) {
    known.keySet().retainAll(used);
  }

  int size() {
    return known.size();
  }
}

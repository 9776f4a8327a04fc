package io.margay.bgp.speaker;

import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** All sessions, in the order in which they came. Owned by bgp-core. */
final class SessionTable {
  private final Map<PeerKey, PeerSession> byKey = new LinkedHashMap<>();

  /** Hundreds of peers dial at once: none of their connections is looked for among all. */
  private final Map<Ip, List<PeerSession>> byAddress = new HashMap<>();

  Collection<PeerSession> all() {
    return byKey.values();
  }

  Set<PeerKey> keys() {
    return byKey.keySet();
  }

  Optional<PeerSession> get(PeerKey key) {
    return Optional.ofNullable(byKey.get(key));
  }

  /** Of several sessions with one address, the one that has use for a connection. */
  Optional<PeerSession> forConnectionFrom(Ip address) {
    PeerSession found = null;
    for (PeerSession session : byAddress.getOrDefault(address, List.of())) {
      if (found == null || found.isEstablished()) {
        found = session;
      }
    }
    return Optional.ofNullable(found);
  }

  /** Adds a session whose key no other one has. */
  void add(PeerSession session) {
    byKey.put(session.key(), session);
    byAddress.computeIfAbsent(address(session), _ -> new ArrayList<>(1)).add(session);
  }

  Optional<PeerSession> remove(PeerKey key) {
    Optional<PeerSession> gone = Optional.ofNullable(byKey.remove(key));
    gone.ifPresent(session ->
        byAddress.computeIfPresent(
            address(session),
            (_, sessions) -> {
              sessions.remove(session);
              return sessions.isEmpty() ? null : sessions;
            }));
    return gone;
  }

  private static Ip address(PeerSession session) {
    return session.config().link().address();
  }
}

package io.margay.bgp.speaker;

import io.margay.bgp.fsm.SessionState;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Which peers came from a range, and which may come. Owned by bgp-core. */
final class DynamicPeers {
  private static final EventLog LOG = EventLog.of(DynamicPeers.class);

  private final Map<PeerKey, PeerRange> peers = new LinkedHashMap<>();
  private final Set<Prefix> full = new HashSet<>();
  private List<PeerRange> ranges = List.of();
  private long refused;

  boolean isEmpty() {
    return peers.isEmpty();
  }

  /** Connections that were refused because their range was full. */
  long refused() {
    return refused;
  }

  /** The range that a peer came from; empty for one that is configured by its address. */
  Optional<Prefix> rangeOf(PeerKey key) {
    return Optional.ofNullable(peers.get(key)).map(PeerRange::range);
  }

  /**
   * Other ranges hold.
   *
   * @param configured peers that have a place of their own
   * @return what the peers that are here already shall be; those that are not in it shall go
   */
  List<PeerConfig> configure(List<PeerRange> newRanges, Set<PeerKey> configured) {
    ranges = new ArrayList<>(newRanges);
    ranges.sort(Comparator.comparingInt((PeerRange r) -> r.range().length()).reversed());
    full.clear();
    peers.keySet().removeAll(configured);
    var staying = new ArrayList<PeerConfig>();
    for (PeerKey key : List.copyOf(peers.keySet())) {
      Optional<PeerRange> range =
          rangeFor(key.address()).filter(r -> r.link().port() == key.port());
      if (range.isPresent()) {
        peers.put(key, range.get());
        staying.add(range.get().peer(key.address()));
      } else {
        peers.remove(key);
      }
    }
    return staying;
  }

  /** A peer for an address that nobody knows; empty when no range has it or its range is full. */
  Optional<PeerConfig> admit(Ip address) {
    Optional<PeerRange> range = rangeFor(address);
    if (range.isEmpty()) {
      return Optional.empty();
    }
    Prefix name = range.get().range();
    long here = peers.values().stream().filter(r -> r.range().equals(name)).count();
    if (here >= range.get().most()) {
      refused++;
      if (full.add(name)) {
        LOG.warn("bgp.range.full", "range", name, "sessions", here, "refused", address);
      }
      return Optional.empty();
    }
    PeerConfig peer = range.get().peer(address);
    peers.put(peer.key(), range.get());
    return Optional.of(peer);
  }

  /** True when a peer came from a range, has no connection, and nothing of it is kept. */
  boolean isGone(PeerSession session) {
    return peers.containsKey(session.key())
        && session.state() instanceof SessionState.Active
        && session.routes().stale().families().isEmpty();
  }

  void remove(PeerKey key) {
    PeerRange range = peers.remove(key);
    if (range != null) {
      full.remove(range.range());
    }
  }

  private Optional<PeerRange> rangeFor(Ip address) {
    return ranges.stream().filter(r -> r.range().contains(address)).findFirst();
  }
}

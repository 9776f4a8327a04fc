package io.margay.ipam.allocate;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.InMemoryBlockStore;
import io.margay.ipam.store.Pool;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** A store, pools, a clock that stands still, and an allocator a node. */
final class Cluster {
  static final Set<Pool.Use> WORKLOAD_AND_TUNNEL = EnumSet.of(Pool.Use.WORKLOAD, Pool.Use.TUNNEL);

  final InMemoryBlockStore store = new InMemoryBlockStore();
  final List<Pool> pools = new ArrayList<>();
  private final Map<String, Allocator> nodes = new ConcurrentHashMap<>();
  private volatile Instant now = Instant.parse("2026-01-02T03:04:05.000000006Z");

  Cluster pool(String name, String cidr, int blockSize) {
    pools.add(pool(name, Prefix.of(cidr), blockSize));
    return this;
  }

  static Pool pool(String name, Prefix cidr, int blockSize) {
    return new Pool(
        name,
        cidr,
        blockSize,
        false,
        Pool.NodeMatch.ALL,
        Pool.NamespaceMatch.ALL,
        WORKLOAD_AND_TUNNEL,
        Pool.AssignmentMode.AUTOMATIC);
  }

  void pass(Duration time) {
    now = now.plus(time);
  }

  Instant now() {
    return now;
  }

  Allocator node(String name) {
    return nodes.computeIfAbsent(name, this::restarted);
  }

  /** An agent that remembers nothing. */
  Allocator restarted(String name) {
    return new Allocator(name, store, () -> pools, () -> now, new Random(name.hashCode()));
  }

  AssignResult assign(String node, String handle) {
    return node(node).assign(request(node, handle));
  }

  Ip assigned(String node, String handle) {
    return ((AssignResult.Assigned) assign(node, handle)).ip();
  }

  String refused(String node, String handle) {
    return ((AssignResult.Refused) assign(node, handle)).why().text();
  }

  static AssignRequest request(String node, String handle) {
    return new AssignRequest(
        Family.IPV4,
        Pool.Use.WORKLOAD,
        handle,
        Map.of("node", node, "pod", handle),
        List.of(),
        Optional.empty());
  }
}

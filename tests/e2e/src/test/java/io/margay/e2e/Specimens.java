package io.margay.e2e;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Owner;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.IntStream;

/** IPAM objects with every field filled in. */
final class Specimens {
  static final Owner NODE = Owner.host("east");

  private Specimens() {}

  /** A block of four addresses, two of them taken. */
  static Block block(String cidr) {
    var pod =
        new Block.Attributes(
            Optional.of("k8s-pod-network.0A"),
            Map.of("pod", "web-1", "namespace", "shop", "node", "east", "timestamp", "t"),
            Map.of());
    var tunnel =
        new Block.Attributes(
            Optional.of("ipip-tunnel-addr-east"),
            Map.of("node", "east", "type", "ipipTunnelAddress"),
            Map.of("pod", "web-2"));
    var allocations = new ArrayList<OptionalInt>();
    IntStream.of(1, -1, 0, -1)
        .forEach(i -> allocations.add(i < 0 ? OptionalInt.empty() : OptionalInt.of(i)));
    return new Block(
        Prefix.of(cidr),
        Optional.of(NODE),
        Optional.of(Instant.parse("2026-01-01T00:00:00Z")),
        allocations,
        List.of(3, 1),
        List.of(pod, tunnel),
        1767225600000000002L,
        Map.of(0, 1767225600000000000L, 2, 1767225600000000001L),
        false);
  }
}

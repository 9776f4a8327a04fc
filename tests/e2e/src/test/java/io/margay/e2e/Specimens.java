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

  /** An object of each kind that the image is made of, to be created. */
  static List<String> ofEveryKind() {
    return List.of(
        """
        apiVersion: v1
        kind: Node
        metadata:
          name: east
          labels: {rack: a}
          annotations: {projectcalico.org/IPv4Address: 192.0.2.1/24}
        """,
        """
        {apiVersion: v1, kind: Namespace, metadata: {name: shop, labels: {team: web}}}
        ---
        {apiVersion: v1, kind: ServiceAccount, metadata: {name: web, namespace: shop, labels: {role: front}}}
        ---
        apiVersion: v1
        kind: Pod
        metadata: {name: web-1, namespace: shop, annotations: {cni.projectcalico.org/podIP: 10.0.0.1/32}}
        spec: {serviceAccountName: web, nodeName: east, containers: [{name: c, image: none}]}
        ---
        apiVersion: networking.k8s.io/v1
        kind: NetworkPolicy
        metadata: {name: closed, namespace: shop}
        spec: {podSelector: {matchLabels: {app: web}}, policyTypes: [Ingress]}
        """,
        """
        {apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: east}, spec: {cidr: 10.0.0.0/16}}
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: IPAMBlock
        metadata: {name: 10-0-0-0-30}
        spec:
          cidr: 10.0.0.0/30
          affinity: host:east
          allocations: [0, null, null, null]
          attributes: [{handle_id: h, secondary: {}}]
          unallocated: [1, 2, 3]
          strictAffinity: false
          deleted: false
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: BlockAffinity
        metadata: {name: east-10-0-0-0-30}
        spec: {cidr: 10.0.0.0/30, node: east, state: confirmed, deleted: "false"}
        """,
        """
        {apiVersion: crd.projectcalico.org/v1, kind: BGPConfiguration, metadata: {name: default}, spec: {asNumber: 64512}}
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: BGPPeer
        metadata: {name: rack}
        spec: {peerIP: 192.0.2.254, asNumber: 64513}
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: BGPFilter
        metadata: {name: none-of-ours}
        spec: {exportV4: [{action: Reject, cidr: 10.0.0.0/16, matchOperator: In}]}
        ---
        apiVersion: crd.projectcalico.org/v1
        kind: ClusterInformation
        metadata: {name: default}
        spec: {clusterGUID: c0ffee, datastoreReady: true}
        ---
        {apiVersion: crd.projectcalico.org/v1, kind: FelixConfiguration, metadata: {name: default}, spec: {logSeverityScreen: Info}}
        """);
  }
}

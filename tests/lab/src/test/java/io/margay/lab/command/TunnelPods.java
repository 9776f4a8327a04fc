package io.margay.lab.command;

/** Pods i1, i2, i3 of the lab's own pool, and v1 and v3 of one in VXLAN, on node1, node2, node3. */
final class TunnelPods {
  static final String MANIFEST =
      """
      {apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: vxlan},
        spec: {cidr: 10.246.0.0/16, ipipMode: Never, vxlanMode: Always, natOutgoing: false}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: i1}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: i2}, spec: {nodeName: node2}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: i3}, spec: {nodeName: node3}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: v1,
        annotations: {cni.projectcalico.org/ipv4pools: '["vxlan"]'}}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: v3,
        annotations: {cni.projectcalico.org/ipv4pools: '["vxlan"]'}}, spec: {nodeName: node3}}
      """;

  private TunnelPods() {}
}

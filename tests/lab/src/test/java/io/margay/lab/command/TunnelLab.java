package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.probe.Ping;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A lab with pods i1, i2, i3 of its own pool, and v1 and v3 of one in VXLAN, on node1, node2,
 * node3: what goes between them goes through IPIP, through VXLAN, and without a tunnel.
 *
 * @param lab shared with other classes ({@link SharedLab}), or a class's own
 */
record TunnelLab(TestLab lab) {
  private static final String PODS =
      """
      {apiVersion: crd.projectcalico.org/v1, kind: IPPool, metadata: {name: vxlan},
        spec: {cidr: 10.246.0.0/16, ipipMode: Never, vxlanMode: Always, natOutgoing: false}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: i2}, spec: {nodeName: node2}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: i3}, spec: {nodeName: node3}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: v3,
        annotations: {cni.projectcalico.org/ipv4pools: '["vxlan"]'}}, spec: {nodeName: node3}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: i1}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: v1,
        annotations: {cni.projectcalico.org/ipv4pools: '["vxlan"]'}}, spec: {nodeName: node1}}
      """;

  /** Through IPIP, without a tunnel, through VXLAN. */
  private static final String[][] FLOWS = {{"i1", "i3"}, {"i1", "i2"}, {"v1", "v3"}};

  /** Makes the pods, as far as they are not there, and waits until they reach each other. */
  TunnelLab populate() throws Exception {
    assertThat(lab.manifests("apply", Map.of("pods.yaml", PODS))).as(lab.said.toString()).isZero();
    for (String[] pair : FLOWS) {
      await(pair[0] + " reaches " + pair[1], () -> reaches(pair[0], pair[1]));
    }
    return this;
  }

  /** Whether each of the flows gets through now. */
  boolean flows() {
    return List.of(FLOWS).stream().allMatch(pair -> reaches(pair[0], pair[1]));
  }

  boolean reaches(String from, String to) {
    String address = lab.address("default/" + to);
    return lab.in("default/" + from, "sh", "-c", "ping -c 1 -W 1 " + address + " || true")
        .contains(" 0% packet loss");
  }

  /** Pings along each of the flows until they are stopped. */
  List<Ping> ping() {
    var pings = new ArrayList<Ping>();
    for (String[] pair : FLOWS) {
      pings.add(lab.ping("default/" + pair[0], "default/" + pair[1]));
    }
    return pings;
  }

  /** Waits until margayctl finds nothing on a node that is not as it should be. */
  void settles(String node) throws Exception {
    await(
        () -> node + " has nothing left to do: " + Drift.of(lab, node),
        TestLab.SOON,
        () -> Drift.of(lab, node).isEmpty());
  }
}

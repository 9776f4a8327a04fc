package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.kube.types.Node;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class VtepDisputesTest {
  private static final Node FIRST = node("first", "10.246.1.0", "", "172.30.1.9/24");
  private static final Node SECOND = node("second", "10.246.2.0", "", "172.30.1.10/24");

  private static Node node(String name, String tunnel, String mac, String address) {
    var vxlan =
        new Node.Vxlan(
            Optional.of(Ip.of(tunnel)),
            mac.isEmpty() ? Optional.empty() : Optional.of(Mac.of(mac)));
    return Images.node(
        name,
        new Node.Tunnels(Optional.empty(), vxlan, Node.Vxlan.NONE, Node.Modes.UNSAID),
        address);
  }

  private static List<String> disputes(Node... nodes) {
    return VtepDisputes.of(NodeEnds.of(List.of(nodes)));
  }

  @Test
  void aSoundClusterHasNone() {
    assertThat(disputes(FIRST, SECOND)).isEmpty();
  }

  @Test
  void twoNodesWithOneTunnelAddressAreNamed() {
    Node thief = node("thief", "10.246.1.0", "", "172.30.1.11/24");
    assertThat(disputes(thief, SECOND, FIRST))
        .containsExactly(
            "Nodes \"first\" and \"thief\" both have the VXLAN tunnel address 10.246.1.0. Packets"
                + " for it go to first, the first by name, until the annotation of one of them is"
                + " removed: its agent writes another one.");
  }

  @Test
  void twoNodesWithOneMacAreNamed() {
    String mac = "66:00:00:00:00:01";
    assertThat(
            disputes(
                node("a", "10.246.1.0", mac, "172.30.1.9/24"),
                node("b", "10.246.2.0", mac, "172.30.1.10/24")))
        .singleElement()
        .asString()
        .startsWith("Nodes \"a\" and \"b\" both have the VXLAN MAC address 66:00:00:00:00:01. ");
  }
}

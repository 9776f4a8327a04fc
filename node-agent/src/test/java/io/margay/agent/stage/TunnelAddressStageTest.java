package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.TunnelAddressStage.Question;
import io.margay.agent.stage.TunnelAddressStage.Task;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Pool;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Node;
import io.margay.tunnel.plan.VxlanMac;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Calico's allocateip does with the address of tunl0. */
class TunnelAddressStageTest {
  private static final String HANDLE = "ipip-tunnel-addr-n1";
  private static final AssignRequest REQUEST =
      new AssignRequest(
          Family.IPV4,
          Pool.Use.TUNNEL,
          HANDLE,
          Map.of("node", "n1", "type", "ipipTunnelAddress"),
          List.of("10.244.0.0/16"),
          Optional.empty());

  record Row(String name, boolean pool, String annotated, Map<String, String> held, Task expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Row> rows() {
    Map<String, String> ours = Map.of("type", "ipipTunnelAddress", "node", "n1");
    return Stream.of(
        new Row("no pool, no address", false, "", Map.of(), new Task.GiveBack(HANDLE)),
        new Row(
            "no pool any more",
            false,
            "10.244.1.1",
            ours,
            new Task.Release(HANDLE, "NO_ELIGIBLE_POOL")),
        new Row("none yet", true, "", Map.of(), new Task.Assign(REQUEST, true, "NOT_ASSIGNED_YET")),
        new Row("ours", true, "10.244.1.1", ours, new Task.Nothing()),
        new Row(
            "ours, of another pool",
            true,
            "10.9.1.1",
            ours,
            new Task.Assign(REQUEST, true, "POOL_NOT_ELIGIBLE")),
        new Row(
            "a pod's",
            true,
            "10.244.1.1",
            Map.of("pod", "web", "node", "n1"),
            new Task.Assign(REQUEST, false, "HELD_BY_ANOTHER")));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void theTaskFollowsFromPoolsAnnotationAndHolder(Row row) {
    var question =
        new Question(
            TunnelAddressStage.Which.IPIP,
            row.pool() ? Set.of(Prefix.of("10.244.0.0/16")) : Set.of(),
            Optional.of(row.annotated()).filter(text -> !text.isEmpty()).map(Ip::of),
            false,
            false);
    Optional<Block.Attributes> held =
        Optional.of(row.held())
            .filter(attributes -> !attributes.isEmpty())
            .map(attributes -> Block.Attributes.of(HANDLE, attributes));
    assertThat(TunnelAddressStage.decide(Images.SELF, question, held)).isEqualTo(row.expected());
  }

  @Test
  void anAddressThatNobodyHoldsIsReplaced() {
    var question =
        new Question(
            TunnelAddressStage.Which.IPIP,
            Set.of(Prefix.of("10.244.0.0/16")),
            Optional.of(Ip.of("10.244.1.1")),
            false,
            false);
    assertThat(TunnelAddressStage.decide(Images.SELF, question, Optional.empty()))
        .isEqualTo(new Task.Assign(REQUEST, true, "UNASSIGNED_IN_IPAM"));
  }

  private static boolean isSettled(ClusterImage image) {
    return TunnelAddressStage.question(image, Images.SELF, TunnelAddressStage.Which.IPIP, Set.of())
        .filter(Question::isSettled)
        .isPresent();
  }

  @Test
  void settledIsWhatPoolsAskFor() {
    IpPool pool = Images.pool("10.244.0.0/16");
    var withAddress = Images.self(Map.of(), Optional.of(Ip.of("10.244.1.1")));
    assertThat(isSettled(Images.of(pool))).isFalse();
    assertThat(isSettled(Images.of(pool, Images.self()))).isFalse();
    assertThat(isSettled(Images.of(pool, withAddress))).isTrue();
    assertThat(isSettled(Images.of(Images.self()))).isTrue();
  }

  @Test
  void anAddressStaysWhileOthersSendToIt() {
    var question =
        new Question(
            TunnelAddressStage.Which.IPIP, Set.of(), Optional.of(Ip.of("10.244.1.1")), true, false);
    assertThat(TunnelAddressStage.decide(Images.SELF, question, Optional.empty()))
        .isEqualTo(new Task.Nothing());
  }

  @Test
  void aVxlanAddressWithoutItsMacGetsIt() {
    Ip address = Ip.of("10.244.1.0");
    Map<String, String> held = Map.of("type", "vxlanTunnelAddress", "node", "n1");
    for (boolean without : new boolean[] {true, false}) {
      var mac = Optional.of(VxlanMac.of("n1", Family.IPV4)).filter(_ -> !without);
      Node node =
          Images.node(
              "n1",
              new Node.Tunnels(
                  Optional.empty(),
                  new Node.Vxlan(Optional.of(address), mac),
                  Node.Vxlan.NONE,
                  Node.Modes.UNSAID));
      ClusterImage image = Images.of(node, Images.vxlanPool("10.244.0.0/16"));
      Question question =
          TunnelAddressStage.question(image, Images.SELF, TunnelAddressStage.Which.VXLAN, Set.of())
              .orElseThrow();
      assertThat(
              TunnelAddressStage.decide(
                  Images.SELF, question, Optional.of(Block.Attributes.of(HANDLE, held))))
          .isEqualTo(without ? new Task.Complete(address, "NO_MAC") : new Task.Nothing());
    }
  }

  @Test
  void anAddressIsClearedOnlyWhereNobodyIsToldToSendThere() {
    var said = new Node.Modes(Optional.of(Set.of("ipip")), Set.of());
    Node node =
        Images.node(
            "n1",
            new Node.Tunnels(
                Optional.of(Ip.of("10.244.1.1")), Node.Vxlan.NONE, Node.Vxlan.NONE, said));
    assertThat(TunnelAddressStage.mayClear(TunnelAddressStage.Which.IPIP, node)).isFalse();
    assertThat(TunnelAddressStage.mayClear(TunnelAddressStage.Which.VXLAN, node)).isTrue();
    assertThat(TunnelAddressStage.mayClear(TunnelAddressStage.Which.IPIP, Images.self())).isTrue();
  }

  @Test
  void eachTypeHasItsPoolsItsHandleAndItsAnnotations() {
    ClusterImage image =
        Images.of(Images.self(), Images.vxlanPool("10.244.0.0/16"), Images.vxlanPool("fd00::/48"));
    for (TunnelAddressStage.Which type : TunnelAddressStage.Which.values()) {
      Question question =
          TunnelAddressStage.question(image, Images.SELF, type, Set.of()).orElseThrow();
      Task task = TunnelAddressStage.decide(Images.SELF, question, Optional.empty());
      switch (type) {
        case IPIP -> assertThat(task).isEqualTo(new Task.GiveBack(HANDLE));
        case VXLAN ->
            assertThat(((Task.Assign) task).request())
                .isEqualTo(
                    new AssignRequest(
                        Family.IPV4,
                        Pool.Use.TUNNEL,
                        "vxlan-tunnel-addr-n1",
                        Map.of("node", "n1", "type", "vxlanTunnelAddress"),
                        List.of("10.244.0.0/16"),
                        Optional.empty()));
        case VXLAN_IPV6 ->
            assertThat(((Task.Assign) task).request())
                .isEqualTo(
                    new AssignRequest(
                        Family.IPV6,
                        Pool.Use.TUNNEL,
                        "vxlan-v6-tunnel-addr-n1",
                        Map.of("node", "n1", "type", "vxlanV6TunnelAddress"),
                        List.of("fd00::/48"),
                        Optional.empty()));
      }
    }
  }

  @Test
  void theMacIsWrittenWithTheAddressAndGoesWithIt() {
    assertThat(
            TunnelAddressStage.annotations(
                TunnelAddressStage.Which.VXLAN, Images.self(), Optional.of(Ip.of("10.244.1.1"))))
        .isEqualTo(
            Map.of(
                "projectcalico.org/IPv4VXLANTunnelAddr",
                Optional.of("10.244.1.1"),
                "projectcalico.org/VXLANTunnelMACAddr",
                Optional.of(VxlanMac.of("n1", Family.IPV4).toString())));
    assertThat(
            TunnelAddressStage.annotations(
                TunnelAddressStage.Which.VXLAN, Images.self(), Optional.empty()))
        .allSatisfy((_, value) -> assertThat(value).isEmpty());
  }
}

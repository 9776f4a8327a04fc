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
import io.margay.kube.types.IpPool;
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
        new Row("no pool, no address", false, "", Map.of(), new Task.Nothing()),
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
            row.pool() ? Set.of(Prefix.of("10.244.0.0/16")) : Set.of(),
            Optional.of(row.annotated()).filter(text -> !text.isEmpty()).map(Ip::of));
    Optional<Block.Attributes> held =
        Optional.of(row.held())
            .filter(attributes -> !attributes.isEmpty())
            .map(attributes -> Block.Attributes.of(HANDLE, attributes));
    assertThat(TunnelAddressStage.decide(Images.SELF, question, held)).isEqualTo(row.expected());
  }

  @Test
  void anAddressThatNobodyHoldsIsReplaced() {
    var question =
        new Question(Set.of(Prefix.of("10.244.0.0/16")), Optional.of(Ip.of("10.244.1.1")));
    assertThat(TunnelAddressStage.decide(Images.SELF, question, Optional.empty()))
        .isEqualTo(new Task.Assign(REQUEST, true, "UNASSIGNED_IN_IPAM"));
  }

  @Test
  void settledIsWhatPoolsAskFor() {
    IpPool pool = Images.pool("10.244.0.0/16");
    var withAddress = Images.self(Map.of(), Optional.of(Ip.of("10.244.1.1")));
    assertThat(TunnelAddressStage.isSettled(Images.of(pool), Images.SELF)).isFalse();
    assertThat(TunnelAddressStage.isSettled(Images.of(pool, Images.self()), Images.SELF)).isFalse();
    assertThat(TunnelAddressStage.isSettled(Images.of(pool, withAddress), Images.SELF)).isTrue();
    assertThat(TunnelAddressStage.isSettled(Images.of(Images.self()), Images.SELF)).isTrue();
  }
}

package io.margay.agent.stage;

import static io.margay.agent.stage.ThreeNodes.ENDS;
import static io.margay.agent.stage.ThreeNodes.FAR;
import static io.margay.agent.stage.ThreeNodes.POOL;
import static io.margay.agent.stage.ThreeNodes.SELF;
import static io.margay.agent.stage.ThreeNodes.kernel;
import static io.margay.agent.stage.ThreeNodes.planned;
import static io.margay.agent.stage.ThreeNodes.planner;
import static io.margay.agent.stage.ThreeNodes.shown;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.VxlanMac;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** This node's tunnels, and what they know of the other nodes. */
class TunnelStageTest {
  @Test
  void theDeviceKnowsItsPeersAndIsAsFelixConfigurationSays() {
    var felix =
        new FelixConfiguration(
            "default", "", Map.of("vxlanPort", 8472, "vxlanVNI", 7, "vxlanMTU", "big"));
    Plan plan = planned(Backend.BIRD, SELF, FAR, Images.vxlanPool(POOL), felix).plan(0);
    assertThat(plan.tunnels().get(new TunnelKey.Device("vxlan.calico")))
        .hasToString(
            "id 7 port 8472 dev eth0 local 172.30.1.9 address "
                + VxlanMac.of("n1", Family.IPV4)
                + " addresses [10.244.1.0/32] mtu 1450 up");
    assertThat(plan.tunnels().keySet())
        .contains(new TunnelKey.Neighbour("vxlan.calico", Ip.of("10.244.2.0")))
        .filteredOn(TunnelKey.FdbEntry.class::isInstance)
        .hasSize(1);
    assertThat(plan.podMtu()).isEqualTo(1450);
    assertThat(plan.notes())
        .containsExactly(
            "FelixConfiguration \"default\": spec: vxlanMTU is \"big\"; expected a whole number, 0 to 65535");
  }

  @Test
  void aNodesNewAddressIsFollowed() {
    Planner planner = planner(Backend.VXLAN, kernel());
    IpPool pool = Images.vxlanPool(POOL);
    ClusterImage image = Images.of(SELF, FAR, pool, Images.block("far", "10.244.2.0/26"));
    planner.image(image, ClusterDelta.from(image));
    assertThat(ends(planner.plan(0))).containsExactly("to [172.30.2.13]");
    Node moved = Images.node("far", ENDS, "172.30.2.77/24");
    ClusterImage next = Images.with(image, image.nodes().plus(moved.name(), moved), pool);
    planner.image(next, Images.delta(image, next));
    Plan plan = planner.plan(0);
    assertThat(ends(plan)).containsExactly("to [172.30.2.77]");
    assertThat(shown(planner))
        .containsExactly("10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80");
  }

  @Test
  void aDeletedNodesEndIsGoneAtOnce() {
    Planner planner = planner(Backend.VXLAN, kernel());
    IpPool pool = Images.vxlanPool(POOL);
    ClusterImage image = Images.of(SELF, FAR, pool, Images.block("far", "10.244.2.0/26"));
    planner.image(image, ClusterDelta.from(image));
    planner.plan(0);
    ClusterImage next = Images.with(image, image.nodes().minus(FAR.name()), pool);
    planner.image(next, Images.delta(image, next));
    Plan plan = planner.plan(0);
    assertThat(ends(plan)).isEmpty();
    assertThat(plan.tunnels()).containsOnlyKeys(new TunnelKey.Device("vxlan.calico"));
    assertThat(shown(planner)).containsExactly("10.244.2.0/26: node far is not there");
  }

  /** Where the entries of the VXLAN send packets. */
  private static List<String> ends(Plan plan) {
    return plan.tunnels().entrySet().stream()
        .filter(entry -> entry.getKey() instanceof TunnelKey.FdbEntry)
        .map(entry -> entry.getValue().toString())
        .toList();
  }

  @Test
  void theForwarderTakesPacketsOfTheNodesAndOfExternalOnes() {
    var felix =
        new FelixConfiguration(
            "default", "", Map.of("externalNodesList", List.of("192.0.2.0/24", "fd00:9::/64")));
    ClusterImage image = Images.of(SELF, FAR, Images.pool(POOL), felix);
    Planner planner = planner(Backend.BIRD, kernel(), IpipSupport.FORWARDER);
    planner.image(image, ClusterDelta.from(image));
    var forwarding =
        (TunnelItem.Forwarding) planner.plan(0).tunnels().get(new TunnelKey.Forwarding("tunl0"));
    assertThat(forwarding.table().sources())
        .containsExactlyInAnyOrder(
            Prefix.of("172.30.1.9/32"), Prefix.of("172.30.2.13/32"), Prefix.of("192.0.2.0/24"));
  }

  @Test
  void aTunnelStaysWhileItsUplinkIsAway() {
    var planner =
        Planners.of(
            new NodeName("n1"), Backend.BIRD, new RouterId.NodeAddress(), IpipSupport.KERNEL);
    ClusterImage image = Images.of(SELF, FAR, Images.vxlanPool(POOL));
    planner.image(image, ClusterDelta.from(image));
    planner.kernel(kernel());
    Map<TunnelKey, TunnelItem> before = planner.plan(0).tunnels();
    planner.kernel(new KernelFacts(List.of(), Set.of(), Map.of("eth0", 1500), List.of()));
    assertThat(planner.plan(0).tunnels().keySet()).isEqualTo(before.keySet()).isNotEmpty();
  }
}

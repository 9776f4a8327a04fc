package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.bgp.speaker.SpeakerConfig;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpPool.Encapsulation;
import io.margay.kube.types.Node;
import io.margay.route.fib.FibKey;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A cluster in which no node has an IPv4 address. */
class Ipv6OnlyTest {
  private static final String POOL = "fd00:244::/48";
  private static final Node SELF = node("n1", "fd00:1::9/64", "fd00:244::1:0");
  private static final Node NEAR = node("near", "fd00:1::10/64", "fd00:244::3:0");
  private static final Node FAR = node("far", "fd00:2::13/64", "fd00:244::2:0");

  private static Node node(String name, String address, String end) {
    var vxlan = new Node.Vxlan(Optional.of(Ip.of(end)), Optional.empty());
    return Images.node(
        name,
        new Node.Tunnels(Optional.empty(), Node.Vxlan.NONE, vxlan, Node.Modes.UNSAID),
        address);
  }

  private static KernelFacts kernel() {
    return new KernelFacts(
        List.of(up("eth0", "fd00:1::9/64"), up(TunnelKey.VXLAN_V6, "fd00:244::1:0/128")),
        Set.of("eth0", TunnelKey.VXLAN_V6),
        Map.of("eth0", 1500),
        List.of(
            Onward.of(Prefix.of("fd00:1::/64"), Hop.on("eth0")),
            Onward.of(Prefix.ALL_IPV6, Hop.via(Ip.of("fe80::1"), "eth0"))));
  }

  private static LocalInterface up(String name, String address) {
    return new LocalInterface(name, true, List.of(InterfaceAddress.of(address)));
  }

  private static Planner planned(Backend backend, RouterId routerId, IpPool pool) {
    var planner = Planners.of(Images.SELF, backend, routerId, IpipSupport.KERNEL);
    planner.kernel(kernel());
    ClusterImage image =
        Images.of(
            SELF,
            NEAR,
            FAR,
            pool,
            Images.block("near", "fd00:244::3:0/122"),
            Images.block("far", "fd00:244::2:0/122"));
    planner.image(image, ClusterDelta.from(image));
    planner.plan(0);
    return planner;
  }

  private static IpPool vxlan(Encapsulation mode) {
    return Images.pool(POOL, Encapsulation.NEVER, mode);
  }

  private static String route(Planner planner, String destination) {
    return String.valueOf(planner.routes().wanted().get(FibKey.main(Prefix.of(destination))));
  }

  @Test
  void theRouterIdIsMadeOfTheName() {
    SpeakerConfig speaker =
        planned(Backend.BIRD, new RouterId.HashOfName(), vxlan(Encapsulation.NEVER))
            .plan(0)
            .speaker()
            .orElseThrow();
    assertThat(speaker.routerId().bits()).isNotZero();
    assertThat(speaker.listen()).containsExactly(new SpeakerConfig.Listen(Ip6.ANY, 179));
    assertThat(speaker.peers())
        .extracting(peer -> peer.link().address())
        .containsExactlyInAnyOrder(Ip.of("fd00:1::10"), Ip.of("fd00:2::13"));
  }

  @Test
  void withoutOneThereIsNoBgpAndTheNotesSayWhatToSet() {
    Plan plan =
        planned(Backend.BIRD, new RouterId.NodeAddress(), vxlan(Encapsulation.NEVER)).plan(0);
    assertThat(plan.speaker()).isEmpty();
    assertThat(plan.notes()).anyMatch(note -> note.contains("set CALICO_ROUTER_ID to hash"));
  }

  @Test
  void vxlanIsOverIpv6AndSaidSo() {
    Planner planner =
        planned(Backend.VXLAN, new RouterId.NodeAddress(), vxlan(Encapsulation.CROSS_SUBNET));
    Plan plan = planner.plan(0);
    assertThat(route(planner, "fd00:244::2:0/122")).contains("fd00:244::2:0 dev vxlan-v6.calico");
    assertThat(route(planner, "fd00:244::3:0/122")).contains("fd00:1::10 dev eth0");
    assertThat(plan.tunnels().get(new TunnelKey.Device(TunnelKey.VXLAN_V6)).toString())
        .contains("local fd00:1::9", "mtu 1430");
    assertThat(plan.ends().wanted())
        .isEqualTo(new Plan.Announcement("vxlan-v6", "direct,vxlan-v6"));
    assertThat(plan.podMtu()).isEqualTo(1430);
  }

  @Test
  void withoutEncapsulationANodeThatIsNotOnALinkIsNamed() {
    Planner planner =
        planned(Backend.VXLAN, new RouterId.NodeAddress(), vxlan(Encapsulation.NEVER));
    assertThat(route(planner, "fd00:244::3:0/122")).contains("fd00:1::10 dev eth0");
    assertThat(planner.routes().left().get(Prefix.of("fd00:244::2:0/122")).text())
        .isEqualTo("node far: fd00:2::13 is on no link of this node, and there is no BGP");
  }
}

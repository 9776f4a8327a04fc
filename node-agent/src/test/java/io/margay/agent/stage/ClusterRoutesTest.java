package io.margay.agent.stage;

import static io.margay.agent.stage.ThreeNodes.FAR;
import static io.margay.agent.stage.ThreeNodes.NEAR;
import static io.margay.agent.stage.ThreeNodes.NEARS;
import static io.margay.agent.stage.ThreeNodes.NEAR_IPIP;
import static io.margay.agent.stage.ThreeNodes.POOL;
import static io.margay.agent.stage.ThreeNodes.POOL_V6;
import static io.margay.agent.stage.ThreeNodes.SELF;
import static io.margay.agent.stage.ThreeNodes.end;
import static io.margay.agent.stage.ThreeNodes.kernel;
import static io.margay.agent.stage.ThreeNodes.ofIpv6;
import static io.margay.agent.stage.ThreeNodes.planned;
import static io.margay.agent.stage.ThreeNodes.planner;
import static io.margay.agent.stage.ThreeNodes.shown;
import static io.margay.agent.stage.ThreeNodes.vxlan;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.Backend;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool.Encapsulation;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.Node;
import io.margay.route.fib.FibKey;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Routes to other nodes from the API's objects, as Felix makes them (calico-node 3.32). */
class ClusterRoutesTest {
  @Test
  void aViewIsToldWhereEachNodeIsAndInWhatItIsSentPackets() {
    Planner planner = planner(Backend.VXLAN, kernel());
    ClusterImage image =
        Images.of(
            SELF,
            FAR,
            ofIpv6("near", "fd00:1::10/64"),
            Images.vxlanPool(POOL),
            Images.block("n1", "10.244.1.0/26"),
            Images.block("far", "10.244.2.0/26"),
            Images.block("gone", "10.244.3.0/26"));
    planner.image(image, ClusterDelta.from(image));
    planner.plan(0);
    assertThat(planner.reaches())
        .extracting(reach ->
            reach.node()
                + " "
                + reach.end().map(end -> end.address().toString()).orElse("-")
                + " "
                + reach.destinations().stream()
                    .map(d -> d.prefix() + " " + d.sent().map(Object::toString).orElse("-"))
                    .toList())
        .containsExactly(
            "far 172.30.2.13 [10.244.2.0/26 vxlan]",
            "far fd00:2::13 []",
            "gone - [10.244.3.0/26 -]",
            "near fd00:1::10 [fd00:244::2:0/128 -]");
  }

  record Row(String name, Backend backend, List<Object> objects, List<String> expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static Row row(String name, Backend backend, List<Object> objects, String... expected) {
    return new Row(name, backend, objects, List.of(expected));
  }

  private static Object udp(Encapsulation ipip) {
    return Images.pool(POOL, ipip, Encapsulation.NEVER, "udp");
  }

  /** A node of ours that takes that. */
  private static Node saying(String name, String receives, String address) {
    var modes = new Node.Modes(Optional.of(Set.of(receives)), Set.of());
    return Images.node(
        name, new Node.Tunnels(NEAR_IPIP, Node.Vxlan.NONE, Node.Vxlan.NONE, modes), address);
  }

  private static Object pool(Encapsulation vxlan) {
    return Images.pool(POOL, Encapsulation.NEVER, vxlan);
  }

  static Stream<Row> rows() {
    var always = Images.vxlanPool(POOL);
    var always6 = Images.vxlanPool(POOL_V6);
    var plain = pool(Encapsulation.NEVER);
    var block = Images.block("far", "10.244.2.0/26");
    return Stream.of(
        row(
            "VXLAN always, also in the subnet",
            Backend.BIRD,
            List.of(SELF, NEAR, always, Images.block("near", "10.244.2.0/26")),
            "10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80"),
        row(
            "VXLAN across subnets, near",
            Backend.BIRD,
            List.of(
                SELF,
                NEAR,
                pool(Encapsulation.CROSS_SUBNET),
                Images.block("near", "10.244.2.0/26")),
            "10.244.2.0/26 via 172.30.1.10 dev eth0 onlink proto 80"),
        row(
            "VXLAN across subnets, far",
            Backend.BIRD,
            List.of(SELF, FAR, pool(Encapsulation.CROSS_SUBNET), block),
            "10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80"),
        row(
            "VXLAN of IPv6",
            Backend.VXLAN,
            List.of(
                SELF,
                ofIpv6("far", "fd00:2::13/64"),
                always6,
                Images.block("far", "fd00:244::2:0/122")),
            "fd00:244::2:0/122 metric 1024 via fd00:244::2:0 dev vxlan-v6.calico onlink proto 80"),
        row(
            "UDP, also where BGP brings the others' routes",
            Backend.BIRD,
            List.of(
                SELF, saying("near", "udp", "172.30.1.10/24"), udp(Encapsulation.ALWAYS), NEARS),
            "10.244.3.0/26 via 172.30.1.10 dev udp.margay onlink proto 80"),
        row(
            "UDP across subnets, near",
            Backend.VXLAN,
            List.of(
                SELF,
                saying("near", "udp", "172.30.1.10/24"),
                udp(Encapsulation.CROSS_SUBNET),
                NEARS),
            "10.244.3.0/26 via 172.30.1.10 dev eth0 onlink proto 80"),
        row(
            "UDP, and a node of Calico's",
            Backend.VXLAN,
            List.of(
                SELF,
                Images.node("near", vxlan(NEAR_IPIP, "", ""), "172.30.1.10/24"),
                udp(Encapsulation.ALWAYS),
                NEARS),
            "10.244.3.0/26 via 172.30.1.10 dev tunl0 onlink proto 80"),
        row(
            "UDP, and a node that does not take it yet",
            Backend.VXLAN,
            List.of(
                SELF, saying("near", "ipip", "172.30.1.10/24"), udp(Encapsulation.ALWAYS), NEARS),
            "10.244.3.0/26 via 172.30.1.10 dev tunl0 onlink proto 80"),
        row(
            "a node that has no end of the VXLAN",
            Backend.BIRD,
            List.of(SELF, Images.node("far", Node.Tunnels.NONE, "172.30.2.13/24"), always, block),
            "10.244.2.0/26: node far: no vtep"),
        row(
            "a pod with another node's address",
            Backend.VXLAN,
            List.of(
                SELF,
                Images.node("near", vxlan(Optional.empty(), "10.244.3.0", ""), "172.30.1.10/24"),
                FAR,
                always,
                block,
                Images.block("near", "10.244.3.0/26"),
                Images.pod("web", "near", "10.244.2.9")),
            "10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80",
            "10.244.2.9/32 via 10.244.3.0 dev vxlan.calico onlink proto 80",
            "10.244.3.0/26 via 10.244.3.0 dev vxlan.calico onlink proto 80"),
        row(
            "a pod in a block of its node needs no route of its own",
            Backend.VXLAN,
            List.of(SELF, FAR, always, block, Images.pod("web", "far", "10.244.2.9")),
            "10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80"),
        row(
            "a tunnel address that was borrowed is on the link",
            Backend.VXLAN,
            List.of(SELF, FAR, always, Images.block("n1", "10.244.2.0/26")),
            "10.244.2.0/26 blackhole proto 80",
            "10.244.2.0/32 dev vxlan.calico proto 80"),
        row(
            "a pod that is here now",
            Backend.VXLAN,
            List.of(
                SELF,
                FAR,
                always,
                block,
                Images.block("far", "10.244.3.7/32"),
                Images.pod("web", "n1", "10.244.3.7")),
            "10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80",
            "10.244.3.7/32 metric 1024 dev caliweb proto 3"),
        row(
            "no encapsulation without BGP, near",
            Backend.VXLAN,
            List.of(SELF, NEAR, plain, Images.block("near", "10.244.2.0/26")),
            "10.244.2.0/26 via 172.30.1.10 dev eth0 onlink proto 80"),
        row(
            "no encapsulation without BGP, of IPv6",
            Backend.NONE,
            List.of(
                SELF,
                ofIpv6("near", "fd00:1::10/64"),
                Images.pool(POOL_V6, Encapsulation.NEVER, Encapsulation.NEVER),
                Images.block("near", "fd00:244::2:0/122")),
            "fd00:244::2:0/122 metric 1024 via fd00:1::10 dev eth0 onlink proto 80"),
        row(
            "no encapsulation without BGP, far",
            Backend.VXLAN,
            List.of(SELF, FAR, plain, block),
            "10.244.2.0/26: node far: 172.30.2.13 is on no link of this node, and there is no BGP"),
        row(
            "no encapsulation, BGP has not brought it",
            Backend.BIRD,
            List.of(SELF, FAR, plain, block),
            "10.244.2.0/26: node far: BGP has not brought it"),
        row(
            "IPIP without BGP",
            Backend.VXLAN,
            List.of(SELF, FAR, Images.pool(POOL), block),
            "10.244.2.0/26 via 172.30.2.13 dev tunl0 onlink proto 80"),
        row(
            "in no pool, without BGP",
            Backend.VXLAN,
            List.of(SELF, FAR, block),
            "10.244.2.0/26: node far: in no pool"),
        row(
            "a node that is not there",
            Backend.VXLAN,
            List.of(SELF, plain, block),
            "10.244.2.0/26: node far is not there"),
        row(
            "a node without an address of the family",
            Backend.VXLAN,
            List.of(SELF, Images.node("far", Node.Tunnels.NONE, "fd00:2::13/64"), always, block),
            "10.244.2.0/26: node far has no IPv4 address"),
        row(
            "own blocks: Felix's where the pool is VXLAN, else BIRD's",
            Backend.BIRD,
            List.of(
                SELF,
                always,
                Images.pool("10.245.0.0/16"),
                Images.block("n1", "10.244.1.0/26"),
                Images.block("n1", "10.245.1.0/26"),
                Images.block("n1", "10.244.5.5/32")),
            "10.244.1.0/26 blackhole proto 80",
            "10.245.1.0/26 blackhole proto 12"),
        row(
            "two affinities to a block: the block tells",
            Backend.VXLAN,
            List.of(
                SELF,
                NEAR,
                Images.node("far", Node.Tunnels.NONE, "172.30.2.13/24"),
                plain,
                block,
                Images.block("near", "10.244.2.0/26"),
                new IpamBlock(Prefix.of("10.244.2.0/26"), Optional.of("host:near"), 1, false)),
            "10.244.2.0/26 via 172.30.1.10 dev eth0 onlink proto 80"));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void everyBlockHasARouteOrAReason(Row row) {
    assertThat(shown(planned(row.backend(), row.objects().toArray())))
        .containsExactlyElementsOf(row.expected());
  }

  @Test
  void everyRouteSaysWhose() {
    Planner planner =
        planned(
            Backend.VXLAN,
            SELF,
            FAR,
            pool(Encapsulation.CROSS_SUBNET),
            Images.block("far", "10.244.2.0/26"));
    assertThat(planner.routes().causes().get(FibKey.main(Prefix.of("10.244.2.0/26"))).text())
        .isEqualTo("block of node far, other subnet");
    assertThat(planner.routes().causes().values()).noneMatch(RouteCause::isLocal);
  }

  @Test
  void aDeviceThatIsNotUpKeepsItsRoutesWaiting() {
    KernelFacts all = kernel();
    var without = new KernelFacts(all.interfaces(), Set.of("eth0"), all.mtus(), all.onward());
    assertThat(
            shown(
                planned(
                    Backend.VXLAN,
                    without,
                    SELF,
                    FAR,
                    Images.vxlanPool(POOL),
                    Images.block("far", "10.244.2.0/26"))))
        .containsExactly("10.244.2.0/26: vxlan.calico is not up yet");
  }
}

package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.bgp.rib.LocalRoute;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.AsNumber;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.PodKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class OriginStageTest {
  private static Affinity affinity(String node, String block, Affinity.State state) {
    return Affinity.of(Owner.host(node), Prefix.of(block), state);
  }

  private static final ClusterImage IMAGE =
      Images.of(
          affinity("n1", "10.244.1.64/26", Affinity.State.CONFIRMED),
          affinity("n1", "10.244.1.0/26", Affinity.State.CONFIRMED),
          affinity("n1", "10.244.2.0/26", Affinity.State.PENDING),
          affinity("n1", "10.244.3.7/32", Affinity.State.CONFIRMED),
          affinity("n2", "10.244.4.0/26", Affinity.State.CONFIRMED));

  @Test
  void onlyConfirmedBlocksOfThisNodeAreItsOwn() {
    assertThat(OwnBlocks.of(IMAGE, Images.SELF).confirmed().stream().map(Prefix::toString))
        .containsExactly("10.244.1.0/26", "10.244.1.64/26", "10.244.3.7/32");
  }

  @Test
  void unusedAddressesEndHereAlsoInBlocksThatAreBeingClaimed() {
    assertThat(OwnBlocks.of(IMAGE, Images.SELF).claimed().stream().map(Prefix::toString))
        .containsExactly("10.244.1.0/26", "10.244.1.64/26", "10.244.2.0/26");
  }

  @Test
  void blocksPodsAndTheTunnelAddressAreToldWithTheirKind() {
    var pod =
        new LocalPods.LocalPod(
            new PodKey("shop", "web"), "cali1", List.of(Ip.of("10.9.0.1")), true);
    var routes =
        OriginStage.routes(
            IMAGE,
            OwnBlocks.of(IMAGE, Images.SELF),
            List.of(pod),
            Optional.of(Ip.of("10.244.1.5")),
            KernelFacts.NONE);
    assertThat(routes.values())
        .containsExactlyInAnyOrder(
            LocalRoute.of(Prefix.of("10.244.1.0/26"), LocalRoute.Kind.BLOCK),
            LocalRoute.of(Prefix.of("10.244.1.64/26"), LocalRoute.Kind.BLOCK),
            LocalRoute.on(Prefix.of("10.9.0.1/32"), LocalRoute.Kind.WORKLOAD, "cali1"),
            LocalRoute.on(Prefix.of("10.244.1.5/32"), LocalRoute.Kind.DIRECT, "tunl0"));
  }

  private static LocalInterface device(String name, boolean up, String... addresses) {
    return new LocalInterface(
        name, up, List.of(addresses).stream().map(InterfaceAddress::of).toList());
  }

  private static Onward kernel(String destination, Hop hop, int metric, boolean made) {
    return new Onward(Prefix.of(destination), List.of(hop), metric, Optional.empty(), made);
  }

  // BIRD's protocols direct and kernel: what filters may let through.
  @Test
  void connectedNetworksAndOthersRoutesAreThereForFilters() {
    Hop router = Hop.via(Ip.of("172.30.1.1"), "eth0");
    var facts =
        new KernelFacts(
            List.of(
                device("lo", true, "127.0.0.1/8", "192.0.2.1/32"),
                device("eth0", true, "172.30.1.9/24", "fe80::1/64", "fd00:1::9/64"),
                device("eth1", false, "10.7.0.1/24"),
                device("kube-ipvs0", true, "10.96.0.1/32"),
                device("mgmt0", true, "10.8.0.1/24")),
            Set.of(),
            Map.of(),
            List.of(
                kernel("172.30.1.0/24", Hop.on("eth0"), 0, false),
                kernel("0.0.0.0/0", router, 100, true),
                kernel("10.5.0.0/16", Hop.on("eth0"), -1, true),
                kernel("10.5.0.0/16", router, 7, true),
                new Onward(Prefix.of("10.6.0.0/16"), List.of(), 0, Optional.empty(), true)));
    BgpConfiguration d = BgpConfiguration.defaults();
    ClusterImage image =
        Images.of(
            new BgpConfiguration(
                d.name(),
                d.nodeToNodeMesh(),
                d.asNumber(),
                d.listenPort(),
                d.services(),
                d.communities(),
                d.prefixAdvertisements(),
                d.nodeMeshPassword(),
                d.nodeMeshMaxRestartTime(),
                d.bindToNodeIp(),
                List.of("mgmt*"),
                d.localWorkloadPeering(),
                d.programClusterRoutes(),
                d.ipv4RoutePriority(),
                d.ipv6RoutePriority(),
                d.ebgpRequiresPolicy()));
    var routes =
        OriginStage.routes(
            image, OwnBlocks.of(image, Images.SELF), List.of(), Optional.empty(), facts);
    assertThat(routes.values())
        .extracting(route ->
            route.prefix()
                + " "
                + route.kind()
                + " "
                + route.interfaceName().orElse("-")
                + " "
                + (route.metric().isPresent() ? route.metric().getAsLong() : "-"))
        .containsExactlyInAnyOrder(
            "192.0.2.1/32 DIRECT lo -",
            "172.30.1.0/24 DIRECT eth0 -",
            "fd00:1::/64 DIRECT eth0 -",
            "0.0.0.0/0 KERNEL eth0 100",
            "10.5.0.0/16 KERNEL eth0 7");
  }

  private static BgpConfiguration advertising(String name, String word) {
    BgpConfiguration d = BgpConfiguration.defaults();
    return new BgpConfiguration(
        name,
        true,
        d.asNumber(),
        d.listenPort(),
        d.services(),
        Map.of("gold", "65000:1"),
        List.of(
            new BgpConfiguration.PrefixAdvertisement(Prefix.of("10.244.0.0/16"), List.of(word))),
        d.nodeMeshPassword(),
        d.nodeMeshMaxRestartTime(),
        d.bindToNodeIp(),
        d.ignoredInterfaces(),
        d.localWorkloadPeering(),
        d.programClusterRoutes(),
        d.ipv4RoutePriority(),
        d.ipv6RoutePriority(),
        d.ebgpRequiresPolicy());
  }

  private static List<String> communities(List<String> notes, Object... objects) {
    ClusterImage image = Images.of(objects);
    return OriginStage.export(image, OwnBlocks.of(image, Images.SELF), notes)
        .advertisements()
        .stream()
        .flatMap(a -> a.communities().stream())
        .map(Object::toString)
        .toList();
  }

  @Test
  void aNodesOwnAdvertisementsStandInForTheClusters() {
    var notes = new ArrayList<String>();
    BgpConfiguration cluster = advertising("default", "gold");
    List<String> gold = communities(notes, cluster);
    assertThat(gold).hasSize(1);
    assertThat(communities(notes, advertising("default", "65000:1"))).isEqualTo(gold);
    assertThat(communities(notes, cluster, advertising("node.n2", "65000:2"))).isEqualTo(gold);
    assertThat(communities(notes, cluster, advertising("node.n1", "65000:2:3")))
        .hasSize(1)
        .isNotEqualTo(gold);
    assertThat(notes).isEmpty();
  }

  @Test
  void aCommunityThatIsNoneIsLeftOutAndSaid() {
    var notes = new ArrayList<String>();
    assertThat(communities(notes, advertising("default", "silver"))).isEmpty();
    assertThat(notes)
        .singleElement()
        .asString()
        .startsWith(
            "BGPConfiguration \"default\": prefixAdvertisements of 10.244.0.0/16: \"silver\"");
  }

  @Test
  void whatHasNoEffectIsSaid() {
    BgpConfiguration d = BgpConfiguration.defaults();
    var cidr = List.of(Prefix.of("10.96.0.0/12"));
    var cluster =
        new BgpConfiguration(
            "default",
            false,
            Optional.of(new AsNumber(65001)),
            d.listenPort(),
            new BgpConfiguration.Services(cidr, cidr, cidr, false),
            d.communities(),
            d.prefixAdvertisements(),
            d.nodeMeshPassword(),
            d.nodeMeshMaxRestartTime(),
            true,
            d.ignoredInterfaces(),
            List.of(Ip.of("169.254.1.1")),
            false,
            d.ipv4RoutePriority(),
            d.ipv6RoutePriority(),
            d.ebgpRequiresPolicy());
    assertThat(ConfigurationNotes.of(Images.of(cluster), Images.SELF))
        .hasSize(6)
        .allMatch(note -> note.startsWith("BGPConfiguration \"default\": spec."))
        .anyMatch(note -> note.contains("spec.serviceExternalIPs: services are not announced yet"));
    var own =
        new BgpConfiguration(
            "node.n1",
            false,
            Optional.of(new AsNumber(65001)),
            d.listenPort(),
            d.services(),
            d.communities(),
            d.prefixAdvertisements(),
            d.nodeMeshPassword(),
            d.nodeMeshMaxRestartTime(),
            true,
            d.ignoredInterfaces(),
            d.localWorkloadPeering(),
            true,
            d.ipv4RoutePriority(),
            d.ipv6RoutePriority(),
            d.ebgpRequiresPolicy());
    assertThat(ConfigurationNotes.of(Images.of(own), Images.SELF))
        .hasSize(3)
        .allMatch(note -> note.contains("counts in BGPConfiguration \"default\" only"));
    assertThat(ConfigurationNotes.of(Images.of(d), Images.SELF)).isEmpty();
  }
}

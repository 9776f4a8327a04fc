package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.bgp.rib.NextHops;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteType;
import io.margay.route.view.KernelView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;

class KernelStageTest {
  private static LinkEntry link(int index, String name, boolean up, int mtu) {
    return new LinkEntry(
        index, name, up ? LinkEntry.UP : 0, mtu, Optional.empty(), "", 0, 0, LinkEntry.OPER_UP);
  }

  private static AddressEntry address(int index, String text, int flags) {
    return new AddressEntry(index, InterfaceAddress.of(text), Optional.empty(), 0, flags);
  }

  private static KernelView view(RouteEntry... routes) {
    var byPrefix = new HashMap<Prefix, List<RouteEntry>>();
    for (RouteEntry route : routes) {
      byPrefix.computeIfAbsent(route.destination(), _ -> new ArrayList<>()).add(route);
    }
    return new KernelView(
        HashTreePMap.from(byPrefix),
        HashTreePMap.from(
            Map.of(
                2, link(2, "eth0", true, 1500),
                3, link(3, "eth1", false, 9000),
                4, link(4, "tunl0", true, 1480),
                5, link(5, "cali1", true, 1480))),
        OrderedPSet.from(
            List.of(
                address(2, "172.30.1.10/24", AddressEntry.SECONDARY),
                address(2, "172.30.1.9/24", 0),
                address(2, "10.9.0.1/16", 0),
                address(2, "fd00::7/64", AddressEntry.TENTATIVE),
                address(5, "169.254.1.1/32", 0))));
  }

  private static RouteEntry via(String destination, int protocol, int device, String gateway) {
    return RouteEntry.unicast(
        Prefix.of(destination),
        protocol,
        gateway.isEmpty() ? NextHop.device(device) : NextHop.via(Ip.of(gateway), device));
  }

  private static KernelFacts facts(RouteEntry... routes) {
    return KernelStage.facts(view(routes), List.of("cali"));
  }

  @Test
  void podsInterfacesAreReadyButNoneOfTheNodes() {
    KernelFacts facts = facts();
    assertThat(facts.interfaces())
        .extracting(i -> i.name())
        .containsExactly("eth0", "eth1", "tunl0");
    assertThat(facts.readyInterfaces()).containsExactlyInAnyOrder("eth0", "tunl0", "cali1");
    assertThat(facts.mtus()).containsOnlyKeys("eth0", "eth1", "tunl0");
  }

  @ParameterizedTest
  @CsvSource({
    "eth0,true",
    "ens3.100,true",
    "bond0,true",
    "cali1,false",
    "tap5,false",
    "tunl0,false",
    "vxlan.calico,false",
    "cni0,false",
    "docker0,false",
    "virbr0,false",
    "br-1f2e3d,false"
  })
  void whatANodeMakesForItselfIsNoUplink(String name, boolean uplink) {
    assertThat(KernelStage.isUplink(name, List.of("cali", "tap"))).isEqualTo(uplink);
  }

  @Test
  void addressesKeepTheKernelsOrderAndSecondariesStandBehind() {
    assertThat(facts().interfaces().getFirst().addresses())
        .extracting(InterfaceAddress::toString)
        .containsExactly("172.30.1.9/24", "10.9.0.1/16", "172.30.1.10/24");
  }

  @Test
  void anAddressThatIsTentativeIsToldApartAndOneOfAnotherNodeIsNone() {
    KernelView view =
        new KernelView(
            HashTreePMap.empty(),
            view().links(),
            OrderedPSet.from(
                List.of(
                    address(2, "fd00::7/64", AddressEntry.TENTATIVE),
                    address(2, "fd00::8/64", 0),
                    address(3, "fd00::9/64", AddressEntry.TENTATIVE | AddressEntry.DADFAILED))));
    assertThat(KernelStage.facts(view, List.of("cali")).interfaces())
        .extracting(i -> i.name() + " " + i.operational() + " " + i.addresses() + i.tentative())
        .containsExactly(
            "eth0 true [fd00::8/64][fd00::7/64]", "eth1 false [][]", "tunl0 true [][]");
  }

  @Test
  void aViewNeedsNotTheRoutesToOtherNodesBlocks() {
    RouteEntry[] all = {
      via("172.30.1.0/24", 2, 2, ""),
      via("0.0.0.0/0", 3, 2, "172.30.1.1"),
      via("10.244.5.0/26", 12, 2, "172.30.1.11"),
      via("10.244.6.0/26", 80, 4, "172.30.1.12"),
      via("10.244.1.1/32", 80, 5, ""),
      via("10.244.1.2/32", 3, 5, "")
    };
    RouteEntry[] asked = Stream.of(all).filter(KernelStage::isAskedFor).toArray(RouteEntry[]::new);
    assertThat(asked).hasSize(4);
    assertThat(facts(asked)).isEqualTo(facts(all));
    assertThat(KernelStage.podRoutes(view(asked), List.of("cali")))
        .isEqualTo(KernelStage.podRoutes(view(all), List.of("cali")))
        .hasSize(2);
  }

  @Test
  void nextHopsAreReachedByRoutesOfOthersThanBgpAndPods() {
    KernelFacts facts =
        facts(
            via("172.30.1.0/24", 2, 2, ""),
            via("0.0.0.0/0", 3, 2, "172.30.1.1"),
            via("10.244.5.0/26", 12, 2, "172.30.1.11"),
            via("10.244.6.0/26", 3, 4, ""),
            via("10.244.1.1/32", 3, 5, ""));
    assertThat(facts.onward())
        .containsExactlyInAnyOrder(
            Onward.of(Prefix.of("0.0.0.0/0"), Hop.via(Ip.of("172.30.1.1"), "eth0")),
            new Onward(
                Prefix.of("172.30.1.0/24"), List.of(Hop.on("eth0")), 0, Optional.empty(), false));
  }

  /** Routes are by index: a device that is renamed keeps them, and they have its new name. */
  @Test
  void aRenamedUplinkHasItsNewNameInAllOfIt() {
    KernelView before = view(via("172.30.1.0/24", 2, 2, ""), via("0.0.0.0/0", 3, 2, "172.30.1.1"));
    var renamed =
        new KernelView(
            before.routes(),
            before.links().plus(2, link(2, "up0", true, 1500)),
            before.addresses());
    KernelFacts facts = KernelStage.facts(renamed, List.of("cali"));
    assertThat(facts.interfaces()).extracting(i -> i.name()).contains("up0").doesNotContain("eth0");
    assertThat(facts.readyInterfaces()).containsExactlyInAnyOrder("up0", "tunl0", "cali1");
    assertThat(leaves(facts, "172.30.1.9")).contains("on up0");
    assertThat(leaves(facts, "10.3.0.1")).contains("172.30.1.1 up0");
  }

  private static Optional<String> leaves(KernelFacts facts, String nextHop) {
    return new NextHopTable(facts.onward())
        .way(Ip.of(nextHop))
        .map(way ->
            way.hops().stream()
                .map(hop -> hop.gateway().map(Ip::toString).orElse("on") + " " + hop.device())
                .collect(Collectors.joining(", ")));
  }

  private static RouteEntry withMetric(RouteEntry route, int metric) {
    return like(route, metric, route.type(), route.nextHops());
  }

  private static RouteEntry like(
      RouteEntry route, int metric, RouteType type, List<NextHop> nextHops) {
    return new RouteEntry(
        route.table(),
        route.destination(),
        metric,
        type,
        route.protocol(),
        route.scope(),
        route.tos(),
        route.preferredSource(),
        route.metrics(),
        route.flags(),
        nextHops);
  }

  @Test
  void aNextHopBehindADeadEndOrADeadLinkIsNotReached() {
    RouteEntry byDefault = via("0.0.0.0/0", 3, 2, "172.30.1.1");
    RouteEntry deadLink = via("10.1.0.0/16", 2, 3, "");
    RouteEntry deadEnd = like(via("10.2.0.0/16", 4, 2, ""), 0, RouteType.UNREACHABLE, List.of());
    KernelFacts facts = facts(byDefault, deadLink, deadEnd);
    assertThat(leaves(facts, "10.1.0.1")).as("eth1 is down").isEmpty();
    assertThat(leaves(facts, "10.2.0.1")).as("unreachable").isEmpty();
    assertThat(leaves(facts, "10.3.0.1")).contains("172.30.1.1 eth0");
    assertThat(
            leaves(
                facts(
                    byDefault,
                    withMetric(deadEnd, -1),
                    withMetric(via("10.2.0.0/16", 3, 2, ""), 7)),
                "10.2.0.1"))
        .as("metrics have no sign")
        .contains("on eth0");
    assertThat(
            leaves(
                facts(deadLink, withMetric(via("10.1.0.0/16", 3, 2, "172.30.1.2"), 900)),
                "10.1.0.1"))
        .as("the other way to the same network")
        .contains("172.30.1.2 eth0");
  }

  @Test
  void allWaysOfAMultipathRouteCountThatWork() {
    RouteEntry one = via("10.5.0.0/16", 3, 2, "172.30.1.1");
    var hops =
        List.of(
            NextHop.via(Ip.of("172.30.1.1"), 2),
            NextHop.via(Ip.of("10.1.0.1"), 3),
            NextHop.via(Ip.of("172.30.1.2"), 2));
    var several = like(one, 0, one.type(), hops);
    assertThat(leaves(facts(several), "10.5.0.1")).contains("172.30.1.1 eth0, 172.30.1.2 eth0");
  }

  // As BIRD counts: two uplinks with metrics of their own are still equal.
  @Test
  void whatIsOnALinkIsNearAndAllElseIsFar() {
    var table =
        new NextHopTable(
            facts(
                    withMetric(via("172.30.1.0/24", 2, 2, ""), 101),
                    withMetric(via("0.0.0.0/0", 3, 2, "172.30.1.1"), 5))
                .onward());
    assertThat(table.resolve(Ip.of("172.30.1.7")))
        .isEqualTo(new NextHops.Resolution.Reached(0, Optional.of("eth0")));
    assertThat(table.resolve(Ip.of("192.0.2.1")))
        .isEqualTo(new NextHops.Resolution.Reached(1, Optional.of("eth0")));
  }

  @Test
  void equalViewsGiveEqualFacts() {
    assertThat(facts(via("0.0.0.0/0", 3, 2, "172.30.1.1")))
        .isEqualTo(facts(via("0.0.0.0/0", 3, 2, "172.30.1.1")));
  }

  @Test
  void routesToPodsAreThoseOfSingleAddressesOnTheirInterfaces() {
    KernelView view =
        view(
            RouteEntry.unicast(Prefix.of("10.65.0.2/32"), 3, NextHop.device(5)),
            RouteEntry.unicast(Prefix.of("fd00::2/128"), 3, NextHop.device(5)),
            RouteEntry.unicast(Prefix.of("10.65.0.0/26"), 3, NextHop.device(5)),
            RouteEntry.unicast(Prefix.of("10.65.0.3/32"), 3, NextHop.device(2)),
            RouteEntry.unicast(Prefix.of("10.65.0.4/32"), 3, NextHop.device(77)));
    assertThat(KernelStage.podRoutes(view, List.of("cali")))
        .containsOnlyKeys(Ip.of("10.65.0.2"), Ip.of("fd00::2"));
  }
}

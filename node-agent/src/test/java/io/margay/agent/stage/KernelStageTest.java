package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.view.KernelView;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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

  @Test
  void addressesKeepTheKernelsOrderAndSecondariesStandBehind() {
    assertThat(facts().interfaces().getFirst().addresses())
        .extracting(InterfaceAddress::toString)
        .containsExactly("172.30.1.9/24", "10.9.0.1/16", "172.30.1.10/24");
  }

  @Test
  void nextHopsAreReachedByRoutesOfOthersOverDevicesThatAreUp() {
    KernelFacts facts =
        facts(
            via("172.30.1.0/24", 2, 2, ""),
            via("0.0.0.0/0", 3, 2, "172.30.1.1"),
            via("10.1.0.0/16", 3, 3, ""),
            via("10.244.5.0/26", 12, 2, "172.30.1.11"),
            via("10.244.6.0/26", 3, 4, ""),
            via("10.244.1.1/32", 3, 5, ""));
    assertThat(facts.onward())
        .extracting(way -> way.destination() + " " + way.gateway().map(Ip::toString).orElse("-"))
        .containsExactlyInAnyOrder("0.0.0.0/0 172.30.1.1", "172.30.1.0/24 -");
  }

  @Test
  void equalViewsGiveEqualFacts() {
    assertThat(facts(via("0.0.0.0/0", 3, 2, "172.30.1.1")))
        .isEqualTo(facts(via("0.0.0.0/0", 3, 2, "172.30.1.1")));
  }
}

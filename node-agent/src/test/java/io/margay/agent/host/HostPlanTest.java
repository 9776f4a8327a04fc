package io.margay.agent.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Plan;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.view.KernelView;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.pcollections.HashTreePMap;
import org.pcollections.OrderedPSet;

class HostPlanTest {
  @Test
  void ipv6IsForwardedOnlyWhereItIsUsed() {
    assertThat(HostPlan.wanted(false, Map.of(), Set.of(), Set.of("eth0")))
        .containsOnlyKeys("net/ipv4/ip_forward", "net/netfilter/nf_conntrack_acct");
    assertThat(HostPlan.wanted(true, Map.of(), Set.of(), Set.of()))
        .containsEntry("net/ipv6/conf/all/forwarding", HostSetting.always("1"));
  }

  @Test
  void aDeviceWithAnAdvertisedRouteGoesOnHearingItsRouter() {
    assertThat(HostPlan.wanted(true, Map.of(), Set.of(), Set.of("eth0.1")))
        .containsEntry("net/ipv6/conf/eth0.1/accept_ra", HostSetting.onlyFrom("1", "2"));
    var known = HostSetting.onlyFrom("1", "2");
    assertThat(known.isMetBy("1")).isFalse();
    assertThat(known.isMetBy("2")).isTrue();
    assertThat(known.isMetBy("0")).as("another program listens in the kernel's place").isTrue();
  }

  /** Calico's table of settings of a pod's interface, for each family that the pod has. */
  @Test
  void podsInterfacesHaveCalicosSettings() {
    var wanted =
        HostPlan.wanted(
            true,
            Map.of(
                Ip.of("10.65.0.2"), pod("10.65.0.2/32", "cali1"),
                Ip.of("10.65.0.3"), pod("10.65.0.3/32", "cali2"),
                Ip.of("fd00::3"), pod("fd00::3/128", "cali2"),
                Ip.of("10.65.0.4"), pod("10.65.0.4/32", "cali3")),
            Set.of("cali1", "cali2"),
            Set.of());
    assertThat(of(wanted, "cali1"))
        .containsExactlyInAnyOrder(
            "net/ipv6/conf/cali1/accept_ra=0",
            "net/ipv4/conf/cali1/route_localnet=1",
            "net/ipv4/neigh/cali1/proxy_delay=0",
            "net/ipv4/conf/cali1/proxy_arp=1",
            "net/ipv4/conf/cali1/forwarding=1",
            "net/ipv4/conf/cali1/rp_filter=1");
    assertThat(of(wanted, "cali2"))
        .contains(
            "net/ipv4/conf/cali2/proxy_arp=1",
            "net/ipv6/conf/cali2/proxy_ndp=1",
            "net/ipv6/conf/cali2/forwarding=1");
    assertThat(of(wanted, "cali3")).as("not up yet").isEmpty();
  }

  @Test
  void advertisedRoutesAreKnownByTheirProtocol() {
    var view =
        new KernelView(
            HashTreePMap.singleton(
                Prefix.ALL_IPV6,
                List.of(
                    RouteEntry.unicast(Prefix.ALL_IPV6, 9, NextHop.device(2)),
                    RouteEntry.unicast(Prefix.ALL_IPV6, 3, NextHop.device(3)),
                    RouteEntry.unicast(Prefix.ALL_IPV6, 9, NextHop.device(77)))),
            HashTreePMap.from(Map.of(2, link(2, "eth0"), 3, link(3, "eth1"))),
            OrderedPSet.empty());
    assertThat(HostPlan.routed(view)).containsExactly("eth0");
    assertThat(HostPlan.routed(KernelView.EMPTY)).isEmpty();
  }

  private static List<String> of(Map<String, HostSetting> wanted, String device) {
    return wanted.entrySet().stream()
        .filter(e -> e.getKey().contains("/" + device + "/"))
        .map(e -> e.getKey() + "=" + e.getValue().value())
        .toList();
  }

  private static Plan.PodRoute pod(String prefix, String device) {
    return new Plan.PodRoute(FibKey.main(Prefix.of(prefix), 1024), device, Optional.empty());
  }

  private static LinkEntry link(int index, String name) {
    return new LinkEntry(
        index, name, LinkEntry.UP, 1500, Optional.empty(), "", 0, 0, LinkEntry.OPER_UP);
  }
}

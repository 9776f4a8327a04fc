package io.margay.route.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.fib.FibNextHop;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ViewBuilderTest {
  private static final Prefix NET = Prefix.of("198.51.100.0/24");
  private static final Prefix NET6 = Prefix.of("2001:db8:9::/48");
  private static final int UNASKED = 80;
  private static final Ip FAR = Ip.of("198.51.100.7");

  private final ViewBuilder builder = new ViewBuilder(route -> route.protocol() != UNASKED);

  @BeforeEach
  void twoDevices() {
    builder.reset(List.of(), List.of(link(1, "eth0", true), link(2, "eth1", true)), List.of());
  }

  @Test
  void theMostSpecificRouteAndThenTheLowestMetricWins() {
    put(route(Prefix.ALL_IPV4, 0, "192.0.2.254", 1));
    put(route(NET, 100, "192.0.2.2", 2));
    put(route(NET, 50, "192.0.2.1", 1));
    assertThat(hops(FAR)).containsExactly(FibNextHop.via(Ip.of("192.0.2.1"), "eth0"));
    assertThat(hops(Ip.of("203.0.113.1")))
        .containsExactly(FibNextHop.via(Ip.of("192.0.2.254"), "eth0"));
    assertThat(Way.to(builder.view(), FAR).orElseThrow().route().metric()).isEqualTo(50);
  }

  @Test
  void aConnectedDestinationIsItsOwnGateway() {
    put(RouteEntry.unicast(NET, 2, NextHop.device(1)));
    assertThat(hops(FAR)).containsExactly(FibNextHop.via(FAR, "eth0"));
  }

  @Test
  void aDeviceThatGoesDownTakesItsIpv4RoutesWithoutAnEventOfTheirs() {
    put(route(NET, 0, "192.0.2.1", 1));
    put(route(Prefix.ALL_IPV4, 0, "192.0.2.2", 2));
    assertThat(builder.take(new RtnlEvent.LinkChanged(link(1, "eth0", false)))).isTrue();
    assertThat(builder.view().routes()).doesNotContainKey(NET);
    assertThat(hops(FAR)).containsExactly(FibNextHop.via(Ip.of("192.0.2.2"), "eth1"));
  }

  @Test
  void multipathStaysWhenOneOfItsDevicesGoesAndIsUsedByTheOther() {
    put(
        RouteEntry.unicast(
            NET, 12, NextHop.via(Ip.of("192.0.2.1"), 1), NextHop.via(Ip.of("192.0.2.2"), 2)));
    builder.take(new RtnlEvent.LinkGone(link(1, "eth0", false)));
    assertThat(hops(FAR)).containsExactly(FibNextHop.via(Ip.of("192.0.2.2"), "eth1"));
  }

  @Test
  void ipv6TellsOfTheEndOfAMultipathRouteLegByLeg() {
    NextHop first = NextHop.via(Ip.of("2001:db8::1"), 1);
    NextHop second = NextHop.via(Ip.of("2001:db8::2"), 2);
    put(RouteEntry.unicast(NET6, 12, first, second));
    gone(RouteEntry.unicast(NET6, 12, first));
    assertThat(hops(Ip.of("2001:db8:9::7")))
        .containsExactly(FibNextHop.via(Ip.of("2001:db8::2"), "eth1"));
    gone(RouteEntry.unicast(NET6, 12, second));
    assertThat(builder.view().routes()).isEmpty();
  }

  @Test
  void whatTheKernelMakesOfAddressesStandsOnceForEachDevice() {
    Prefix linkLocal = Prefix.of("fe80::/64");
    put(RouteEntry.unicast(linkLocal, 2, NextHop.device(1)));
    put(RouteEntry.unicast(linkLocal, 2, NextHop.device(2)));
    assertThat(builder.view().routes().get(linkLocal)).hasSize(2);
    gone(RouteEntry.unicast(linkLocal, 2, NextHop.device(1)));
    assertThat(builder.view().routes().get(linkLocal)).hasSize(1);
  }

  @Test
  void anAddressIsKeptOnceWhateverItsFlagsAndGoesWithItsDevice() {
    var address = InterfaceAddress.of("192.0.2.1/24");
    take(new RtnlEvent.AddressChanged(new AddressEntry(1, address, Optional.empty(), 0, 0x40)));
    take(new RtnlEvent.AddressChanged(new AddressEntry(1, address, Optional.empty(), 0, 0x80)));
    assertThat(builder.view().addressesOf(1)).hasSize(1);
    put(RouteEntry.unicast(Prefix.of("192.0.2.0/24"), 2, NextHop.device(1)));
    assertThat(Way.to(builder.view(), address.ip())).isEmpty();
    take(new RtnlEvent.LinkGone(link(1, "eth0", false)));
    assertThat(builder.view().addresses()).isEmpty();
  }

  @Test
  void addressesKeepTheOrderInWhichTheyCame() {
    var last = AddressEntry.of(1, InterfaceAddress.of("192.0.2.1/24"));
    var first = AddressEntry.of(1, InterfaceAddress.of("198.51.100.1/24"));
    take(new RtnlEvent.AddressChanged(first));
    take(new RtnlEvent.AddressChanged(last));
    take(new RtnlEvent.AddressChanged(first));
    assertThat(builder.view().addressesOf(1)).containsExactly(first, last);
  }

  @Test
  void onlyADumpTellsWhatWentWithAnIpv4Address() {
    var v4 = AddressEntry.of(1, InterfaceAddress.of("192.0.2.1/24"));
    var v6 = AddressEntry.of(1, InterfaceAddress.of("2001:db8::1/64"));
    assertThat(builder.take(new RtnlEvent.AddressGone(v4))).isFalse();
    assertThat(builder.take(new RtnlEvent.AddressGone(v6))).isTrue();
    assertThat(builder.take(new RtnlEvent.Overrun())).isFalse();
  }

  @Test
  void aViewThatWasGivenOutStaysAsItWas() {
    put(route(NET, 0, "192.0.2.1", 1));
    KernelView before = builder.view();
    gone(route(NET, 0, "192.0.2.1", 1));
    assertThat(Way.to(before, FAR)).isPresent();
    assertThat(Way.to(builder.view(), FAR)).isEmpty();
  }

  @Test
  void whatNobodyAsksForIsInNoViewAndMakesNoNewOne() {
    RouteEntry shown = RouteEntry.unicast(NET, 12, NextHop.via(Ip.of("192.0.2.1"), 1));
    RouteEntry unasked = RouteEntry.unicast(NET, UNASKED, NextHop.via(Ip.of("192.0.2.2"), 2));
    builder.reset(List.of(unasked), List.of(), List.of());
    assertThat(builder.view().routes()).isEmpty();
    put(unasked);
    gone(unasked);
    assertThat(builder.hasChanged()).isFalse();
    put(shown);
    assertThat(builder.hasChanged()).isTrue();
    assertThat(builder.view().routes()).containsOnlyKeys(NET);
    put(route(NET, 50, "192.0.2.1", 1, UNASKED));
    assertThat(builder.hasChanged()).as("beside it").isFalse();
    put(unasked);
    assertThat(builder.view().routes()).as("the other one replaced it").isEmpty();
  }

  private List<FibNextHop> hops(Ip ip) {
    return Way.to(builder.view(), ip).orElseThrow().hops();
  }

  private void put(RouteEntry route) {
    take(new RtnlEvent.RouteChanged(route, 0));
  }

  private void gone(RouteEntry route) {
    take(new RtnlEvent.RouteGone(route, 0));
  }

  private void take(RtnlEvent event) {
    assertThat(builder.take(event)).isTrue();
  }

  private static RouteEntry route(Prefix prefix, int metric, String gateway, int device) {
    return route(prefix, metric, gateway, device, 12);
  }

  private static RouteEntry route(
      Prefix prefix, int metric, String gateway, int device, int protocol) {
    var plain = RouteEntry.unicast(prefix, protocol, NextHop.via(Ip.of(gateway), device));
    return new RouteEntry(
        plain.table(),
        plain.destination(),
        metric,
        plain.type(),
        plain.protocol(),
        plain.scope(),
        0,
        Optional.empty(),
        RouteMetrics.NONE,
        0,
        plain.nextHops());
  }

  private static LinkEntry link(int index, String name, boolean up) {
    return new LinkEntry(index, name, up ? LinkEntry.UP : 0, 1500, Optional.empty(), "", 0, 0, 6);
  }
}

package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netlink.RtnlMonitor.Group;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.rtnl.RouteType;
import io.margay.kernel.rtnl.RtnlEvent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** News of the real kernel. */
@Timeout(30)
class RtnlMonitorTest {
  private TestNetns host;
  private RtnlMonitor monitor;

  @BeforeEach
  void open() {
    host = TestNetns.create();
    monitor = RtnlMonitor.in(host.netns(), EnumSet.allOf(Group.class));
  }

  @AfterEach
  void close() {
    monitor.close();
    host.close();
  }

  @Test
  void changesOfAllKindsAreToldInTheirOrder() {
    host.device("eth0");
    host.ip("addr add 192.0.2.1/24 dev eth0");
    host.ip("route add 10.1.0.0/16 via 192.0.2.9");
    host.ip("neigh add 192.0.2.9 lladdr 02:00:00:00:00:09 dev eth0");
    host.ip("route del 10.1.0.0/16");
    host.ip("rule add from 10.1.0.0/16 table 100");
    host.ip("-6 rule add table 100");
    host.ip("rule del table 100");
    host.ip("link del eth0");
    List<RtnlEvent> seen = until(e -> e instanceof RtnlEvent.LinkGone(var l) && named(l, "eth0"));
    assertThat(seen)
        .filteredOn(RtnlMonitorTest::isOfThisTest)
        .extracting(e -> e.getClass().getSimpleName())
        .containsSubsequence(
            "LinkChanged",
            "AddressChanged",
            "RouteChanged",
            "NeighbourChanged",
            "RouteGone",
            "RuleChanged",
            "RuleChanged",
            "RuleGone",
            "AddressGone",
            "LinkGone");
  }

  @Test
  void aPortThatLeavesItsBridgeIsNotGone() {
    host.device("eth0");
    host.ip("link add br0 type bridge");
    host.ip("link set eth0 master br0");
    host.ip("link set eth0 nomaster");
    host.ip("link del br0");
    List<RtnlEvent> seen = until(e -> e instanceof RtnlEvent.LinkGone(var l) && named(l, "br0"));
    assertThat(seen).noneMatch(e -> e instanceof RtnlEvent.LinkGone(var l) && named(l, "eth0"));
  }

  @Test
  void anEventTellsWhoseDoingItWas() {
    host.device("eth0");
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      int index = rtnl.link("eth0").orElseThrow().index();
      var route = RouteEntry.unicast(Prefix.of("10.1.0.0/16"), 80, NextHop.device(index));
      rtnl.run(new RouteRequest.Create(route));
      host.ip("route del 10.1.0.0/16");
      var seen = until(e -> e instanceof RtnlEvent.RouteGone(var r, _) && r.equals(route));
      assertThat(seen).contains(new RtnlEvent.RouteChanged(route, rtnl.port()));
      assertThat(seen)
          .noneMatch(e -> e instanceof RtnlEvent.RouteGone(var _, int by) && by == rtnl.port());
    }
  }

  @Test
  void ofOnesOwnMakingOnlyRoutesToHostsAndOverDevicesAreTold() {
    host.device("eth0");
    host.ip("addr add 192.0.2.1/24 dev eth0");
    host.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    try (Rtnl rtnl = Rtnl.in(host.netns());
        var quiet =
            RtnlMonitor.in(
                host.netns(), EnumSet.of(Group.IPV4_ROUTE, Group.IPV6_ROUTE), rtnl.port())) {
      int eth0 = rtnl.link("eth0").orElseThrow().index();
      List<RouteEntry> routes = allKinds(eth0);
      assertThat(rtnl.apply(routes.stream().map(RouteRequest.Create::new).toList()))
          .allMatch(Ack::isOk);
      assertThat(rtnl.apply(routes.stream().map(RouteRequest.Replace::new).toList()))
          .allMatch(Ack::isOk);
      assertThat(rtnl.apply(routes.stream().map(RouteRequest.Delete::new).toList()))
          .allMatch(Ack::isOk);
      host.ip("route add 10.1.0.0/26 via 192.0.2.9 proto bird");
      host.ip("route del 10.1.0.0/26");

      var told = new ArrayList<String>();
      var last = "gone 10.1.0.0/26";
      while (!told.contains(last)) {
        quiet.await(1000, event -> told.add(text(event)));
      }
      assertThat(told)
          .containsExactly(
              "10.3.0.1/32",
              "10.4.0.0/26",
              "fd00:3::1/128",
              "fd00:4::/122", // made
              "fd00:3::1/128",
              "fd00:4::/122", // replaced by equal ones: IPv4 keeps quiet
              "gone 10.3.0.1/32",
              "gone 10.4.0.0/26",
              "gone fd00:3::1/128",
              "gone fd00:4::/122",
              "10.1.0.0/26", // another's doing
              last);
    }
  }

  private static List<RouteEntry> allKinds(int eth0) {
    var four = NextHop.via(Ip.of("192.0.2.9"), eth0);
    var six = NextHop.via(Ip.of("2001:db8::9"), eth0);
    return List.of(
        RouteEntry.unicast(Prefix.of("10.1.0.0/26"), 12, four),
        RouteEntry.unicast(Prefix.of("10.2.0.0/26"), 12, six),
        RouteEntry.unicast(Prefix.of("10.3.0.1/32"), 12, four),
        RouteEntry.unicast(Prefix.of("10.4.0.0/26"), 12, NextHop.device(eth0)),
        RouteEntry.unicast(
            Prefix.of("10.5.0.0/26"), 12, four, NextHop.via(Ip.of("192.0.2.10"), eth0)),
        blackhole("10.6.0.0/26"),
        RouteEntry.unicast(Prefix.of("fd00:1::/122"), 12, six),
        RouteEntry.unicast(Prefix.of("fd00:3::1/128"), 12, six),
        RouteEntry.unicast(Prefix.of("fd00:4::/122"), 12, NextHop.device(eth0)),
        blackhole("fd00:6::/122"));
  }

  private static RouteEntry blackhole(String prefix) {
    return new RouteEntry(
        RouteEntry.TABLE_MAIN,
        Prefix.of(prefix),
        0,
        RouteType.BLACKHOLE,
        12,
        RouteEntry.UNIVERSE,
        0,
        Optional.empty(),
        RouteMetrics.NONE,
        0,
        List.of());
  }

  private static String text(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.RouteChanged(var route, _) -> route.destination().toString();
      case RtnlEvent.RouteGone(var route, _) -> "gone " + route.destination();
      default -> event.toString();
    };
  }

  @Test
  void lostEventsAreReportedAndTheNextOnesComeAgain() {
    host.device("eth0");
    try (Rtnl rtnl = Rtnl.in(host.netns())) {
      int index = rtnl.link("eth0").orElseThrow().index();
      var requests = new ArrayList<RouteRequest>();
      for (int i = 0; i < 40_000; i++) {
        var prefix = new Prefix(new Ip4(0x0a800000 + i), 32);
        requests.add(
            new RouteRequest.Create(RouteEntry.unicast(prefix, 12, NextHop.device(index))));
      }
      assertThat(rtnl.apply(requests)).allMatch(Ack::isOk);
    }
    List<RtnlEvent> seen = until(RtnlEvent.Overrun.class::isInstance);
    assertThat(seen.size()).isBetween(1_000, 40_000);
    host.ip("addr add 192.0.2.1/24 dev eth0");
    var address = InterfaceAddress.of("192.0.2.1/24");
    until(e -> e instanceof RtnlEvent.AddressChanged(var a) && a.address().equals(address));
  }

  @Test
  void aWaitEndsWhenAnotherThreadSaysSoEvenBeforeItBegan() throws InterruptedException {
    Thread waker = Thread.ofPlatform().start(monitor::wake);
    monitor.await(-1, e -> {});
    waker.join();
  }

  private List<RtnlEvent> until(Predicate<RtnlEvent> last) {
    var seen = new ArrayList<RtnlEvent>();
    while (seen.stream().noneMatch(last)) {
      monitor.await(1000, seen::add);
    }
    return seen;
  }

  /** Without IPv6's own doings and the other end of the pair. */
  private static boolean isOfThisTest(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.LinkChanged(var link) -> named(link, "eth0");
      case RtnlEvent.LinkGone(var link) -> named(link, "eth0");
      case RtnlEvent.AddressChanged(var a) -> a.address().ip() instanceof Ip4;
      case RtnlEvent.AddressGone(var a) -> a.address().ip() instanceof Ip4;
      case RtnlEvent.RouteChanged(var r, _) -> r.destination().equals(Prefix.of("10.1.0.0/16"));
      case RtnlEvent.RouteGone(var r, _) -> r.destination().equals(Prefix.of("10.1.0.0/16"));
      case RtnlEvent.NeighbourChanged(var n) ->
          n.destination().stream().anyMatch(Ip4.class::isInstance);
      case RtnlEvent.RuleChanged(var rule) -> rule.table() == 100;
      case RtnlEvent.RuleGone(var rule) -> rule.table() == 100;
      case RtnlEvent.NeighbourGone _, RtnlEvent.Overrun _ -> false;
    };
  }

  private static boolean named(LinkEntry link, String name) {
    return link.name().equals(name);
  }
}

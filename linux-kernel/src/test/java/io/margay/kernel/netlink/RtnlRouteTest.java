package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.kernel.rtnl.RouteType;
import io.margay.kernel.rtnl.RuleEntry;
import io.margay.kernel.rtnl.RuleRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Routes and rules against the real kernel; ip(8) is the judge. */
class RtnlRouteTest {
  private TestNetns host;
  private Rtnl rtnl;
  private int eth0;
  private int eth1;

  @BeforeEach
  void open() {
    host = TestNetns.create();
    rtnl = Rtnl.in(host.netns());
    host.device("eth0");
    host.device("eth1");
    host.ip("addr add 192.0.2.1/24 dev eth0");
    host.ip("addr add 198.51.100.1/24 dev eth1");
    host.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    eth0 = rtnl.link("eth0").orElseThrow().index();
    eth1 = rtnl.link("eth1").orElseThrow().index();
  }

  @AfterEach
  void close() {
    rtnl.close();
    host.close();
  }

  @Test
  void whatIsWrittenIsReadBackTheSame() {
    List<RouteEntry> routes =
        List.of(
            RouteEntry.unicast(Prefix.of("10.1.0.1/32"), 3, NextHop.device(eth0)),
            RouteEntry.unicast(Prefix.of("10.2.0.0/26"), 12, NextHop.via(Ip.of("192.0.2.9"), eth0)),
            RouteEntry.unicast(
                Prefix.of("10.3.0.0/26"), 80, NextHop.onlink(Ip.of("203.0.113.9"), eth0)),
            RouteEntry.unicast(
                Prefix.of("10.4.0.0/26"), 12, NextHop.via(Ip.of("2001:db8::9"), eth0)),
            RouteEntry.unicast(
                Prefix.of("10.5.0.0/16"),
                12,
                new NextHop(Optional.of(Ip.of("192.0.2.9")), eth0, 2, 0),
                new NextHop(Optional.of(Ip.of("203.0.113.9")), eth1, 1, NextHop.ONLINK)),
            deadEnd("10.6.0.0/26", RouteType.BLACKHOLE),
            deadEnd("10.7.0.0/26", RouteType.UNREACHABLE),
            deadEnd("10.8.0.0/26", RouteType.PROHIBIT),
            new RouteEntry(
                5000,
                Prefix.of("10.9.0.0/16"),
                77,
                RouteType.UNICAST,
                80,
                RouteEntry.UNIVERSE,
                0,
                Optional.of(Ip.of("192.0.2.1")),
                new RouteMetrics(1400, 1340),
                0,
                List.of(NextHop.via(Ip.of("192.0.2.9"), eth0))));
    assertThat(rtnl.apply(routes.stream().map(RouteRequest.Replace::new).toList()))
        .allMatch(Ack::isOk);
    var there = new ArrayList<>(rtnl.routes(Family.IPV4, RouteEntry.TABLE_MAIN, 0).entries());
    there.addAll(rtnl.routes(Family.IPV4, 5000, 0).entries());
    assertThat(there).containsAll(routes);
    assertThat(host.ip("route show 10.5.0.0/16").lines().map(String::strip))
        .containsExactly(
            "10.5.0.0/16 proto bird",
            "nexthop via 192.0.2.9 dev eth0 weight 2",
            "nexthop via 203.0.113.9 dev eth1 weight 1 onlink");
    assertThat(host.ip("route show table 5000"))
        .isEqualTo(
            "10.9.0.0/16 via 192.0.2.9 dev eth0 proto 80 src 192.0.2.1 metric 77 mtu 1400"
                + " advmss 1340");
  }

  @Test
  void ipv6RoutesHaveMetric1024AndDeadEndsNoDevice() {
    var unicast =
        RouteEntry.unicast(Prefix.of("fd00:1::/122"), 12, NextHop.via(Ip.of("2001:db8::9"), eth0));
    var dead = deadEnd("fd00:2::/122", RouteType.BLACKHOLE);
    rtnl.run(new RouteRequest.Replace(unicast));
    rtnl.run(new RouteRequest.Replace(dead));
    assertThat(rtnl.routes(Family.IPV6, RouteEntry.TABLE_MAIN, 0).entries())
        .filteredOn(r -> r.protocol() == 12 || r.protocol() == 80)
        .extracting(RouteEntry::metric, RouteEntry::type, r -> r.nextHops().size())
        .containsExactlyInAnyOrder(
            tuple(1024, RouteType.UNICAST, 1), tuple(1024, RouteType.BLACKHOLE, 0));
    assertThat(host.ip("-6 route show proto 80")).startsWith("blackhole fd00:2::/122 dev lo");
  }

  @Test
  void aBatchGoesOnBehindARefusalAndEachAnswerIsInTheKernelsWords() {
    var good = RouteEntry.unicast(Prefix.of("10.1.0.0/26"), 12, NextHop.device(eth0));
    var bad =
        RouteEntry.unicast(Prefix.of("10.2.0.0/26"), 12, NextHop.via(Ip.of("203.0.113.1"), eth0));
    var noDevice = RouteEntry.unicast(Prefix.of("10.3.0.0/26"), 12, NextHop.device(9999));
    List<Ack> acks =
        rtnl.apply(
            List.of(
                new RouteRequest.Create(bad),
                new RouteRequest.Create(good),
                new RouteRequest.Create(noDevice),
                new RouteRequest.Create(good)));
    assertThat(acks).hasSize(4);
    assertThat(acks.get(0)).hasToString("ENETUNREACH (Nexthop has invalid gateway)");
    assertThat(acks.get(1).isOk()).isTrue();
    assertThat(acks.get(2).is(Errno.ENODEV)).isTrue();
    assertThat(acks.get(3).is(Errno.EEXIST)).isTrue();
    assertThatThrownBy(() -> rtnl.run(new RouteRequest.Create(bad)))
        .isInstanceOf(KernelException.class)
        .hasMessage(
            "route add 10.2.0.0/26 via 203.0.113.1 dev #"
                + eth0
                + " proto 12: ENETUNREACH (Nexthop has invalid gateway)");
  }

  @Test
  void deletionMatchesAllThatIsSaidAndAMissingRouteIsEsrch() {
    var route = RouteEntry.unicast(Prefix.of("10.1.0.0/26"), 80, NextHop.device(eth0));
    var others = RouteEntry.unicast(Prefix.of("10.1.0.0/26"), 4, NextHop.device(eth0));
    rtnl.run(new RouteRequest.Create(others));
    assertThat(rtnl.apply(new RouteRequest.Delete(route)).is(Errno.ESRCH)).isTrue();
    assertThat(host.ip("route show 10.1.0.0/26")).contains("proto static");
    rtnl.run(new RouteRequest.Delete(others));
    assertThat(host.ip("route show 10.1.0.0/26")).isEmpty();
  }

  @Test
  void aTableThatDoesNotExistIsEmpty() {
    assertThat(rtnl.routes(Family.IPV4, 7777, 0).entries()).isEmpty();
    assertThat(rtnl.routes(Family.IPV6, 7777, 0).entries()).isEmpty();
  }

  @Test
  void manyThousandsPassInOneCallAndADumpShowsThemAll() {
    int count = 20_000;
    var add = new ArrayList<RouteRequest>(count);
    var delete = new ArrayList<RouteRequest>(count);
    for (int i = 0; i < count; i++) {
      var prefix = new Prefix(new Ip4(0x0a800000 + i), 32);
      var route = RouteEntry.unicast(prefix, 12, NextHop.via(Ip.of("192.0.2.9"), eth0));
      add.add(new RouteRequest.Create(route));
      delete.add(new RouteRequest.Delete(route));
    }
    assertThat(rtnl.apply(add)).allMatch(Ack::isOk);
    assertThat(rtnl.routes(Family.IPV4, RouteEntry.TABLE_MAIN, 12).entries()).hasSize(count);
    assertThat(rtnl.apply(delete)).allMatch(Ack::isOk);
    assertThat(rtnl.routes(Family.IPV4, RouteEntry.TABLE_MAIN, 12).entries()).isEmpty();
  }

  @Test
  void rulesComeAndGo() {
    var rule =
        new RuleEntry(
            Family.IPV4,
            99,
            5000,
            Optional.of(Prefix.of("10.65.0.0/16")),
            Optional.empty(),
            0x100000,
            0x100000,
            true,
            "eth0",
            "",
            -1,
            80);
    rtnl.run(new RuleRequest.Create(rule));
    assertThat(rtnl.apply(new RuleRequest.Create(rule)).is(Errno.EEXIST)).isTrue();
    assertThat(rtnl.rules(Family.IPV4).entries()).contains(rule);
    assertThat(host.ip("rule show priority 99"))
        .isEqualTo(
            "99:\tnot from 10.65.0.0/16 fwmark 0x100000/0x100000 iif eth0 lookup 5000 proto 80");
    rtnl.run(new RuleRequest.Delete(rule));
    assertThat(rtnl.rules(Family.IPV4).entries()).doesNotContain(rule);
  }

  private static RouteEntry deadEnd(String prefix, RouteType type) {
    return new RouteEntry(
        RouteEntry.TABLE_MAIN,
        Prefix.of(prefix),
        0,
        type,
        80,
        RouteEntry.UNIVERSE,
        0,
        Optional.empty(),
        RouteMetrics.NONE,
        0,
        List.of());
  }
}

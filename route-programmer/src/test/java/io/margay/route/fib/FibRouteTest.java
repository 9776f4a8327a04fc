package io.margay.route.fib;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMetrics;
import io.margay.kernel.rtnl.RouteType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FibRouteTest {
  private static final FibNextHop A = FibNextHop.via(Ip.of("192.0.2.1"), "eth0");
  private static final FibNextHop B = FibNextHop.via(Ip.of("192.0.2.2"), "eth0");

  @Test
  void ipv6MetricZeroIsTheKernels1024AndIpv4ZeroIsZero() {
    assertThat(FibKey.main(Prefix.of("fd00::/64")))
        .isEqualTo(FibKey.main(Prefix.of("fd00::/64"), 1024));
    assertThat(FibKey.main(Prefix.of("10.0.0.0/8")))
        .isNotEqualTo(FibKey.main(Prefix.of("10.0.0.0/8"), 1024));
  }

  @Test
  void nextHopsAreASetAndASingleOneHasNoWeight() {
    assertThat(FibRoute.unicast(12, A, B)).isEqualTo(FibRoute.unicast(12, B, A));
    var heavy = new FibNextHop("eth0", A.gateway(), false, 7);
    assertThat(FibRoute.unicast(12, heavy)).isEqualTo(FibRoute.unicast(12, A));
    assertThat(FibRoute.unicast(12, heavy, B)).isNotEqualTo(FibRoute.unicast(12, A, B));
  }

  @Test
  void whatTheKernelTellsApartIsNotEqual() {
    FibRoute route = FibRoute.unicast(12, A);
    assertThat(
            List.of(
                FibRoute.unicast(80, A),
                FibRoute.unicast(12, B),
                FibRoute.unicast(12, FibNextHop.onlink(Ip.of("192.0.2.1"), "eth0")),
                FibRoute.unicast(12, FibNextHop.via(Ip.of("192.0.2.1"), "eth1")),
                route.withMetrics(new RouteMetrics(1400, 0)),
                route.withMetrics(new RouteMetrics(0, 1340)),
                route.withSource(Ip.of("192.0.2.9")),
                FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, 12)))
        .doesNotContain(route);
  }

  @Test
  void nextHopsBelongToUnicastOnly() {
    assertThatThrownBy(() -> FibRoute.unicast(12)).hasMessage("UNICAST with 0 next hops");
    assertThatThrownBy(() ->
            new FibRoute(
                FibRoute.Type.BLACKHOLE, 80, 0, Optional.empty(), RouteMetrics.NONE, List.of(A)))
        .hasMessage("BLACKHOLE with 1 next hops");
  }

  @Test
  void textIsWhatIpRouteWouldWrite() {
    assertThat(FibRoute.unicast(12, A, B).withMetrics(new RouteMetrics(1400, 1340)))
        .hasToString(
            "nexthop via 192.0.2.1 dev eth0 nexthop via 192.0.2.2 dev eth0 proto 12 mtu 1400 advmss"
                + " 1340");
    assertThat(FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, 80)).hasToString("blackhole proto 80");
    assertThat(FibKey.main(Prefix.of("fd00::/64"))).hasToString("fd00::/64 metric 1024");
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void theKernelsFormReadsBackAsTheSame(long seed) {
    var random = new SplittableRandom(seed);
    for (int i = 0; i < 500; i++) {
      boolean v6 = random.nextBoolean();
      FibKey key = randomKey(random, v6);
      FibRoute route = randomRoute(random, v6);
      RouteEntry entry = KernelForm.of(key, route, name -> Integer.parseInt(name.substring(3)));
      assertThat(FibKey.of(entry)).as("seed %d, round %d", seed, i).isEqualTo(key);
      assertThat(KernelForm.read(entry, index -> "eth" + index))
          .as("seed %d, round %d", seed, i)
          .contains(route);
    }
  }

  @Test
  void whatIsLeftWithoutSomeWays() {
    FibNextHop one = FibNextHop.via(Ip.of("2001:db8::1"), "eth0");
    var two = new FibNextHop("eth0", Optional.of(Ip.of("2001:db8::2")), false, 7);
    FibNextHop three = FibNextHop.onlink(Ip.of("2001:db8::3"), "eth1");
    FibRoute all = FibRoute.unicast(12, one, two, three);
    FibNextHop twoAsTold = FibNextHop.via(Ip.of("2001:db8::2"), "eth0");
    assertThat(all.without(List.of(twoAsTold))).contains(FibRoute.unicast(12, one, three));
    assertThat(all.without(List.of(one, three))).contains(FibRoute.unicast(12, twoAsTold));
    assertThat(all.without(List.of(one, two, three))).as("nothing").isEmpty();
    FibNextHop onlinkOne = FibNextHop.onlink(Ip.of("2001:db8::1"), "eth0");
    assertThat(all.without(List.of(onlinkOne))).as("not one of them").isEmpty();
    assertThat(all.without(List.of(one, onlinkOne))).as("not all of them").isEmpty();
  }

  @Test
  void whatWeNeverMakeIsNoRouteOfOurs() {
    var unicast = RouteEntry.unicast(Prefix.of("10.0.0.0/8"), 12, NextHop.device(3));
    assertThat(KernelForm.read(with(unicast, RouteType.LOCAL, 0), _ -> "eth0")).isEmpty();
    assertThat(KernelForm.read(with(unicast, RouteType.UNICAST, 8), _ -> "eth0")).isEmpty();
    assertThat(KernelForm.read(with(unicast, RouteType.UNICAST, 0), _ -> "eth0")).isPresent();
  }

  private static RouteEntry with(RouteEntry r, RouteType type, int tos) {
    return new RouteEntry(
        r.table(),
        r.destination(),
        r.metric(),
        type,
        r.protocol(),
        r.scope(),
        tos,
        r.preferredSource(),
        r.metrics(),
        r.flags(),
        r.nextHops());
  }

  private static FibKey randomKey(SplittableRandom random, boolean v6) {
    Ip ip = randomIp(random, v6);
    int length = random.nextInt(ip.family().bits() + 1);
    return FibKey.main(Prefix.containing(ip, length), random.nextInt(3) * 512);
  }

  private static FibRoute randomRoute(SplittableRandom random, boolean v6) {
    int count = random.nextInt(4);
    if (count == 0) {
      var types =
          List.of(FibRoute.Type.BLACKHOLE, FibRoute.Type.UNREACHABLE, FibRoute.Type.PROHIBIT);
      return FibRoute.deadEnd(types.get(random.nextInt(3)), random.nextInt(1, 256));
    }
    var hops = new ArrayList<FibNextHop>();
    for (int i = 0; i < count; i++) {
      Optional<Ip> gateway =
          random.nextInt(4) == 0 ? Optional.empty() : Optional.of(randomIp(random, v6));
      boolean onlink = gateway.isPresent() && random.nextBoolean();
      hops.add(
          new FibNextHop("eth" + random.nextInt(1, 9), gateway, onlink, random.nextInt(1, 257)));
    }
    return FibRoute.unicast(random.nextInt(1, 256), hops)
        .withMetrics(new RouteMetrics(random.nextInt(2) * 1400, random.nextInt(2) * 1340));
  }

  private static Ip randomIp(SplittableRandom random, boolean v6) {
    byte[] bytes = new byte[v6 ? 16 : 4];
    random.nextBytes(bytes);
    return Ip.ofBytes(bytes);
  }
}

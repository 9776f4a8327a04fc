package io.margay.route.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.RouteMetrics;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The records that write their own equals and hashCode, each component by itself. */
class EqualityTest {
  private static final Prefix BLOCK = Prefix.of("10.0.0.0/26");
  private static final RouteMetrics MTU = new RouteMetrics(1400, 0);
  private static final Optional<Ip> GATEWAY = Optional.of(Ip.of("10.9.0.1"));
  private static final Optional<Ip> OTHER = Optional.of(Ip.of("10.9.0.2"));
  private static final FibRoute.Type UNICAST = FibRoute.Type.UNICAST;

  record Case(String name, Supplier<Object> value, List<Object> others) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case(
            "FibKey",
            () -> new FibKey(254, BLOCK, 5),
            List.of(
                new FibKey(255, BLOCK, 5),
                new FibKey(254, Prefix.of("10.0.0.64/26"), 5),
                new FibKey(254, Prefix.of("10.0.0.0/27"), 5),
                new FibKey(254, BLOCK, 6))),
        new Case(
            "FibNextHop",
            () -> new FibNextHop("eth0", GATEWAY, false, 2),
            List.of(
                new FibNextHop("eth1", GATEWAY, false, 2),
                new FibNextHop("eth0", OTHER, false, 2),
                new FibNextHop("eth0", Optional.empty(), false, 2),
                new FibNextHop("eth0", GATEWAY, true, 2),
                new FibNextHop("eth0", GATEWAY, false, 3))),
        new Case(
            "FibRoute",
            () -> new FibRoute(UNICAST, 12, 0, GATEWAY, MTU, hops("eth0")),
            List.of(
                new FibRoute(FibRoute.Type.BLACKHOLE, 12, 0, GATEWAY, MTU, List.of()),
                new FibRoute(UNICAST, 80, 0, GATEWAY, MTU, hops("eth0")),
                new FibRoute(UNICAST, 12, 253, GATEWAY, MTU, hops("eth0")),
                new FibRoute(UNICAST, 12, 0, OTHER, MTU, hops("eth0")),
                new FibRoute(UNICAST, 12, 0, GATEWAY, new RouteMetrics(1500, 0), hops("eth0")),
                new FibRoute(UNICAST, 12, 0, GATEWAY, new RouteMetrics(1400, 1340), hops("eth0")),
                new FibRoute(UNICAST, 12, 0, GATEWAY, MTU, hops("eth1")))));
  }

  private static List<FibNextHop> hops(String device) {
    return List.of(FibNextHop.device(device));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void equalWhenEveryComponentIs(Case c) {
    Object value = c.value().get();
    assertThat(c.value().get()).isEqualTo(value).hasSameHashCodeAs(value);
    c.others().forEach(other -> assertThat(value).isNotEqualTo(other));
  }
}

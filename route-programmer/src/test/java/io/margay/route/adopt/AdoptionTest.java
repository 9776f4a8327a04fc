package io.margay.route.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class AdoptionTest {
  private static final Prefix BLOCK = Prefix.of("10.65.1.0/26");
  private static final FibKey KEY = FibKey.main(BLOCK);

  @Test
  void oursAreTakenByKeyAndCountedByMaker() {
    var found =
        sort(
            RouteEntry.unicast(Prefix.of("10.65.0.2/32"), 3, NextHop.device(2)),
            route(12, "192.0.2.1"),
            RouteEntry.unicast(Prefix.ALL_IPV4, 16, NextHop.via(Ip.of("192.0.2.254"), 1)));
    assertThat(found.ours())
        .containsExactlyInAnyOrderEntriesOf(
            Map.of(
                FibKey.main(Prefix.of("10.65.0.2/32")),
                FibRoute.unicast(3, FibNextHop.device("cali2")),
                KEY,
                via("192.0.2.1")));
    assertThat(found.byProtocol()).containsExactly(Map.entry(3, 1), Map.entry(12, 1));
    assertThat(found.foreign()).isEqualTo(1);
    assertThat(found.surplus()).isEmpty();
  }

  @Test
  void theFirstOfAKeyIsInUseAndTheOthersAreSurplus() {
    var found = sort(route(12, "192.0.2.1"), route(12, "192.0.2.2"), route(80, "192.0.2.3"));
    assertThat(found.ours()).containsEntry(KEY, via("192.0.2.1"));
    assertThat(found.surplus().get(KEY)).hasSize(2);
  }

  @Test
  void oursBehindAForeignOneIsOutOfUseAndCountsAsMissing() {
    var found = sort(route(4, "192.0.2.1"), route(12, "192.0.2.2"));
    assertThat(found.ours()).isEmpty();
    assertThat(found.foreign()).isEqualTo(1);
  }

  @Test
  void aForeignOneBehindOursChangesNothing() {
    var found = sort(route(12, "192.0.2.2"), route(4, "192.0.2.1"));
    assertThat(found.ours()).containsEntry(KEY, via("192.0.2.2"));
    assertThat(found.surplus()).isEmpty();
  }

  private static Adoption sort(RouteEntry... routes) {
    return Adoption.of(
        List.of(routes), Ownership.CALICO, index -> index == 1 ? "eth0" : "cali" + index);
  }

  private static RouteEntry route(int protocol, String gateway) {
    return RouteEntry.unicast(BLOCK, protocol, NextHop.via(Ip.of(gateway), 1));
  }

  private static FibRoute via(String gateway) {
    return FibRoute.unicast(12, FibNextHop.via(Ip.of(gateway), "eth0"));
  }
}

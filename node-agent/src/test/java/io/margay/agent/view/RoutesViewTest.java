package io.margay.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Missing;
import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.RouteCause;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kube.types.PodKey;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RoutesViewTest {
  private static final FibKey POD = FibKey.main(Prefix.of("10.244.1.1/32"), 1024);
  private static final FibKey BLOCK = FibKey.main(Prefix.of("10.244.1.0/26"));
  private static final FibKey FAR = FibKey.main(Prefix.of("10.244.5.0/26"), 1024);

  private static final PlannedRoutes ROUTES =
      new PlannedRoutes(
          Map.of(
              POD, FibRoute.unicast(3, FibNextHop.device("cali1")),
              BLOCK, FibRoute.deadEnd(FibRoute.Type.BLACKHOLE, 12),
              FAR, FibRoute.unicast(12, FibNextHop.onlink(Ip.of("172.30.2.13"), "tunl0"))),
          Map.of(POD, new RouteCause.LocalPod(new PodKey("shop", "web"))),
          Map.of(Prefix.of("10.244.9.0/26"), new Missing.NextHopUnreached(Ip.of("172.30.9.9"))));

  private static List<Map<String, Object>> view(String ip) {
    var status =
        new ReconcileStatus<>(
            3,
            2,
            0,
            0,
            Set.of(),
            List.of(new ReconcileStatus.Failing<>(FAR, "no such device", 1, 0)),
            1,
            0,
            2,
            1);
    return RoutesView.of(
        ROUTES,
        Optional.of(status),
        Optional.of(Set.of(POD, FAR)),
        Optional.of(ip).filter(t -> !t.isEmpty()).map(Ip::of));
  }

  @Test
  void everyRouteIsShownWithItsCauseAndStateAndThenWhatIsLeft() {
    assertThat(view("").stream().map(Map::toString))
        .containsExactly(
            "{destination=10.244.1.0/26, type=blackhole, via=-, dev=-, protocol=bird, metric=0,"
                + " state=installed, why=}",
            "{destination=10.244.1.1/32, type=unicast, via=-, dev=cali1, protocol=boot,"
                + " metric=1024, state=pending: not in the kernel yet, why=pod shop/web}",
            "{destination=10.244.5.0/26, type=unicast, via=172.30.2.13, dev=tunl0, protocol=bird,"
                + " metric=1024, state=refused: no such device, why=}",
            "{destination=10.244.9.0/26, type=none, via=-, dev=-, protocol=-, state=unresolved,"
                + " why=no route to 172.30.9.9}");
  }

  @Test
  void aLoopThatDoesNotAnswerLeavesTheStateUnknown() {
    List<Map<String, Object>> rows =
        RoutesView.of(ROUTES, Optional.empty(), Optional.empty(), Optional.empty());
    assertThat(rows.getFirst().get("state"))
        .isEqualTo("unknown: the kernel's side has not answered");
  }

  @ParameterizedTest
  @CsvSource({
    "10.244.1.1, 10.244.1.1/32",
    "10.244.1.2, 10.244.1.0/26",
    "10.244.9.9, 10.244.9.0/26",
    "192.0.2.1,",
    "fd00::1,"
  })
  void theMostSpecificRouteAroundAnAddressIsTheOneThatPacketsTake(String ip, String destination) {
    assertThat(view(ip).stream().map(row -> row.get("destination")).toList())
        .isEqualTo(destination == null ? List.of() : List.of(destination));
  }
}

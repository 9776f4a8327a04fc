package io.margay.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.RouteCause;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kube.types.PodKey;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FibViewTest {
  private static final Map<String, Integer> DEVICES = Map.of("cali1", 7, "tunl0", 8, "eth0", 2);

  private static final FibKey POD = FibKey.main(Prefix.of("10.244.1.1/32"), 1024);
  private static final FibKey FAR = FibKey.main(Prefix.of("10.244.5.0/26"), 1024);
  private static final FibRoute TO_POD = FibRoute.unicast(3, FibNextHop.device("cali1"));
  private static final FibRoute TO_FAR =
      FibRoute.unicast(12, FibNextHop.onlink(Ip.of("172.30.2.13"), "tunl0"));

  private static final PlannedRoutes WANTED =
      new PlannedRoutes(
          Map.of(POD, TO_POD, FAR, TO_FAR),
          Map.of(POD, new RouteCause.LocalPod(new PodKey("shop", "web"))),
          Map.of());

  private static RouteEntry entry(FibKey key, FibRoute route) {
    return KernelForm.of(key, route, DEVICES::get);
  }

  private static String name(int index) {
    return DEVICES.entrySet().stream()
        .filter(e -> e.getValue() == index)
        .map(Map.Entry::getKey)
        .findFirst()
        .orElseThrow();
  }

  private static ReconcileStatus<FibKey> status(Set<String> holds, String refused) {
    return new ReconcileStatus<>(
        2,
        2,
        0,
        0,
        holds,
        refused.isEmpty() ? List.of() : List.of(new ReconcileStatus.Failing<>(FAR, refused, 1, 0)),
        1,
        0,
        2,
        1);
  }

  private static List<String> rows(
      ReconcileStatus<FibKey> status, boolean differences, RouteEntry... kernel) {
    var rows = new ArrayList<String>();
    FibView.of(
            List.of(kernel),
            FibViewTest::name,
            Ownership.CALICO,
            WANTED,
            Optional.of(status),
            differences,
            _ -> true)
        .forEachRemaining(row ->
            rows.add(row.get("destination") + " " + row.get("state") + ": " + row.get("why")));
    return rows;
  }

  @Test
  void whatIsInstalledHasItsCauseAndWhatIsForeignIsLeftAlone() {
    RouteEntry connected =
        RouteEntry.unicast(Prefix.of("172.30.2.0/24"), 2, new NextHop(Optional.empty(), 2, 1, 0));
    RouteEntry[] kernel = {entry(POD, TO_POD), entry(FAR, TO_FAR), connected};
    assertThat(rows(status(Set.of(), ""), false, kernel))
        .containsExactly(
            "10.244.1.1/32 installed: pod shop/web",
            "10.244.5.0/26 installed: ",
            "172.30.2.0/24 foreign: of another program, or the kernel's own; left alone");
    assertThat(rows(status(Set.of(), ""), true, kernel)).isEmpty();
  }

  @Test
  void whatIsMissingSaysWhatTheKernelAnswered() {
    assertThat(rows(status(Set.of(), "no such device"), true))
        .containsExactly(
            "10.244.1.1/32 missing: pod shop/web; not put there yet",
            "10.244.5.0/26 missing: refused: no such device");
  }

  @Test
  void oursThatIsOtherwiseIsDifferentAndOthersAreInTheWay() {
    FibRoute other = FibRoute.unicast(12, FibNextHop.via(Ip.of("172.30.2.9"), "eth0"));
    FibRoute foreign = FibRoute.unicast(4, FibNextHop.via(Ip.of("172.30.2.9"), "eth0"));
    assertThat(rows(status(Set.of(), ""), true, entry(POD, foreign), entry(FAR, other)))
        .containsExactly(
            "10.244.1.1/32 in the way: of another program, where this is wanted: dev cali1 proto 3",
            "10.244.1.1/32 missing: pod shop/web; not put there yet",
            "10.244.5.0/26 different: wanted via 172.30.2.13 dev tunl0 onlink proto 12;"
                + " not put there yet");
  }

  @Test
  void whatNobodyAsksForSaysWhyItIsStillThere() {
    FibKey stale = FibKey.main(Prefix.of("10.244.9.0/26"), 1024);
    RouteEntry[] kernel = {entry(POD, TO_POD), entry(FAR, TO_FAR), entry(stale, TO_FAR)};
    assertThat(rows(status(Set.of("start"), ""), true, kernel))
        .containsExactly(
            "10.244.9.0/26 unwanted: nothing asks for it; kept until it is decided: start");
    assertThat(rows(status(Set.of(), ""), true, kernel))
        .containsExactly("10.244.9.0/26 unwanted: nothing asks for it; it goes");
  }

  @Test
  void onlyDestinationsThatAreAskedForAreShown() {
    var rows =
        FibView.of(
            List.of(entry(POD, TO_POD)),
            FibViewTest::name,
            Ownership.CALICO,
            WANTED,
            Optional.empty(),
            false,
            FAR.destination()::equals);
    assertThat(rows).toIterable().extracting(row -> row.get("state")).containsExactly("missing");
  }
}

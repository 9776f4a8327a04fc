package io.margay.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.Missing;
import io.margay.agent.stage.NodeReach;
import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.RouteCause;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kube.types.NodeName;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.NodeEnd;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.Vtep;
import io.margay.tunnel.plan.Way;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class TunnelViewTest {
  private static final Map<String, Integer> DEVICES =
      Map.of("eth0", 2, "tunl0", 8, "vxlan.calico", 9);

  private static final Prefix BY_IPIP = Prefix.of("10.244.2.0/26");
  private static final Prefix BY_VXLAN = Prefix.of("10.246.2.0/26");
  private static final Prefix AS_IT_IS = Prefix.of("10.248.2.0/26");
  private static final Prefix NOT_AT_ALL = Prefix.of("10.250.2.0/26");
  private static final Ip4 FAR = (Ip4) Ip.of("172.30.2.13");
  private static final Vtep VTEP =
      new Vtep("far", Ip.of("10.246.2.0"), Mac.of("66:00:00:00:00:02"), FAR);

  private static final FibKey IPIP_KEY = FibKey.main(BY_IPIP, 1024);
  private static final FibKey VXLAN_KEY = FibKey.main(BY_VXLAN);
  private static final TunnelKey.Device VXLAN = new TunnelKey.Device("vxlan.calico");
  private static final TunnelKey.Device TUNL0 = new TunnelKey.Device("tunl0");
  private static final TunnelKey.Forwarding FORWARDER = new TunnelKey.Forwarding("tunl0");
  private static final TunnelKey.Neighbour NEIGHBOUR =
      new TunnelKey.Neighbour("vxlan.calico", VTEP.tunnelAddress());
  private static final TunnelKey.FdbEntry FDB = new TunnelKey.FdbEntry("vxlan.calico", VTEP.mac());

  private static final PlannedRoutes ROUTES =
      new PlannedRoutes(
          Map.of(
              IPIP_KEY,
              FibRoute.unicast(12, FibNextHop.onlink(FAR, "tunl0")),
              VXLAN_KEY,
              FibRoute.unicast(80, FibNextHop.onlink(VTEP.tunnelAddress(), "vxlan.calico")),
              FibKey.main(AS_IT_IS, 1024),
              FibRoute.unicast(12, FibNextHop.via(FAR, "eth0"))),
          Map.of(
              IPIP_KEY,
              new RouteCause.FromPeer("Mesh", SelectionReason.ONLY_PATH, Way.Reason.ALWAYS)),
          Map.of(NOT_AT_ALL, new Missing.NotFromBgp(new NodeName("far"))));

  private static final Map<TunnelKey, TunnelItem> TUNNELS =
      Map.of(
          VXLAN,
          new TunnelItem.VxlanDevice(
              new TunnelItem.VxlanLink(
                  4096, 4789, "eth0", Optional.empty(), Mac.of("66:00:00:00:00:01")),
              Set.of(InterfaceAddress.of("10.246.1.0/32")),
              1450,
              true,
              true,
              Set.of()),
          TUNL0,
          TunnelItem.Device.wanted((Ip4) Ip.of("10.244.1.1"), 1480),
          FORWARDER,
          forwarding(Map.of(BY_IPIP, FAR)),
          NEIGHBOUR,
          new TunnelItem.Neighbour(VTEP.mac()),
          FDB,
          TunnelItem.FdbEntry.wanted(FAR));

  private static final NodeReach NODE =
      new NodeReach(
          new NodeName("far"),
          Family.IPV4,
          Optional.of(
              new NodeEnd(
                  "far",
                  FAR,
                  Optional.of(VTEP),
                  new NodeEnd.Receives.Announced(Set.of(Encap.IPIP, Encap.VXLAN)))),
          List.of(
              new NodeReach.Destination(BY_IPIP, Optional.of(Encap.IPIP)),
              new NodeReach.Destination(BY_VXLAN, Optional.of(Encap.VXLAN)),
              new NodeReach.Destination(AS_IT_IS, Optional.of(Encap.DIRECT)),
              new NodeReach.Destination(NOT_AT_ALL, Optional.empty())));

  private static TunnelItem forwarding(Map<Prefix, Ip4> routes) {
    return new TunnelItem.Forwarding(
        new ForwardingTable((Ip4) Ip.of("172.30.1.9"), routes, Set.of()));
  }

  /** What the kernel has; at first all that is wanted. */
  private static final class There {
    final Map<FibKey, FibRoute> routes = new HashMap<>(ROUTES.wanted());
    final Map<TunnelKey, TunnelItem> tunnels = new HashMap<>(TUNNELS);
    final List<ReconcileStatus.Failing<TunnelKey>> failing = new ArrayList<>();
    Set<String> holds = Set.of();

    List<String> rows(NodeReach... nodes) {
      List<RouteEntry> kernel =
          routes.entrySet().stream()
              .map(e -> KernelForm.of(e.getKey(), e.getValue(), DEVICES::get))
              .toList();
      var status = new ReconcileStatus<>(5, 5, 0, 0, holds, failing, 1, 0, 0, 1);
      return TunnelView.of(
              List.of(nodes),
              new NodeRoutes(ROUTES, kernel, There::name, Optional.empty()),
              new NodeTunnels(TUNNELS, tunnels, Optional.of(status)),
              List.of(NeighbourEntry.permanent(2, FAR, Mac.of("0a:00:00:00:00:13"))),
              There::name)
          .stream()
          .map(There::text)
          .toList();
    }

    private static String name(int index) {
      return DEVICES.entrySet().stream()
          .filter(e -> e.getValue() == index)
          .map(Map.Entry::getKey)
          .findFirst()
          .orElseThrow();
    }

    private static String text(Map<String, Object> row) {
      return Stream.of(
              "node",
              "family",
              "blocks",
              "way",
              "route",
              "neighbour",
              "fdb",
              "state",
              "drift",
              "why")
          .map(key -> String.valueOf(row.get(key)))
          .reduce((a, b) -> a + " | " + b)
          .orElseThrow();
    }
  }

  @Test
  void eachModeOfANodeIsARow() {
    assertThat(new There().rows(NODE))
        .containsExactly(
            "far | ipv4 | [10.248.2.0/26] | direct | via 172.30.2.13 dev eth0 proto 12"
                + " | 172.30.2.13 0a:00:00:00:00:13 permanent | - | ok | [] | ",
            "far | ipv4 | [10.244.2.0/26] | ipip | via 172.30.2.13 dev tunl0 onlink proto 12"
                + " | - | forwarder to 172.30.2.13 | ok | [] | always",
            "far | ipv4 | [10.246.2.0/26] | vxlan"
                + " | via 10.246.2.0 dev vxlan.calico onlink proto 80"
                + " | 10.246.2.0 66:00:00:00:00:02 | 66:00:00:00:00:02 to [172.30.2.13]"
                + " | ok | [] | ",
            "far | ipv4 | [10.250.2.0/26] | none | - | - | - | none | []"
                + " | node far: BGP has not brought it");
  }

  record Drift(String name, Consumer<There> breaking, Encap row, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Drift> drifts() {
    String device =
        "id 4096 port 4789 dev eth0 address 66:00:00:00:00:01"
            + " addresses [10.246.1.0/32] mtu 1450 up";
    return Stream.of(
        new Drift(
            "a route that is gone",
            t -> t.routes.remove(VXLAN_KEY),
            Encap.VXLAN,
            "route 10.246.2.0/26 missing, wanted via 10.246.2.0 dev vxlan.calico onlink proto 80"),
        new Drift(
            "a route that leads elsewhere",
            t -> t.routes.put(IPIP_KEY, FibRoute.unicast(12, FibNextHop.via(FAR, "eth0"))),
            Encap.IPIP,
            "route 10.244.2.0/26 is via 172.30.2.13 dev eth0 proto 12,"
                + " wanted via 172.30.2.13 dev tunl0 onlink proto 12"),
        new Drift(
            "a neighbour that is gone",
            t -> t.tunnels.remove(NEIGHBOUR),
            Encap.VXLAN,
            "neighbour 10.246.2.0 missing, wanted 66:00:00:00:00:02"),
        new Drift(
            "frames that go elsewhere",
            t -> t.tunnels.put(FDB, TunnelItem.FdbEntry.wanted(Ip.of("10.0.0.9"))),
            Encap.VXLAN,
            "fdb 66:00:00:00:00:02 is to [10.0.0.9], wanted to [172.30.2.13]"),
        new Drift(
            "what the kernel refuses, in its words",
            t -> {
              t.tunnels.remove(FDB);
              t.failing.add(new ReconcileStatus.Failing<>(FDB, "no room", 1, 0));
            },
            Encap.VXLAN,
            "fdb 66:00:00:00:00:02 missing, wanted to [172.30.2.13], refused: no room"),
        new Drift(
            "a device that is gone",
            t -> t.tunnels.remove(VXLAN),
            Encap.VXLAN,
            "vxlan.calico missing, wanted " + device),
        new Drift(
            "a device without its address",
            t -> t.tunnels.put(TUNL0, new TunnelItem.Device(Set.of(), 1480, true)),
            Encap.IPIP,
            "tunl0 is addresses [] mtu 1480 up, wanted addresses [10.244.1.1/32] mtu 1480 up"),
        new Drift(
            "no forwarder", t -> t.tunnels.remove(FORWARDER), Encap.IPIP, "forwarder missing"),
        new Drift(
            "a forwarder that is to be replaced",
            t ->
                t.tunnels.put(
                    FORWARDER,
                    new TunnelItem.Forwarding(
                        ForwardingTable.NONE, Set.of("was started as old, now new"))),
            Encap.IPIP,
            "forwarder was started as old, now new"),
        new Drift(
            "a forwarder that does not know the block",
            t -> t.tunnels.put(FORWARDER, forwarding(Map.of())),
            Encap.IPIP,
            "forwarder has no 10.244.2.0/26, wanted 172.30.2.13"),
        new Drift(
            "a forwarder that sends it elsewhere",
            t -> t.tunnels.put(FORWARDER, forwarding(Map.of(BY_IPIP, (Ip4) Ip.of("10.0.0.9")))),
            Encap.IPIP,
            "forwarder sends 10.244.2.0/26 to 10.0.0.9, wanted 172.30.2.13"));
  }

  @ParameterizedTest
  @MethodSource("drifts")
  void driftShowsInItsRowAlone(Drift drift) {
    var there = new There();
    drift.breaking.accept(there);
    for (String row : there.rows(NODE)) {
      boolean isIts = row.contains(" | " + drift.row + " | ");
      assertThat(row).contains(isIts ? " | drift | [" + drift.expected + "] | " : " | [] | ");
    }
  }

  @Test
  void whatNobodyWantsIsARowOfItsOwn() {
    var there = new There();
    there.tunnels.put(
        new TunnelKey.FdbEntry("vxlan.calico", Mac.of("66:00:00:00:00:09")),
        TunnelItem.FdbEntry.wanted(Ip.of("172.30.2.19")));
    there.tunnels.put(
        new TunnelKey.Neighbour("vxlan.calico", Ip.of("10.246.9.0")),
        new TunnelItem.Neighbour(Mac.of("66:00:00:00:00:09")));
    there.holds = Set.of("start");
    assertThat(there.rows())
        .containsExactly(
            "- | ipv4 | [] | - | - | - | 66:00:00:00:00:09 to [172.30.2.19] | unwanted | []"
                + " | FDB entry 66:00:00:00:00:09 of vxlan.calico: nothing asks for it;"
                + " kept until it is decided: start",
            "- | ipv4 | [] | - | - | 10.246.9.0 66:00:00:00:00:09 | - | unwanted | []"
                + " | neighbour 10.246.9.0 of vxlan.calico: nothing asks for it;"
                + " kept until it is decided: start");
  }

  @Test
  void aNodeWithoutBlocksShowsItsEndOfTheVxlan() {
    var idle = new NodeReach(NODE.node(), NODE.family(), NODE.end(), List.of());
    assertThat(new There().rows(idle))
        .containsExactly(
            "far | ipv4 | [] | none | - | 10.246.2.0 66:00:00:00:00:02"
                + " | 66:00:00:00:00:02 to [172.30.2.13] | none | [] | it has no block");
  }

  @Test
  void whoHasAnothersTunnelAddressIsToldApart() {
    var vtep =
        new Vtep("second", VTEP.tunnelAddress(), Mac.of("66:00:00:00:00:03"), Ip.of("172.30.2.14"));
    var end =
        new NodeEnd(
            "second",
            vtep.nodeAddress(),
            Optional.of(vtep),
            new NodeEnd.Receives.Announced(Set.of(Encap.VXLAN)));
    var second = new NodeReach(new NodeName("second"), Family.IPV4, Optional.of(end), List.of());
    assertThat(new There().rows(second).getFirst())
        .contains(
            "| drift | [another node has its tunnel address 10.246.2.0 too, with"
                + " 66:00:00:00:00:02] |");
  }
}

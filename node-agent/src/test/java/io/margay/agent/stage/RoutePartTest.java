package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Diff;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.PodKey;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.EncapMode;
import io.margay.tunnel.plan.TunnelPool;
import io.margay.tunnel.plan.Ways;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** A plan that follows what changed is the one that is made of everything. */
class RoutePartTest {
  private static final int RUNS = 200;
  private static final int STEPS = 40;

  private static final Ip POD = Ip.of("10.244.9.9");
  private static final FibKey KEY = FibKey.main(POD.asPrefix(), 1024);

  @Test
  void whatIsPlannedOfChangesIsWhatIsPlannedOfEverything() {
    for (long seed = 0; seed < RUNS; seed++) {
      var world = new World(new Random(seed));
      for (int step = 0; step < STEPS; step++) {
        String where = "seed " + seed + ", step " + step;
        Map<Prefix, DestinationPlan> expected = world.planAnew();
        world.plan();
        assertThat(world.shown()).as(where).isEqualTo(shown(expected));
        assertThat(world.told).as(where).isEqualTo(world.routes.all().wanted());
        assertThat(world.routes.counts().wanted()).as(where).isEqualTo(world.told.size());
        world.change();
      }
    }
  }

  @Test
  void whatNobodyTookIsToldAgainAndWhatWasHandedOutStaysAsItIs() {
    var world = new World(new Random(1));
    world.metrics = RoutePriorities.DEFAULT;
    world.routes.plan(world.input(), Set.of());
    world.routes.taken();
    world.pods =
        List.of(new LocalPods.LocalPod(new PodKey("shop", "p9"), "cali9", List.of(POD), true));
    world.routes.plan(world.input(), Set.of());
    Diff<FibKey, FibRoute> first = world.routes.changed();
    assertThat(first.put()).containsKey(KEY);

    world.pods = List.of();
    world.routes.plan(world.input(), Set.of());
    assertThat(world.routes.changed().put()).doesNotContainKey(KEY);
    assertThat(world.routes.changed().remove()).contains(KEY);
    assertThat(first.put()).containsKey(KEY);

    world.routes.taken();
    world.routes.plan(world.input(), Set.of());
    assertThat(world.routes.changed().isEmpty()).isTrue();
  }

  private static Set<String> shown(Map<Prefix, DestinationPlan> plans) {
    var shown = new HashSet<String>();
    plans.forEach((destination, plan) -> {
      for (DestinationPlan.Route route : plan.routes()) {
        shown.add(route.key() + " " + route.route() + " " + route.cause().text());
      }
      shown.add(destination + " in " + plan.sent());
      shown.add(destination + " at " + plan.tunnelled());
      if (plan.left() != null) {
        shown.add(destination + " left: " + plan.left().text());
      }
    });
    return shown;
  }

  /** What routes depend on, changing at random. */
  private static final class World {
    private final Random random;
    private final RoutePart routes = new RoutePart();
    private final Map<Prefix, BestRoute> best = new HashMap<>();
    private final Map<Prefix, Homes.Home> homes = new HashMap<>();
    private final Map<NodeName, Node> nodes = new HashMap<>();
    private final Set<Prefix> touched = new HashSet<>();
    private final Map<FibKey, FibRoute> told = new HashMap<>();
    private NodeEnds ends = NodeEnds.of(List.of());
    private Ways ways = new Ways(List.of(), new Ways.Own(Map.of(), Set.of(), Set.of()));
    private List<LocalPods.LocalPod> pods = List.of();
    private Map<Prefix, Integer> blackholes = Map.of();
    private Set<String> ready = Set.of("eth0");
    private List<Onward> onward = List.of();
    private List<PeerWays.Wanted> gateways = List.of();
    private RoutePriorities metrics = RoutePriorities.DEFAULT;
    private Map<Family, String> uplinks = Map.of(Family.IPV4, "eth0");

    World(Random random) {
      this.random = random;
      for (int i = 0; i < 20; i++) {
        change();
      }
    }

    RouteStage.Input input() {
      var nextHops = new NextHopTable(onward);
      return new RouteStage.Input(
          new RouteStage.Local(RouteStage.Local.byAddress(pods), blackholes, metrics),
          new RouteStage.Bgp(true, best, PeerWays.of(gateways, nextHops)),
          new RouteStage.Cluster(Images.SELF, homes, ends, ways),
          new RouteStage.Links(ready, nextHops, uplinks));
    }

    void plan() {
      routes.plan(input(), touched);
      touched.clear();
      told.putAll(routes.changed().put());
      told.keySet().removeAll(routes.changed().remove());
      if (random.nextInt(4) > 0) {
        routes.taken();
      }
    }

    /** Every destination's plan, with what it was sent in until now. */
    Map<Prefix, DestinationPlan> planAnew() {
      RouteStage.Input input = input();
      var plans = new HashMap<Prefix, DestinationPlan>();
      for (int number = 0; number < 6; number++) {
        for (Prefix destination : List.of(block(number), pod(number))) {
          plans.put(destination, RouteStage.plan(destination, input, routes.sent(destination)));
        }
      }
      return plans;
    }

    /** The same of the part that follows. */
    Set<String> shown() {
      PlannedRoutes all = routes.all();
      Map<Prefix, Ip4> tunnelled = routes.tunnelled();
      var shown = new HashSet<String>();
      all.wanted()
          .forEach(
              (key, route) -> shown.add(key + " " + route + " " + all.causes().get(key).text()));
      all.left().forEach((to, why) -> shown.add(to + " left: " + why.text()));
      for (int number = 0; number < 6; number++) {
        for (Prefix destination : List.of(block(number), pod(number))) {
          shown.add(destination + " in " + routes.sent(destination).orElse(null));
          shown.add(destination + " at " + tunnelled.get(destination));
        }
      }
      return shown;
    }

    void change() {
      switch (random.nextInt(11)) {
        case 0, 1 -> changeBest();
        case 2, 3 -> changeHome();
        case 4 -> changeNode();
        case 5 -> changeWays();
        case 6 -> ready = some("eth0", "tunl0", "vxlan.calico", "calip0");
        case 7 -> changeOnward();
        case 8 -> changeGateways();
        case 9 -> changeSettings();
        default -> changeOwn();
      }
    }

    private void changeBest() {
      Prefix prefix = block(random.nextInt(6));
      if (random.nextInt(3) == 0) {
        best.remove(prefix);
      } else {
        best.put(prefix, via(prefix));
      }
      touched.add(prefix);
    }

    private BestRoute via(Prefix prefix) {
      Ip hop = Ip.of(address(random.nextInt(4)));
      var neighbour =
          new Neighbour("Mesh", PeerKind.MESH, hop, 64512, 64512, Ip4.of("1.1.1.1"), false, 0);
      return new BestRoute(
          prefix,
          new RouteSource.Peer(neighbour),
          new AttributesBuilder().localPref(2147482623L - random.nextInt(2)).build(),
          List.of(new BestRoute.NextHop(hop, "Mesh")),
          Optional.empty(),
          SelectionReason.ONLY_PATH);
    }

    private void changeHome() {
      Prefix prefix = random.nextBoolean() ? block(random.nextInt(6)) : pod(random.nextInt(6));
      if (random.nextInt(3) == 0) {
        homes.remove(prefix);
      } else {
        Homes.Kind kind = prefix.isHost() ? Homes.Kind.BORROWED_ADDRESS : Homes.Kind.BLOCK;
        homes.put(prefix, new Homes.Home(name(random.nextInt(5)), kind));
      }
      touched.add(prefix);
    }

    private void changeNode() {
      int number = random.nextInt(4);
      if (random.nextInt(4) == 0) {
        nodes.remove(name(number));
      } else {
        Optional<Ip> end =
            random.nextInt(3) == 0
                ? Optional.empty()
                : Optional.of(Ip.of("10.244." + number + ".1"));
        var tunnels =
            new Node.Tunnels(
                end, new Node.Vxlan(end, Optional.empty()), Node.Vxlan.NONE, Node.Modes.UNSAID);
        String address = address(random.nextInt(4)) + "/24";
        nodes.put(name(number), Images.node(name(number).value(), tunnels, address));
      }
      ends = NodeEnds.of(nodes.values());
    }

    private void changeWays() {
      EncapMode[] modes = EncapMode.values();
      EncapMode mode = modes[random.nextInt(modes.length)];
      boolean ipip = random.nextBoolean();
      var pool =
          new TunnelPool(
              Prefix.of("10.244.0.0/16"),
              ipip ? mode : EncapMode.NEVER,
              ipip ? EncapMode.NEVER : mode);
      var usable = EnumSet.noneOf(Encap.class);
      for (Encap encap : List.of(Encap.IPIP, Encap.VXLAN)) {
        if (random.nextBoolean()) {
          usable.add(encap);
        }
      }
      var subnets = Map.of(Family.IPV4, Prefix.of("172.30.1.0/24"));
      ways = new Ways(List.of(pool), new Ways.Own(subnets, usable, Set.of()));
    }

    private void changeOnward() {
      onward =
          some("172.30.1.0/24", "172.30.2.0/24").stream()
              .map(network -> Onward.of(Prefix.of(network), Hop.on("eth0")))
              .toList();
    }

    private void changeGateways() {
      gateways =
          some("172.30.1.1", "172.30.9.1").stream()
              .map(gateway ->
                  new PeerWays.Wanted(pod(random.nextInt(6)).address(), Ip.of(gateway), "tor"))
              .toList();
    }

    private void changeSettings() {
      metrics = random.nextBoolean() ? RoutePriorities.DEFAULT : new RoutePriorities(512, 512);
      uplinks = random.nextBoolean() ? Map.of() : Map.of(Family.IPV4, "eth0");
    }

    private void changeOwn() {
      var now = new ArrayList<LocalPods.LocalPod>();
      for (String name : some("p0", "p1")) {
        Ip ip = pod(random.nextInt(6)).address();
        now.add(
            new LocalPods.LocalPod(
                new PodKey("shop", name), "cali" + name, List.of(ip), random.nextBoolean()));
      }
      pods = now;
      blackholes = random.nextBoolean() ? Map.of() : Map.of(block(random.nextInt(6)), 12);
    }

    private Set<String> some(String... words) {
      var some = new HashSet<String>();
      for (String word : words) {
        if (random.nextInt(3) > 0) {
          some.add(word);
        }
      }
      return some;
    }

    /** n1 is the node itself, n5 is none. */
    private static NodeName name(int number) {
      return new NodeName("n" + (number + 1));
    }

    private static String address(int number) {
      return number < 2 ? "172.30.1." + (9 + number) : "172.30.2." + number;
    }

    private static Prefix block(int number) {
      return Prefix.of("10.244." + number + ".0/26");
    }

    private static Prefix pod(int number) {
      return Prefix.of("10.244." + number + ".7/32");
    }
  }
}

package io.margay.agent.stage;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.agent.stage.KernelFacts.Hop;
import io.margay.agent.stage.KernelFacts.Onward;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.bgp.rib.BestChange;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpPool.Encapsulation;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** A node of a {@link SimulatedCluster}. */
abstract sealed class SimulatedNode {
  /** What a node can do is numbered. */
  static final int ACTIONS = 7;

  private final String name;
  private final int index;

  SimulatedNode(String name, int index) {
    this.name = name;
    this.index = index;
  }

  String name() {
    return name;
  }

  int index() {
    return index;
  }

  /** The address of an end that IPAM gives it. */
  Ip address(Encap encap) {
    return Ip.of("10.244." + (index + 1) + "." + (encap == Encap.IPIP ? 1 : 2));
  }

  /** Does one thing, if there is something to do. */
  abstract void act(int action, SimulatedCluster cluster);

  /** Whether it takes a packet now. */
  abstract boolean takes(Encap encap);

  static boolean asks(ClusterImage image, Encap encap) {
    IpPool pool = image.ipPools().values().iterator().next();
    return (encap == Encap.IPIP ? pool.ipip() : pool.vxlan()) != Encapsulation.NEVER;
  }

  Node with(Node node, Encap encap, Optional<Ip> address) {
    Node.Tunnels ends = node.tunnels();
    return with(
        node,
        encap == Encap.IPIP
            ? new Node.Tunnels(address, ends.vxlan4(), ends.vxlan6(), ends.modes())
            : new Node.Tunnels(
                ends.ipip(),
                new Node.Vxlan(address, Optional.empty()),
                ends.vxlan6(),
                ends.modes()));
  }

  static Node with(Node node, Node.Tunnels tunnels) {
    return new Node(
        node.name(),
        node.labels(),
        node.bgp(),
        tunnels,
        node.podCidrs(),
        node.internalIps(),
        node.externalIps());
  }

  static Optional<Ip> annotated(Node node, Encap encap) {
    return encap == Encap.IPIP ? node.tunnels().ipip() : node.tunnels().vxlan4().address();
  }

  /**
   * Calico's: it has an end before its annotation is written. When that goes is not in our hands,
   * and is left out here.
   */
  static final class Calicos extends SimulatedNode {
    private final Set<Encap> made = EnumSet.of(Encap.DIRECT);
    private int seen;

    Calicos(String name, int index) {
      super(name, index);
    }

    @Override
    void act(int action, SimulatedCluster cluster) {
      if (action == 0 && seen < cluster.newest()) {
        seen++;
      } else if (action == 1) {
        Node node = cluster.node(name());
        for (Encap encap : List.of(Encap.IPIP, Encap.VXLAN)) {
          boolean wanted = asks(cluster.image(seen), encap);
          if (wanted) {
            made.add(encap);
          }
          node = with(node, encap, wanted ? Optional.of(address(encap)) : Optional.empty());
        }
        cluster.annotate(node);
      }
    }

    @Override
    boolean takes(Encap encap) {
      return made.contains(encap);
    }
  }

  /** Ours: the planner, and a kernel that does later what was planned. */
  static final class Ours extends SimulatedNode {
    private final String ownAddress;
    private final Planner planner;
    private int seen = -1;
    private Optional<Plan> plan = Optional.empty();

    /** The first plan that wanted to say what the last one does. */
    private Optional<Plan> told = Optional.empty();

    private final EnumMap<Encap, Ip> devices = new EnumMap<>(Encap.class);
    private Map<FibKey, FibRoute> routes = Map.of();
    private Set<Encap> accepted = Set.of();
    private long policyVersion = -1;
    private long routesVersion = -1;
    private boolean started;

    Ours(String name, int index, String ownAddress) {
      super(name, index);
      this.ownAddress = ownAddress;
      this.planner =
          Planners.of(
              new NodeName(name), Backend.BIRD, new RouterId.NodeAddress(), IpipSupport.KERNEL);
    }

    void best(List<BestChange> changes) {
      planner.best(changes);
    }

    boolean hasStarted() {
      return started;
    }

    Set<Encap> devices() {
      return devices.keySet();
    }

    @Override
    void act(int action, SimulatedCluster cluster) {
      switch (action) {
        case 0 -> watch(cluster);
        case 1 -> plan(cluster.now());
        case 2 -> plan.ifPresent(this::makeDevices);
        case 3 -> plan.ifPresent(this::makePolicy);
        case 4 -> plan.ifPresent(this::makeRoutes);
        case 5 -> told.ifPresent(now -> announce(now, cluster));
        default -> assignAddresses(cluster);
      }
    }

    private void watch(SimulatedCluster cluster) {
      if (seen < cluster.newest()) {
        ClusterImage before = seen < 0 ? ClusterImage.EMPTY : cluster.image(seen);
        seen++;
        planner.image(cluster.image(seen), Images.delta(before, cluster.image(seen)));
      }
    }

    private void plan(long now) {
      if (seen >= 0) {
        planner.kernel(kernel());
        Plan next = planner.plan(now);
        plan = Optional.of(next);
        if (told.filter(before -> saysAs(before.ends(), next.ends())).isEmpty()) {
          told = plan;
        }
      }
    }

    private static boolean saysAs(Plan.Ends one, Plan.Ends other) {
      return one.wanted().equals(other.wanted()) && one.addresses().equals(other.addresses());
    }

    private KernelFacts kernel() {
      var interfaces = new ArrayList<LocalInterface>();
      interfaces.add(new LocalInterface("eth0", true, List.of(InterfaceAddress.of(ownAddress))));
      var ready = new HashSet<>(Set.of("eth0"));
      devices.forEach((encap, ip) -> {
        interfaces.add(
            new LocalInterface(device(encap), true, List.of(new InterfaceAddress(ip, 32))));
        ready.add(device(encap));
      });
      return new KernelFacts(
          interfaces,
          ready,
          Map.of("eth0", 1500),
          List.of(
              Onward.of(InterfaceAddress.of(ownAddress).network(), Hop.on("eth0")),
              Onward.of(Prefix.ALL_IPV4, Hop.via(Ip.of("172.30.0.1"), "eth0"))));
    }

    private static String device(Encap encap) {
      return switch (encap) {
        case DIRECT -> "eth0";
        case IPIP -> TunnelKey.TUNL0;
        case VXLAN -> TunnelKey.VXLAN;
        case VXLAN_IPV6 -> TunnelKey.VXLAN_V6;
        case UDP -> TunnelKey.UDP;
      };
    }

    private void makeDevices(Plan now) {
      for (Encap encap : List.of(Encap.IPIP, Encap.VXLAN, Encap.UDP)) {
        TunnelItem item = now.tunnels().get(new TunnelKey.Device(device(encap)));
        if (item == null) {
          devices.remove(encap);
        } else {
          devices.put(encap, address(item));
        }
      }
    }

    private static Ip address(TunnelItem item) {
      return switch (item) {
        case TunnelItem.Device device -> device.addresses().iterator().next().ip();
        case TunnelItem.VxlanDevice device -> device.addresses().iterator().next().ip();
        case TunnelItem.Forwarding _, TunnelItem.Neighbour _, TunnelItem.FdbEntry _ ->
            throw new IllegalArgumentException(item.toString());
      };
    }

    private void makePolicy(Plan now) {
      var all = EnumSet.noneOf(Encap.class);
      now.ends().kept().forEach(which -> all.add(which.encap()));
      if (now.tunnels().containsKey(new TunnelKey.Device(TunnelKey.UDP))) {
        all.add(Encap.UDP);
      }
      accepted = all;
      policyVersion = now.version();
    }

    private void makeRoutes(Plan now) {
      // No plan is ever called taken here: what changed since the first one is all that is wanted.
      var possible = new HashMap<>(now.routes().changed().put());
      // The kernel takes no route to a device that is not there.
      possible
          .values()
          .removeIf(route ->
              route.nextHops().stream()
                  .anyMatch(hop ->
                      !hop.interfaceName().equals("eth0")
                          && devices.keySet().stream()
                              .noneMatch(encap -> device(encap).equals(hop.interfaceName()))));
      routes = possible;
      routesVersion = now.version();
      started |= !possible.isEmpty();
    }

    /** As the Announcer: little before a plan is in force, all after it. */
    private void announce(Plan now, SimulatedCluster cluster) {
      boolean inForce = policyVersion >= now.version() && routesVersion >= now.version();
      Node node = cluster.node(name());
      if (!now.ends().isFor(node)) {
        return;
      }
      Set<String> receives = new TreeSet<>(words(now.ends().wanted().receives()));
      Set<String> sends = new TreeSet<>(words(now.ends().wanted().sends()));
      if (!inForce) {
        receives.retainAll(node.tunnels().modes().receives().orElse(Set.of()));
        sends.addAll(node.tunnels().modes().sends());
      }
      Node.Tunnels ends = node.tunnels();
      cluster.annotate(
          with(
              node,
              new Node.Tunnels(
                  ends.ipip(),
                  ends.vxlan4(),
                  ends.vxlan6(),
                  new Node.Modes(Optional.of(receives), sends))));
    }

    private static List<String> words(String text) {
      return Stream.of(text.split(",", -1)).filter(word -> !word.isEmpty()).toList();
    }

    /** As TunnelAddresses. */
    private void assignAddresses(SimulatedCluster cluster) {
      if (seen < 0) {
        return;
      }
      Node node = cluster.node(name());
      Node before = node;
      if (plan.filter(now -> !now.ends().isFor(before)).isPresent()) {
        return;
      }
      for (TunnelAddressStage.Which which :
          List.of(TunnelAddressStage.Which.IPIP, TunnelAddressStage.Which.VXLAN)) {
        boolean kept = plan.map(now -> now.ends().kept().contains(which)).orElse(true);
        Encap encap = which.encap();
        if (asks(cluster.image(seen), encap)) {
          node = with(node, encap, Optional.of(address(encap)));
        } else if (!kept && TunnelAddressStage.mayClear(which, node)) {
          node = with(node, encap, Optional.empty());
        }
      }
      cluster.annotate(node);
    }

    /** In what a packet to a block leaves; empty: there is no route. */
    Optional<Encap> sends(Prefix block) {
      return routes.entrySet().stream()
          .filter(e -> e.getKey().destination().equals(block))
          .min(Comparator.comparingInt(e -> e.getKey().metric()))
          .map(e -> e.getValue().nextHops().getFirst().interfaceName())
          .map(device ->
              switch (device) {
                case TunnelKey.TUNL0 -> Encap.IPIP;
                case TunnelKey.VXLAN -> Encap.VXLAN;
                case TunnelKey.UDP -> Encap.UDP;
                default -> Encap.DIRECT;
              });
    }

    @Override
    boolean takes(Encap encap) {
      return encap == Encap.DIRECT || (devices.containsKey(encap) && accepted.contains(encap));
    }
  }
}

package io.margay.agent.stage;

import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.Node;
import io.margay.tunnel.plan.Encap;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;

/**
 * Nodes around an API server, in virtual time: each hears late of what was written, plans, and has
 * what it planned in its kernel later still, all in an order that a seed decides.
 */
final class SimulatedCluster {
  /** What is between two steps; a node lags behind by some seconds, less than ends are kept. */
  private static final long STEP = Duration.ofMillis(50).toNanos();

  /** After so many steps everybody has had a turn. */
  private static final int ROUND = 60;

  private static final int ROUNDS_TO_SETTLE = 40;

  private final List<ClusterImage> history = new ArrayList<>();
  private final Map<String, SimulatedNode> nodes = new LinkedHashMap<>();
  private long now;
  private int steps;

  SimulatedCluster(IpPool pool) {
    var objects = new ArrayList<Object>();
    objects.add(pool);
    String[] addresses = {"172.30.1.11/24", "172.30.1.12/24", "172.30.2.13/24", "172.30.2.14/24"};
    for (int i = 0; i < addresses.length; i++) {
      boolean calicos = i == addresses.length - 1;
      String name = (calicos ? "c" : "n") + (i + 1);
      objects.add(Images.node(name, Node.Tunnels.NONE, addresses[i]));
      objects.add(Images.block(name, block(i).toString()));
      nodes.put(
          name,
          calicos
              ? new SimulatedNode.Calicos(name, i)
              : new SimulatedNode.Ours(name, i, addresses[i]));
    }
    history.add(Images.of(objects.toArray()));
    nodes
        .values()
        .forEach(node -> {
          if (node instanceof SimulatedNode.Ours ours) {
            ours.best(routes(addresses, ours.index()));
          }
        });
  }

  /** The block of the node with that number. */
  static Prefix block(int index) {
    return Prefix.of("10.244." + (index + 1) + ".0/26");
  }

  /** What BGP says: each block is at its node. */
  private static List<BestChange> routes(String[] addresses, int self) {
    var changes = new ArrayList<BestChange>();
    for (int i = 0; i < addresses.length; i++) {
      if (i != self) {
        Ip ip = Ip.of(addresses[i].substring(0, addresses[i].indexOf('/')));
        var neighbour =
            new Neighbour("Mesh", PeerKind.MESH, ip, 64512, 64512, Ip4.of("1.1.1.1"), false, 0);
        var route =
            new BestRoute(
                block(i),
                new RouteSource.Peer(neighbour),
                new AttributesBuilder().localPref(2147483647L - 1024).build(),
                List.of(new BestRoute.NextHop(ip, "Mesh")),
                Optional.empty(),
                SelectionReason.ONLY_PATH);
        changes.add(new BestChange(block(i), Optional.of(route)));
      }
    }
    return changes;
  }

  /** Somebody changes the pool. */
  void change(IpPool pool) {
    ClusterImage last = history.getLast();
    history.add(Images.with(last, last.nodes(), pool));
  }

  /** One node does one thing; now and then each has done all. */
  void step(Random random) {
    now += STEP;
    steps++;
    List<SimulatedNode> all = List.copyOf(nodes.values());
    all.get(random.nextInt(all.size())).act(random.nextInt(SimulatedNode.ACTIONS), this);
    if (steps % ROUND == 0) {
      for (SimulatedNode node : ModeChangeTest.shuffled(all, random)) {
        for (int action = 0; action < SimulatedNode.ACTIONS; action++) {
          node.act(action, this);
        }
      }
    }
  }

  /** As long as it takes until nothing changes any more. */
  void settle(Random random) {
    for (int i = 0; i < ROUNDS_TO_SETTLE * ROUND; i++) {
      step(random);
    }
  }

  long now() {
    return now;
  }

  /** What was written up to a moment. */
  ClusterImage image(int version) {
    return history.get(version);
  }

  int newest() {
    return history.size() - 1;
  }

  /** A node writes its annotations. */
  void annotate(Node node) {
    ClusterImage last = history.getLast();
    if (!node.equals(last.nodes().get(node.name()))) {
      history.add(
          Images.with(
              last,
              last.nodes().plus(node.name(), node),
              last.ipPools().values().iterator().next()));
    }
  }

  /** The node as it is on the server. */
  Node node(String name) {
    return history.getLast().nodes().values().stream()
        .filter(node -> node.name().value().equals(name))
        .findFirst()
        .orElseThrow();
  }

  /** Which node sends to which what it does not take. */
  List<String> lost() {
    var lost = new ArrayList<String>();
    for (SimulatedNode sender : nodes.values()) {
      for (SimulatedNode receiver : nodes.values()) {
        if (sender instanceof SimulatedNode.Ours ours && sender != receiver) {
          Optional<Encap> sent = ours.sends(block(receiver.index()));
          boolean arrives = sent.isPresent() ? receiver.takes(sent.get()) : !ours.hasStarted();
          if (!arrives) {
            lost.add(sender.name() + " to " + receiver.name() + ": " + sent);
          }
        }
      }
    }
    return lost;
  }

  /** Which node does not send as the pool asks. */
  List<String> unsettled() {
    var wrong = new ArrayList<String>();
    for (SimulatedNode sender : nodes.values()) {
      for (SimulatedNode receiver : nodes.values()) {
        if (sender instanceof SimulatedNode.Ours ours && sender != receiver) {
          Encap asked = asked(sender.index(), receiver.index());
          Optional<Encap> sent = ours.sends(block(receiver.index()));
          if (!sent.equals(Optional.of(asked))) {
            wrong.add(sender.name() + " to " + receiver.name() + ": " + sent + ", not " + asked);
          }
        }
      }
    }
    return wrong;
  }

  private Encap asked(int sender, int receiver) {
    IpPool pool = history.getLast().ipPools().values().iterator().next();
    Encap byMode = asked(pool, sender, receiver);
    boolean ours = byMode != Encap.DIRECT && isOurs(receiver);
    return ours && !pool.encapsulation().isEmpty() ? Encap.UDP : byMode;
  }

  private boolean isOurs(int index) {
    return nodes.values().stream()
        .anyMatch(node -> node.index() == index && node instanceof SimulatedNode.Ours);
  }

  private static Encap asked(IpPool pool, int sender, int receiver) {
    boolean near = sender / 2 == receiver / 2;
    return switch (pool.vxlan()) {
      case ALWAYS -> Encap.VXLAN;
      case CROSS_SUBNET -> near ? Encap.DIRECT : Encap.VXLAN;
      case NEVER ->
          switch (pool.ipip()) {
            case ALWAYS -> Encap.IPIP;
            case CROSS_SUBNET -> near ? Encap.DIRECT : Encap.IPIP;
            case NEVER -> Encap.DIRECT;
          };
    };
  }

  /** The ends of tunnels that nodes of ours have, in words. */
  Set<String> ends() {
    var ends = new TreeSet<String>();
    for (SimulatedNode node : nodes.values()) {
      if (node instanceof SimulatedNode.Ours ours) {
        ends.add(Encap.words(ours.devices()));
      }
    }
    return ends;
  }
}

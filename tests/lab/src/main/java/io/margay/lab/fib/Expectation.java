package io.margay.lab.fib;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.lab.plan.LabPlan;
import io.margay.lab.plan.NodePlan;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Which way leads to a block from each machine: to a neighbour directly; to the other rack through
 * the tunnel, or through the router where the pool has none. The BIRD node has no tunnel at all.
 */
public final class Expectation {
  private static final String TUNNEL = "tunl0";

  private final LabPlan plan;

  public Expectation(LabPlan plan) {
    this.plan = plan;
  }

  /** A way: next hop and device. */
  record Way(Ip via, String device) {
    @Override
    public String toString() {
      return "via " + via + " dev " + device;
    }
  }

  /**
   * What is missing or wrong.
   *
   * @param fibs routes of each machine, by its name; the router is one of them
   */
  public List<String> missing(Collection<OwnedBlock> blocks, Map<String, List<Route>> fibs) {
    var missing = new ArrayList<String>();
    for (OwnedBlock block : blocks) {
      for (Map.Entry<String, List<Route>> fib : fibs.entrySet()) {
        way(fib.getKey(), block)
            .ifPresent(way -> {
              Optional<Route> found = find(fib.getValue(), block.cidr());
              if (found.filter(route -> leads(route, way)).isEmpty()) {
                missing.add(
                    "%s: %s of %s should go %s, is %s"
                        .formatted(
                            fib.getKey(),
                            block.cidr(),
                            block.node(),
                            way,
                            found.map(Route::way).orElse("absent")));
              }
            });
      }
    }
    return missing;
  }

  private static Optional<Route> find(List<Route> fib, Prefix destination) {
    return fib.stream().filter(route -> route.destination().equals(destination)).findFirst();
  }

  private static boolean leads(Route route, Way way) {
    return route.via().filter(way.via()::equals).isPresent() && route.device().equals(way.device());
  }

  /** The way from a machine to a block; empty on its owner, and for one of an unknown owner. */
  Optional<Way> way(String machine, OwnedBlock block) {
    Optional<NodePlan> owner = plan.node(block.node());
    if (owner.isEmpty() || machine.equals(block.node())) {
      return Optional.empty();
    }
    if (machine.equals(LabPlan.ROUTER)) {
      return Optional.of(new Way(owner.get().address(), owner.get().subnet().name()));
    }
    return plan.node(machine).map(node -> fromNode(node, owner.get(), block));
  }

  private Way fromNode(NodePlan node, NodePlan owner, OwnedBlock block) {
    if (node.subnet().equals(owner.subnet())) {
      return new Way(owner.address(), "eth0");
    }
    boolean tunnelled =
        node.runsMargay()
            && plan.pools().stream()
                .anyMatch(pool -> pool.isTunnelled() && pool.cidr().contains(block.cidr()));
    Ip router = node.subnet().router(block.cidr().family());
    return tunnelled ? new Way(owner.address(), TUNNEL) : new Way(router, "eth0");
  }
}

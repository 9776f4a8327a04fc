package io.margay.agent.stage;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Diff;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.tunnel.plan.Encap;
import java.util.Collection;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The routes that this node should have. Each destination's plan depends on what is known of that
 * destination and on what concerns all; so only what was touched is planned anew. Owned by the
 * stage thread.
 */
final class RoutePart {
  private final Map<Prefix, DestinationPlan> plans = new HashMap<>();
  private final Map<Encap, Integer> sent = new EnumMap<>(Encap.class);

  /** What the last plan sends otherwise: what follows from that is for the next one. */
  private final Set<Prefix> restless = new HashSet<>();

  private Plan.Counts counts = Plan.Counts.NONE;
  private Optional<RouteStage.Input> last = Optional.empty();
  private Optional<Map<Prefix, Ip4>> tunnelled = Optional.of(Map.of());

  /** What changed since a plan was taken; not to be changed any more once it was handed out. */
  private Map<FibKey, FibRoute> put = new HashMap<>();

  private Set<FibKey> removed = new HashSet<>();

  /**
   * Plans anew.
   *
   * @param touched destinations about which BGP or the cluster says something else than before;
   *     what else is otherwise is found by comparing inputs
   */
  void plan(RouteStage.Input input, Set<Prefix> touched) {
    put = new HashMap<>(put);
    removed = new HashSet<>(removed);
    Set<Prefix> due =
        last.filter(before -> RouteChanges.isSameForAll(before, input)).isPresent()
            ? RouteChanges.between(last.get(), input)
            : everything(input);
    due.addAll(touched);
    due.addAll(restless);
    Map<FibRoute, FibRoute> shared = new HashMap<>();
    for (Prefix destination : due) {
      plan(destination, input, shared);
    }
    last = Optional.of(input);
  }

  /** Whoever the last plan was for has it. */
  void taken() {
    put = new HashMap<>();
    removed = new HashSet<>();
  }

  /** What is otherwise since a plan was taken. */
  Diff<FibKey, FibRoute> changed() {
    return new Diff<>(put, removed);
  }

  /** How much is planned. */
  Plan.Counts counts() {
    return counts;
  }

  /** All that is planned, copied. */
  PlannedRoutes all() {
    Map<FibKey, FibRoute> wanted = HashMap.newHashMap(plans.size());
    Map<FibKey, RouteCause> causes = HashMap.newHashMap(plans.size());
    var left = new HashMap<Prefix, Missing>();
    plans.forEach((destination, plan) -> {
      for (DestinationPlan.Route route : plan.routes()) {
        wanted.put(route.key(), route.route());
        causes.put(route.key(), route.cause());
      }
      if (plan.left() != null) {
        left.put(destination, plan.left());
      }
    });
    return new PlannedRoutes(wanted, causes, left);
  }

  /** Addresses of this node's pods, with their routes. */
  Map<Ip, Plan.PodRoute> pods() {
    var pods = new HashMap<Ip, Plan.PodRoute>();
    last.ifPresent(input ->
        input
            .local()
            .pods()
            .forEach((address, all) -> {
              FibKey key = input.local().podKey(address);
              Optional<FibRoute> route =
                  at(address).routes().stream()
                      .filter(it -> it.key().equals(key) && it.cause().isLocal())
                      .map(DestinationPlan.Route::route)
                      .findFirst();
              pods.put(
                  address.address(), new Plan.PodRoute(key, all.getLast().hostInterface(), route));
            }));
    return pods;
  }

  /** The routes to this node's own pods and blocks. */
  Set<FibKey> local() {
    var local = new HashSet<FibKey>();
    last.ifPresent(input -> {
      addLocal(input.local().pods().keySet(), local);
      addLocal(input.local().blackholes().keySet(), local);
    });
    return local;
  }

  private void addLocal(Collection<Prefix> destinations, Set<FibKey> local) {
    for (Prefix destination : destinations) {
      at(destination).routes().stream()
          .filter(route -> route.cause().isLocal())
          .forEach(route -> local.add(route.key()));
    }
  }

  /** In what packets to a destination leave; empty when this node sends it none. */
  Optional<Encap> sent(Prefix destination) {
    return Optional.ofNullable(at(destination).sent());
  }

  /** In what packets to any destination leave. */
  Set<Encap> sent() {
    return sent.isEmpty() ? Set.of() : EnumSet.copyOf(sent.keySet());
  }

  /**
   * Destinations that may be behind a forwarder, with the node that they are at. The same object
   * until one of them changes.
   */
  Map<Prefix, Ip4> tunnelled() {
    Map<Prefix, Ip4> now = tunnelled.orElseGet(this::collectTunnelled);
    tunnelled = Optional.of(now);
    return now;
  }

  private Map<Prefix, Ip4> collectTunnelled() {
    var all = new HashMap<Prefix, Ip4>();
    plans.forEach((destination, plan) -> {
      if (plan.tunnelled() != null) {
        all.put(destination, plan.tunnelled());
      }
    });
    return Map.copyOf(all);
  }

  private DestinationPlan at(Prefix destination) {
    return plans.getOrDefault(destination, DestinationPlan.NOTHING);
  }

  private Set<Prefix> everything(RouteStage.Input input) {
    var all = new HashSet<>(plans.keySet());
    all.addAll(input.local().pods().keySet());
    all.addAll(input.local().blackholes().keySet());
    all.addAll(input.bgp().best().keySet());
    all.addAll(RouteChanges.destinations(input.bgp().peers()));
    all.addAll(input.cluster().homes().keySet());
    return all;
  }

  /**
   * Plans one destination anew.
   *
   * @param shared routes of many destinations are equal; of those of one pass each is held once
   */
  private void plan(Prefix destination, RouteStage.Input input, Map<FibRoute, FibRoute> shared) {
    DestinationPlan before = at(destination);
    DestinationPlan fresh = RouteStage.plan(destination, input, Optional.ofNullable(before.sent()));
    restless.remove(destination);
    if (fresh.equals(before)) {
      return;
    }
    DestinationPlan now = fresh.sharing(shared);
    if (now.equals(DestinationPlan.NOTHING)) {
      plans.remove(destination);
    } else {
      plans.put(destination, now);
    }
    if (!Objects.equals(before.tunnelled(), now.tunnelled())) {
      tunnelled = Optional.empty();
    }
    if (before.sent() != now.sent()) {
      count(before.sent(), -1);
      count(now.sent(), 1);
      restless.add(destination);
    }
    counts =
        new Plan.Counts(
            counts.wanted() + now.routes().size() - before.routes().size(),
            counts.left() + (now.left() == null ? 0 : 1) - (before.left() == null ? 0 : 1));
    noteRoutes(before, now);
  }

  private void count(@Nullable Encap encap, int more) {
    if (encap != null) {
      sent.merge(encap, more, (a, b) -> a + b == 0 ? null : a + b);
    }
  }

  private void noteRoutes(DestinationPlan before, DestinationPlan now) {
    for (DestinationPlan.Route old : before.routes()) {
      if (now.routes().stream().noneMatch(route -> route.key().equals(old.key()))) {
        put.remove(old.key());
        removed.add(old.key());
      }
    }
    for (DestinationPlan.Route route : now.routes()) {
      boolean same =
          before.routes().stream()
              .anyMatch(old -> old.key().equals(route.key()) && old.route().equals(route.route()));
      if (!same) {
        put.put(route.key(), route.route());
        removed.remove(route.key());
      }
    }
  }
}

package io.margay.agent.view;

import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.RouteCause;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeSet;
import java.util.function.IntFunction;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/** The kernel's routes as they are found, each beside what this node should have there. */
public final class FibView {
  private final PlannedRoutes routes;
  private final Optional<ReconcileStatus<FibKey>> status;
  private final Ownership ownership;
  private final Map<FibKey, String> refused;
  private final Map<FibKey, List<Found>> found = new HashMap<>();

  /** How a route stands to what is wanted. */
  private enum State {
    INSTALLED("installed"),
    /** Wanted, and not there. */
    MISSING("missing"),
    /** Ours, and not as it is wanted. */
    DIFFERENT("different"),
    /** Ours, and wanted by nobody. */
    UNWANTED("unwanted"),
    /** Not ours, where one of ours is wanted. */
    IN_THE_WAY("in the way"),
    /** Not ours. */
    FOREIGN("foreign");

    private final String word;

    State(String word) {
      this.word = word;
    }

    boolean isDifference() {
      return this != INSTALLED && this != FOREIGN;
    }
  }

  /**
   * A route of the kernel.
   *
   * @param route empty for what we never make
   */
  private record Found(RouteEntry entry, Optional<FibRoute> route) {}

  private FibView(
      PlannedRoutes routes, Optional<ReconcileStatus<FibKey>> status, Ownership ownership) {
    this.routes = routes;
    this.status = status;
    this.ownership = ownership;
    this.refused = StatusWords.refused(status);
  }

  /**
   * The rows, in the order of their destinations.
   *
   * @param kernel all routes of a table, as they were just read
   * @param names of the devices, by index
   * @param status how the loop stands that puts routes into the kernel
   * @param differences only what is not as it should be
   * @param about destinations that are asked for
   */
  public static Iterator<Map<String, Object>> of(
      Collection<RouteEntry> kernel,
      IntFunction<String> names,
      Ownership ownership,
      PlannedRoutes routes,
      Optional<ReconcileStatus<FibKey>> status,
      boolean differences,
      Predicate<Prefix> about) {
    var view = new FibView(routes, status, ownership);
    for (RouteEntry entry : kernel) {
      view.found
          .computeIfAbsent(FibKey.of(entry), _ -> new ArrayList<>(1))
          .add(new Found(entry, KernelForm.read(entry, names)));
    }
    var keys = new TreeSet<>(view.found.keySet());
    keys.addAll(routes.wanted().keySet());
    return keys.stream()
        .filter(key -> about.test(key.destination()))
        .flatMap(key -> view.at(key, differences).stream())
        .iterator();
  }

  private List<Map<String, Object>> at(FibKey key, boolean differences) {
    @Nullable FibRoute wanted = routes.wanted().get(key);
    List<Found> there = found.getOrDefault(key, List.of());
    var rows = new ArrayList<Map<String, Object>>(1);
    boolean met = false;
    for (Found one : there) {
      boolean ours = one.route().filter(ownership::isOurs).isPresent();
      State state = state(one, ours, wanted, met);
      met |= state == State.INSTALLED;
      if (!differences || state.isDifference()) {
        rows.add(row(key, one, state, wanted));
      }
    }
    boolean ownThere =
        there.stream().anyMatch(one -> one.route().filter(ownership::isOurs).isPresent());
    if (wanted != null && !ownThere) {
      rows.add(missing(key, wanted));
    }
    return rows;
  }

  /**
   * How one route of a key stands.
   *
   * @param met an equal route stands there already: the kernel keeps several that differ in what we
   *     do not look at
   */
  private static State state(Found one, boolean ours, @Nullable FibRoute wanted, boolean met) {
    if (!ours) {
      return wanted == null ? State.FOREIGN : State.IN_THE_WAY;
    }
    if (wanted == null) {
      return State.UNWANTED;
    }
    if (one.route().filter(wanted::equals).isEmpty()) {
      return State.DIFFERENT;
    }
    return met ? State.UNWANTED : State.INSTALLED;
  }

  private Map<String, Object> row(FibKey key, Found one, State state, @Nullable FibRoute wanted) {
    Map<String, Object> row = head(key);
    one.route()
        .ifPresentOrElse(
            route -> RouteWords.describe(route, row),
            () -> {
              row.put("type", one.entry().type().toString());
              row.put("via", "-");
              row.put("dev", "-");
              row.put("protocol", RouteWords.protocol(one.entry().protocol()));
            });
    row.put("metric", key.metric());
    row.put("state", state.word);
    row.put("why", why(key, state, wanted));
    return row;
  }

  private Map<String, Object> missing(FibKey key, FibRoute wanted) {
    Map<String, Object> row = head(key);
    RouteWords.describe(wanted, row);
    row.put("metric", key.metric());
    row.put("state", State.MISSING.word);
    row.put("why", why(key, State.MISSING, wanted));
    return row;
  }

  private static Map<String, Object> head(FibKey key) {
    var row = new LinkedHashMap<String, Object>();
    row.put("destination", key.destination().toString());
    return row;
  }

  private String why(FibKey key, State state, @Nullable FibRoute wanted) {
    return switch (state) {
      case INSTALLED -> cause(key);
      case FOREIGN -> "of another program, or the kernel's own; left alone";
      case IN_THE_WAY -> "of another program, where this is wanted: " + wanted;
      case DIFFERENT -> join(cause(key), "wanted " + wanted, outcome(key));
      case MISSING -> join(cause(key), outcome(key));
      case UNWANTED -> join("nothing asks for it", StatusWords.removal(status));
    };
  }

  private String cause(FibKey key) {
    RouteCause cause = routes.causes().get(key);
    return cause == null ? "" : cause.text();
  }

  private String outcome(FibKey key) {
    String reason = refused.get(key);
    return reason == null ? "not put there yet" : "refused: " + reason;
  }

  private static String join(String... parts) {
    var out = new StringBuilder();
    for (String part : parts) {
      if (!part.isEmpty()) {
        out.append(out.isEmpty() ? "" : "; ").append(part);
      }
    }
    return out.toString();
  }
}

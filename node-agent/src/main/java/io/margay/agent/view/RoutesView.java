package io.margay.agent.view;

import io.margay.agent.stage.PlannedRoutes;
import io.margay.agent.stage.RouteCause;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** The routes of a plan with what asked for each, and those that there are none of, with why. */
public final class RoutesView {
  private RoutesView() {}

  /**
   * The rows, in order of their destinations; what has no route comes last.
   *
   * @param status how the loop stands that puts them into the kernel
   * @param missing what the kernel does not have as it is wanted; empty when that is not known
   * @param wanted only the route that packets to this address take
   */
  public static List<Map<String, Object>> of(
      PlannedRoutes routes,
      Optional<ReconcileStatus<FibKey>> status,
      Optional<Set<FibKey>> missing,
      Optional<Ip> wanted) {
    Map<FibKey, String> failing = new HashMap<>();
    status
        .map(ReconcileStatus::failing)
        .orElse(List.of())
        .forEach(item -> failing.put(item.key(), item.reason()));
    var rows = new ArrayList<Map<String, Object>>();
    routes.wanted().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> {
          FibKey key = e.getKey();
          String state = state(Optional.ofNullable(failing.get(key)), missing, key);
          rows.add(row(key, e.getValue(), routes.causes(), state));
        });
    routes.left().entrySet().stream()
        .sorted(Map.Entry.comparingByKey())
        .forEach(e -> rows.add(left(e.getKey(), e.getValue().text())));
    return wanted.map(ip -> only(rows, ip)).orElse(rows);
  }

  private static Map<String, Object> row(
      FibKey key, FibRoute route, Map<FibKey, RouteCause> causes, String state) {
    var row = new LinkedHashMap<String, Object>();
    row.put("destination", key.destination().toString());
    RouteWords.describe(route, row);
    row.put("metric", key.metric());
    row.put("state", state);
    RouteCause cause = causes.get(key);
    row.put("why", cause == null ? "" : cause.text());
    return row;
  }

  private static String state(Optional<String> refused, Optional<Set<FibKey>> missing, FibKey key) {
    if (refused.isPresent()) {
      return "refused: " + refused.get();
    }
    return missing
        .map(keys -> keys.contains(key) ? "pending: not in the kernel yet" : "installed")
        .orElse("unknown: the kernel's side has not answered");
  }

  private static Map<String, Object> left(Prefix destination, String why) {
    var row = new LinkedHashMap<String, Object>();
    row.put("destination", destination.toString());
    row.put("type", "none");
    row.put("via", "-");
    row.put("dev", "-");
    row.put("protocol", "-");
    row.put("state", "unresolved");
    row.put("why", why);
    return row;
  }

  private static List<Map<String, Object>> only(List<Map<String, Object>> rows, Ip ip) {
    return rows.stream()
        .filter(row -> destination(row).contains(ip))
        .max(Comparator.comparingInt(row -> destination(row).length()))
        .map(List::of)
        .orElse(List.of());
  }

  private static Prefix destination(Map<String, Object> row) {
    return Prefix.of(String.valueOf(row.get("destination")));
  }
}

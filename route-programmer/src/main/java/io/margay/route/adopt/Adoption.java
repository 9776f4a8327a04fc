package io.margay.route.adopt;

import io.margay.kernel.rtnl.RouteEntry;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.IntFunction;
import java.util.function.Predicate;

/**
 * Routes as found, sorted. A route that calico-node or an earlier agent made is ours as it is: when
 * it is also wanted it is simply in sync, and nothing touches it.
 *
 * @param ours the route of ours that the kernel uses for each key
 * @param surplus further routes of ours with such a key, which the kernel does not use; IPv4 only
 * @param byProtocol how many are ours, by the number of who made them
 * @param foreign how many are not
 */
public record Adoption(
    Map<FibKey, FibRoute> ours,
    Map<FibKey, List<FibRoute>> surplus,
    Map<Integer, Integer> byProtocol,
    int foreign) {

  /**
   * Sorts routes.
   *
   * @param routes in the kernel's order, which tells the one in use from those behind it
   * @param name the name of a device
   */
  public static Adoption of(
      Iterable<RouteEntry> routes, Ownership ownership, IntFunction<String> name) {
    var sorter = new Sorter(ownership, name, _ -> false);
    routes.forEach(sorter::add);
    return sorter.sorted();
  }

  /** Sorts routes as they come, in the kernel's order. */
  public static final class Sorter {
    private final Ownership ownership;
    private final IntFunction<String> name;
    private final Predicate<FibKey> met;
    private final Map<FibKey, FibRoute> ours = new HashMap<>();
    private final Map<FibKey, List<FibRoute>> surplus = new HashMap<>();
    private final Map<Integer, Integer> byProtocol = new TreeMap<>();
    private final Map<FibRoute, FibRoute> distinct = new HashMap<>();
    private final Set<FibKey> foreignKeys = new HashSet<>();
    private int foreign;

    /**
     * @param met whether a route of ours with this key came before, of which this was not told
     */
    public Sorter(Ownership ownership, IntFunction<String> name, Predicate<FibKey> met) {
      this.ownership = ownership;
      this.name = name;
      this.met = met;
    }

    /** The next one; our form of it when it is ours and the one in use. */
    public Optional<FibRoute> add(RouteEntry entry) {
      FibKey key = FibKey.of(entry);
      Optional<FibRoute> route = KernelForm.read(entry, name).filter(ownership::isOurs);
      if (route.isEmpty()) {
        foreign++;
        foreignKeys.add(key);
      } else if (!foreignKeys.contains(key)) {
        // Behind a foreign route ours is out of use: it counts as missing, which is then reported.
        byProtocol.merge(entry.protocol(), 1, Integer::sum);
        // Thousands of routes lead to the same node: equal values are held once.
        FibRoute value = distinct.computeIfAbsent(route.get(), same -> same);
        if (!met.test(key) && ours.putIfAbsent(key, value) == null) {
          return Optional.of(value);
        }
        surplus.computeIfAbsent(key, _ -> new ArrayList<>(1)).add(value);
      }
      return Optional.empty();
    }

    /** All of them. */
    public Adoption sorted() {
      return new Adoption(ours, surplus, byProtocol, foreign);
    }
  }
}

package io.margay.route.target;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.foundation.reconcile.Target;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.route.adopt.Adoption;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The main table's routes of ours as a target. Creates where it knows of none and replaces only
 * what is ours: a foreign route is left and reported. Owned by the thread of its reconciler.
 */
public final class RouteTarget implements Target<FibKey, FibRoute>, AutoCloseable {
  private static final EventLog LOG = EventLog.of(RouteTarget.class);

  private final Rtnl rtnl;
  private final Ownership ownership;
  private final Devices devices;

  /** Routes of ours that are in the kernel, as far as dumps, answers and events tell. */
  private Map<FibKey, FibRoute> book = new HashMap<>();

  private Map<FibKey, List<FibRoute>> surplus = new HashMap<>();
  private boolean adopted;
  private int foreign;

  /** A target in the namespace of the socket, which is closed with it. */
  public RouteTarget(Rtnl rtnl, Ownership ownership) {
    this.rtnl = rtnl;
    this.ownership = ownership;
    this.devices = new Devices(rtnl);
  }

  /** Events that this target causes carry this number. */
  public int port() {
    return rtnl.port();
  }

  /** Routes of others in the main table at the last dump. */
  public int foreignRoutes() {
    return foreign;
  }

  @Override
  public Map<FibKey, FibRoute> dump() {
    devices.refresh();
    Adoption found = Adoption.of(read(EnumSet.allOf(Family.class)), ownership, devices::name);
    book = found.ours();
    surplus = found.surplus();
    foreign = found.foreign();
    if (!adopted) {
      adopted = true;
      LOG.info(
          "fib.adopted",
          "routes",
          book.size(),
          "by-protocol",
          found.byProtocol(),
          "surplus",
          surplus.size(),
          "foreign",
          foreign);
    }
    return Collections.unmodifiableMap(book);
  }

  @Override
  public List<ItemResult<FibKey>> apply(Diff<FibKey, FibRoute> diff) {
    var round = new Round(diff.size());
    // Routes through a gateway need the route to that gateway first; removals come last, so that
    // traffic finds the new way before the old one goes.
    diff.put().forEach((key, route) -> round.put(key, route, false));
    diff.put().forEach((key, route) -> round.put(key, route, true));
    diff.remove().forEach(round::remove);
    round.send();
    retryOnFreshDevices(round.staleDevice, round.conflicts, round.results);
    settleConflicts(round.conflicts, round.results);
    return round.results;
  }

  @Override
  public void close() {
    rtnl.close();
  }

  /** For {@link RouteEvents}, which knows what others did to these routes. */
  Map<FibKey, FibRoute> book() {
    return book;
  }

  Devices devices() {
    return devices;
  }

  /** The route as ours, when it is. */
  Optional<FibRoute> ours(RouteEntry route) {
    return KernelForm.read(route, devices::name).filter(ownership::isOurs);
  }

  private List<RouteEntry> read(Set<Family> families) {
    var entries = new ArrayList<RouteEntry>();
    for (Family family : families) {
      entries.addAll(rtnl.routes(family, RouteEntry.TABLE_MAIN, 0).entries());
    }
    return entries;
  }

  private void addPut(
      FibKey key, FibRoute route, List<Change> batch, List<ItemResult<FibKey>> results) {
    Optional<String> missing = missingDevice(route);
    if (missing.isPresent()) {
      results.add(
          new ItemResult.Failed<>(key, key + ": interface " + missing.get() + " does not exist"));
      return;
    }
    RouteEntry entry = KernelForm.of(key, route, devices::index);
    boolean ours = book.containsKey(key);
    batch.add(
        new Change.Put(
            key, route, ours ? new RouteRequest.Replace(entry) : new RouteRequest.Create(entry)));
    addSweeps(key, batch);
  }

  private void addRemoval(FibKey key, List<Change> batch, List<ItemResult<FibKey>> results) {
    addSweeps(key, batch);
    FibRoute route = book.get(key);
    if (route == null || missingDevice(route).isPresent()) {
      book.remove(key);
      results.add(new ItemResult.Done<>(key));
    } else {
      batch.add(new Change.Removal(key, delete(key, route)));
    }
  }

  private void addSweeps(FibKey key, List<Change> batch) {
    if (surplus.isEmpty()) {
      return;
    }
    for (FibRoute further : surplus.getOrDefault(key, List.of())) {
      batch.add(new Change.Sweep(key, delete(key, further)));
    }
  }

  private RouteRequest.Delete delete(FibKey key, FibRoute route) {
    return new RouteRequest.Delete(KernelForm.of(key, route, devices::index));
  }

  private static boolean isRouted(FibRoute route) {
    for (FibNextHop hop : route.nextHops()) {
      if (hop.gateway().isPresent()) {
        return true;
      }
    }
    return false;
  }

  private Optional<String> missingDevice(FibRoute route) {
    for (FibNextHop hop : route.nextHops()) {
      if (devices.index(hop.interfaceName()) == Devices.NONE) {
        return Optional.of(hop.interfaceName());
      }
    }
    return Optional.empty();
  }

  private ItemResult<FibKey> settled(Change.Put put, Ack ack) {
    if (ack.isOk()) {
      book.put(put.key(), put.route());
      return new ItemResult.Done<>(put.key());
    }
    return new ItemResult.Failed<>(put.key(), put + ": " + ack);
  }

  private ItemResult<FibKey> settled(Change.Removal removal, Ack ack) {
    if (ack.isOk() || ack.is(Errno.ESRCH)) {
      book.remove(removal.key());
      return new ItemResult.Done<>(removal.key());
    }
    return new ItemResult.Failed<>(removal.key(), removal + ": " + ack);
  }

  private void swept(Change.Sweep sweep, Ack ack) {
    if (ack.isOk() || ack.is(Errno.ESRCH)) {
      surplus.remove(sweep.key());
    } else {
      LOG.warn("fib.surplus.stays", "route", sweep.key(), "why", ack);
    }
  }

  /** A device that was deleted and made again has another index: pods' names come back. */
  private void retryOnFreshDevices(
      List<Change.Put> stale, List<Change.Put> conflicts, List<ItemResult<FibKey>> results) {
    if (stale.isEmpty()) {
      return;
    }
    devices.refresh();
    var again = new ArrayList<Change>(stale.size());
    for (Change.Put put : stale) {
      addPut(put.key(), put.route(), again, results);
    }
    List<Ack> acks = rtnl.apply(again.stream().map(Change::request).toList());
    for (int i = 0; i < again.size(); i++) {
      if (again.get(i) instanceof Change.Put put) {
        if (acks.get(i).is(Errno.EEXIST)) {
          conflicts.add(put);
        } else {
          results.add(settled(put, acks.get(i)));
        }
      }
    }
  }

  /** Something stands where we know of nothing of ours: look what it is. */
  private void settleConflicts(List<Change.Put> conflicts, List<ItemResult<FibKey>> results) {
    if (conflicts.isEmpty()) {
      return;
    }
    var families = EnumSet.noneOf(Family.class);
    conflicts.forEach(put -> families.add(put.key().destination().family()));
    List<RouteEntry> entries = read(families);
    Adoption found = Adoption.of(entries, ownership, devices::name);
    for (Change.Put put : conflicts) {
      FibRoute there = found.ours().get(put.key());
      if (put.route().equals(there)) {
        book.put(put.key(), there);
        results.add(new ItemResult.Done<>(put.key()));
      } else if (there != null) {
        RouteEntry entry = KernelForm.of(put.key(), put.route(), devices::index);
        results.add(settled(put, rtnl.apply(new RouteRequest.Replace(entry))));
      } else {
        results.add(new ItemResult.Failed<>(put.key(), inTheWay(put, entries)));
      }
    }
  }

  private String inTheWay(Change.Put put, List<RouteEntry> entries) {
    String other =
        entries.stream()
            .filter(entry -> FibKey.of(entry).equals(put.key()))
            .findFirst()
            .map(entry -> "\"" + named(entry) + "\"")
            .orElse("one that was gone when we looked");
    return put + ": another program's route is in the way: " + other + "; ours comes when it goes";
  }

  private String named(RouteEntry entry) {
    return KernelForm.read(entry, devices::name)
        .map(route -> FibKey.of(entry) + " " + route)
        .orElseGet(entry::toString);
  }

  /**
   * One apply. Requests go out while they are few: what is made for one is in the processor's
   * caches still when its answer comes, and dies young.
   */
  private final class Round {
    private static final int FEW = 1000;

    final List<ItemResult<FibKey>> results;
    final List<Change.Put> staleDevice = new ArrayList<>();
    final List<Change.Put> conflicts = new ArrayList<>();
    private final List<Change> waiting = new ArrayList<>();

    Round(int items) {
      results = new ArrayList<>(items);
    }

    /** Puts a route if it leads through a gateway, or if it does not. */
    void put(FibKey key, FibRoute route, boolean routed) {
      if (isRouted(route) == routed) {
        addPut(key, route, waiting, results);
        sendWhenMany();
      }
    }

    void remove(FibKey key) {
      addRemoval(key, waiting, results);
      sendWhenMany();
    }

    private void sendWhenMany() {
      if (waiting.size() >= FEW) {
        send();
      }
    }

    void send() {
      List<Ack> acks = rtnl.apply(waiting.stream().map(Change::request).toList());
      for (int i = 0; i < waiting.size(); i++) {
        Ack ack = acks.get(i);
        switch (waiting.get(i)) {
          case Change.Put put when ack.is(Errno.ENODEV) -> staleDevice.add(put);
          case Change.Put put when ack.is(Errno.EEXIST) -> conflicts.add(put);
          case Change.Put put -> results.add(settled(put, ack));
          case Change.Removal removal -> results.add(settled(removal, ack));
          case Change.Sweep sweep -> swept(sweep, ack);
        }
      }
      waiting.clear();
    }
  }
}

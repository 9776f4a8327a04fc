package io.margay.route.target;

import io.margay.foundation.addr.Family;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Batch;
import io.margay.foundation.reconcile.BulkTarget;
import io.margay.foundation.reconcile.Found;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMessage;
import io.margay.route.adopt.Adoption;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * Our routes as a target, in the main table and in those that it is told of. Creates where it knows
 * of none and replaces only what is ours: a foreign route is left and reported. Owned by the thread
 * of its reconciler.
 */
public final class RouteTarget implements BulkTarget<FibKey, FibRoute>, AutoCloseable {
  private static final EventLog LOG = EventLog.of(RouteTarget.class);

  /** A table that changes all the time never gives a consistent dump. */
  private static final int ATTEMPTS = 5;

  private final Rtnl rtnl;
  private final Ownership ownership;
  private final RouteBook book = new RouteBook();
  private final Devices devices;
  private final RouteSender sender;
  private final SortedSet<Integer> tables = new TreeSet<>(Set.of(RouteEntry.TABLE_MAIN));
  private boolean adopted;
  private int foreign;

  /** A target in the namespace of the socket, which is closed with it. */
  public RouteTarget(Rtnl rtnl, Ownership ownership) {
    this.rtnl = rtnl;
    this.ownership = ownership;
    this.devices = new Devices(rtnl, book::forgetBytes);
    this.sender = new RouteSender(rtnl, ownership, devices, book);
  }

  /**
   * Looks for routes of ours in this table, too, from the next look on; a target cannot want in any
   * other. Called on the reconciler's thread, which has to resync.
   */
  public void lookInto(int table) {
    tables.add(table);
  }

  /**
   * What to do when a route of ours is found where an event told of another's: it may have taken
   * that one's place before the event was heard, and {@link KernelWatch} does not hear of that.
   * Called on the reconciler's thread; to be said before its first run.
   */
  public void whenOvertaken(Runnable action) {
    sender.whenOvertaken(action);
  }

  /** Events that this target causes carry this number. */
  public int port() {
    return rtnl.port();
  }

  /** Routes of others in these tables at the last look. */
  public int foreignRoutes() {
    return foreign;
  }

  @Override
  public Found<FibKey, FibRoute> look(boolean whole) {
    devices.refresh();
    var look = new Look();
    boolean consistent = false;
    for (int i = 0; i < ATTEMPTS && !consistent; i++) {
      consistent = look.read();
    }
    Adoption found = look.sorter.sorted();
    foreign = found.foreign();
    sender.surplus(found.surplus());
    // A table that changed under the dump may have lost nothing: what is missing is left for later.
    var gone = new HashSet<FibKey>(consistent ? book.unmet() : List.of());
    gone.forEach(book::remove);
    if (!adopted) {
      adopted = true;
      LOG.info(
          "fib.adopted",
          "routes",
          book.size(),
          "by-protocol",
          found.byProtocol(),
          "surplus",
          found.surplus().size(),
          "foreign",
          foreign);
    }
    return whole ? Found.everything(book.toMap()) : Found.changes(look.changed, gone);
  }

  @Override
  public void apply(Batch<FibKey, FibRoute> batch) {
    sender.apply(batch);
  }

  @Override
  public boolean asksForMore() {
    return true;
  }

  @Override
  public void close() {
    rtnl.close();
  }

  /** For {@link RouteEvents}, which knows what others did to these routes. */
  RouteBook book() {
    return book;
  }

  /** Whether routes of this table are looked at. */
  boolean looksInto(int table) {
    return tables.contains(table);
  }

  Devices devices() {
    return devices;
  }

  /** The route as ours, when it is. */
  Optional<FibRoute> ours(RouteEntry route) {
    return KernelForm.read(route, devices::name).filter(ownership::isOurs);
  }

  /** One look at the kernel. Routes that are as the book has them make no object. */
  private final class Look {
    final Map<FibKey, FibRoute> changed = new LinkedHashMap<>();
    Adoption.Sorter sorter = newSorter();

    /** Of the last route that is not ours: one of ours behind it has the same key, or none. */
    private long foreignLow;

    private int foreignLength;

    /** One attempt; whether nothing changed meanwhile. */
    boolean read() {
      sorter = newSorter();
      book.beginLook();
      boolean consistent = true;
      for (int table : tables) {
        for (Family family : Family.values()) {
          foreignLength = -1;
          consistent &= rtnl.routes(family, table, this::take);
        }
      }
      return consistent;
    }

    private Adoption.Sorter newSorter() {
      return new Adoption.Sorter(ownership, devices::name, book::hasMet);
    }

    private void take(RouteMessage message) {
      boolean behindForeign = message.low() == foreignLow && message.length() == foreignLength;
      if (behindForeign || !book.meets(message)) {
        message.entry().filter(entry -> !entry.isCloned()).ifPresent(entry -> sort(entry, message));
      }
    }

    private void sort(RouteEntry entry, RouteMessage message) {
      Optional<FibRoute> ours = sorter.add(entry);
      if (ours.isEmpty()) {
        foreignLow = message.low();
        foreignLength = message.length();
        return;
      }
      FibKey key = FibKey.of(entry);
      if (!ours.equals(book.find(key))) {
        book.put(key, book.form(ours.get()));
        changed.put(key, ours.get());
      }
      book.learn(key, message);
    }
  }
}

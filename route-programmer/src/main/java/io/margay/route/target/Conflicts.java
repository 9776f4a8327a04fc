package io.margay.route.target;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Batch;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.route.adopt.Adoption;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Routes that the kernel has where the book has none: ours that no event told of are replaced,
 * another program's is left and reported. Owned by the target's thread.
 */
final class Conflicts {
  private final Rtnl rtnl;
  private final Ownership ownership;
  private final Devices devices;
  private final RouteBook book;
  private Runnable overtaken = () -> {};

  Conflicts(Rtnl rtnl, Ownership ownership, Devices devices, RouteBook book) {
    this.rtnl = rtnl;
    this.ownership = ownership;
    this.devices = devices;
    this.book = book;
  }

  /** What is to be done when the book was found behind what its own requests did. */
  void whenOvertaken(Runnable action) {
    overtaken = action;
  }

  /** Looks what stands at these items' keys, and answers each. */
  void settle(Batch<FibKey, FibRoute> batch, IntList items) {
    if (items.isEmpty()) {
      return;
    }
    List<RouteEntry> there = read(batch, items);
    Adoption found = Adoption.of(there, ownership, devices::name);
    if (!found.ours().isEmpty()) {
      overtaken.run();
    }
    items.forEach(item -> {
      FibKey key = batch.key(item);
      FibRoute wanted = batch.value(item);
      FibRoute ours = found.ours().get(key);
      if (ours == null) {
        batch.refused(item, key + " " + wanted + ": " + inTheWay(key, there));
      } else if (wanted.equals(ours)) {
        book.put(key, book.form(ours));
        batch.done(item);
      } else {
        RouteEntry entry = KernelForm.of(key, wanted, devices::index);
        Ack ack = rtnl.apply(new RouteRequest.Replace(entry));
        if (ack.isOk()) {
          book.put(key, book.form(wanted));
          batch.done(item);
        } else {
          batch.refused(item, RouteSender.words(batch, item, ack));
        }
      }
    });
  }

  private List<RouteEntry> read(Batch<FibKey, FibRoute> batch, IntList items) {
    var keys = new RouteIndex();
    Set<Integer> tables = new LinkedHashSet<>();
    items.forEach(item -> {
      keys.put(batch.key(item), item, 0);
      tables.add(batch.key(item).table());
    });
    var there = new ArrayList<RouteEntry>();
    for (Family family : Family.values()) {
      for (int table : tables) {
        rtnl.routes(
            family,
            table,
            message -> {
              if (keys.find(message) != RouteIndex.NONE) {
                message.entry().ifPresent(there::add);
              }
            });
      }
    }
    return there;
  }

  private String inTheWay(FibKey key, List<RouteEntry> there) {
    String other =
        there.stream()
            .filter(entry -> FibKey.of(entry).equals(key))
            .findFirst()
            .map(entry -> "\"" + named(entry) + "\"")
            .orElse("one that was gone when we looked");
    return "another program's route is in the way: " + other + "; ours comes when it goes";
  }

  private String named(RouteEntry entry) {
    return KernelForm.read(entry, devices::name)
        .map(route -> FibKey.of(entry) + " " + route)
        .orElseGet(entry::toString);
  }
}

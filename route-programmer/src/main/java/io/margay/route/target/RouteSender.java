package io.margay.route.target;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Batch;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netlink.Ack;
import io.margay.kernel.netlink.RequestBlock;
import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.nlmsg.RequestTemplate;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import io.margay.route.fib.Ownership;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Makes batches of routes real: requests straight into the bytes that are sent, answers straight
 * into the book. Owned by the target's thread.
 */
final class RouteSender {
  private static final EventLog LOG = EventLog.of(RouteSender.class);

  private final Rtnl rtnl;
  private final Conflicts conflicts;
  private final Devices devices;
  private final RouteBook book;
  private final ToIntFunction<String> indexes;

  /** One is written while the kernel works on the others; used in turn. */
  private final List<Load> loads = List.of(new Load(), new Load(), new Load());

  private int turn;
  private final List<FibKey> sweptKeys = new ArrayList<>();
  private final IntArrayList routed = new IntArrayList();
  private final IntArrayList removals = new IntArrayList();
  private final IntArrayList staleDevice = new IntArrayList();

  /** Something stands where we know of nothing of ours. */
  private final IntArrayList taken = new IntArrayList();

  /** Refused, and why: for the first time, when what they lead through may come behind them. */
  private final IntArrayList refused = new IntArrayList();

  private final List<Ack> refusals = new ArrayList<>();

  /** From now on a refusal is an answer. */
  private boolean lastTime;

  /** Further routes of ours under a key, which the kernel does not use. */
  private Map<FibKey, List<FibRoute>> surplus = new HashMap<>();

  RouteSender(Rtnl rtnl, Ownership ownership, Devices devices, RouteBook book) {
    this.rtnl = rtnl;
    this.conflicts = new Conflicts(rtnl, ownership, devices, book);
    this.devices = devices;
    this.book = book;
    this.indexes = devices::index;
  }

  void whenOvertaken(Runnable action) {
    conflicts.whenOvertaken(action);
  }

  /** Further routes of ours that a look has found; they go when their key is touched. */
  void surplus(Map<FibKey, List<FibRoute>> found) {
    surplus = found;
  }

  void apply(Batch<FibKey, FibRoute> batch) {
    staleDevice.clear();
    taken.clear();
    refused.clear();
    refusals.clear();
    lastTime = false;
    sweptKeys.clear();
    loads.forEach(this::begin);
    try {
      boolean inPieces = sendAll(batch);
      lastTime = true;
      retryOnFreshDevices(batch);
      settleRefused(batch, inPieces);
      conflicts.settle(batch, taken);
    } catch (RuntimeException e) {
      // What became of these is not known: the next look tells.
      loads.forEach(load -> load.takeBack(batch));
      throw e;
    }
  }

  /** What is wanted is taken in while the kernel works. Whether it came in several pieces. */
  private boolean sendAll(Batch<FibKey, FibRoute> batch) {
    int pieces = 0;
    int from = 0;
    do {
      int to = batch.size();
      send(batch, from, to);
      from = to;
      pieces++;
    } while (batch.more());
    finish(batch);
    return pieces > 1;
  }

  /**
   * Routes through a gateway need the route to that gateway first; removals come last, so that
   * traffic finds the new way before the old one goes.
   */
  private void send(Batch<FibKey, FibRoute> batch, int from, int to) {
    routed.clear();
    removals.clear();
    for (int i = from; i < to; i++) {
      if (batch.isRemoval(i)) {
        removals.add(i);
      } else if (batch.value(i).isRouted()) {
        routed.add(i);
      } else {
        put(batch, i);
      }
    }
    for (int i = 0; i < routed.size(); i++) {
      put(batch, routed.getInt(i));
    }
    for (int i = 0; i < removals.size(); i++) {
      remove(batch, removals.getInt(i));
    }
  }

  private void begin(Load load) {
    rtnl.begin(load.block);
    load.size = 0;
  }

  /** The book has the route from its sending on; a refusal takes that back. */
  private void put(Batch<FibKey, FibRoute> batch, int item) {
    FibKey key = batch.key(item);
    RouteForm form = book.form(batch.value(item));
    String missing = missingDevice(form);
    if (missing != null) {
      batch.refused(item, key + ": interface " + missing + " does not exist");
      return;
    }
    Load load = loadWithRoom(batch);
    int before = book.put(key, form);
    boolean known = before != RouteBook.NOTHING;
    if (key.length() == 0) {
      RouteEntry entry = KernelForm.of(key, form.route, devices::index);
      load.block.add(known ? new RouteRequest.Replace(entry) : new RouteRequest.Create(entry));
    } else {
      RouteForm.Variant bytes = form.variant(key);
      add(load, known ? bytes.replace(indexes) : bytes.create(indexes), key);
    }
    load.note(item, form, before);
    sweep(batch, key);
  }

  private void remove(Batch<FibKey, FibRoute> batch, int item) {
    FibKey key = batch.key(item);
    sweep(batch, key);
    Load load = loadWithRoom(batch);
    int before = book.remove(key);
    if (before == RouteBook.NOTHING) {
      batch.done(item);
      return;
    }
    RouteForm form = book.form(before);
    if (missingDevice(form) != null) {
      batch.done(item);
      return;
    }
    if (key.length() == 0) {
      load.block.add(delete(key, form.route));
    } else {
      add(load, form.variant(key).delete(indexes), key);
    }
    load.note(item, form, before);
  }

  private static void add(Load load, RequestTemplate template, FibKey key) {
    load.block.add(template, key.high(), key.low(), key.length());
  }

  private void sweep(Batch<FibKey, FibRoute> batch, FibKey key) {
    if (surplus.isEmpty()) {
      return;
    }
    for (FibRoute further : surplus.getOrDefault(key, List.of())) {
      Load load = loadWithRoom(batch);
      sweptKeys.add(key);
      load.block.add(delete(key, further));
      load.note(-sweptKeys.size(), book.form(further), RouteBook.NOTHING);
    }
  }

  /** The load that is being written; a full one goes on its way first. */
  private Load loadWithRoom(Batch<FibKey, FibRoute> batch) {
    Load load = loads.get(turn);
    if (!load.block.hasRoom()) {
      rtnl.send(load.block);
      turn = (turn + 1) % loads.size();
      load = loads.get(turn);
      settle(batch, load);
    }
    return load;
  }

  /** Sends what is written, and takes all answers. */
  private void finish(Batch<FibKey, FibRoute> batch) {
    Load last = loads.get(turn);
    if (last.block.count() > 0) {
      boolean alone = loads.stream().allMatch(load -> load == last || load.block.count() == 0);
      if (alone) {
        rtnl.execute(last.block);
      } else {
        rtnl.send(last.block);
      }
    }
    for (int i = 1; i <= loads.size(); i++) {
      settle(batch, loads.get((turn + i) % loads.size()));
    }
  }

  /** Takes the answers to a load, in their order, and empties it. */
  private void settle(Batch<FibKey, FibRoute> batch, Load load) {
    rtnl.await(load.block);
    for (int i = 0; i < load.size; i++) {
      int item = load.items[i];
      Ack ack = load.block.answer(i);
      if (item < 0) {
        swept(sweptKeys.get(-item - 1), ack);
      } else if (batch.isRemoval(item)) {
        removed(batch, item, load.before[i], ack);
      } else if (ack.isOk()) {
        batch.done(item, load.forms[i].route);
      } else {
        refused(batch, item, load.before[i], ack);
      }
    }
    begin(load);
  }

  private void refused(Batch<FibKey, FibRoute> batch, int item, int before, Ack ack) {
    FibKey key = batch.key(item);
    book.restore(key, before);
    if (ack.is(Errno.ENODEV)) {
      staleDevice.add(item);
    } else if (ack.is(Errno.EEXIST)) {
      taken.add(item);
    } else if (lastTime) {
      batch.refused(item, words(batch, item, ack));
    } else {
      refused.add(item);
      refusals.add(ack);
    }
  }

  /** A route through a gateway may have come a piece before the route to that gateway. */
  private void settleRefused(Batch<FibKey, FibRoute> batch, boolean again) {
    for (int i = 0; i < refused.size(); i++) {
      int item = refused.getInt(i);
      if (again) {
        put(batch, item);
      } else {
        batch.refused(item, words(batch, item, refusals.get(i)));
      }
    }
    finish(batch);
  }

  /** What is wanted, and what the kernel says of it. */
  static String words(Batch<FibKey, FibRoute> batch, int item, Ack ack) {
    return batch.key(item) + " " + batch.value(item) + ": " + ack;
  }

  private void removed(Batch<FibKey, FibRoute> batch, int item, int before, Ack ack) {
    FibKey key = batch.key(item);
    if (ack.isOk() || ack.is(Errno.ESRCH)) {
      batch.done(item);
    } else {
      book.restore(key, before);
      batch.refused(item, "removal of " + key + ": " + ack);
    }
  }

  private void swept(FibKey key, Ack ack) {
    if (ack.isOk() || ack.is(Errno.ESRCH)) {
      surplus.remove(key);
    } else {
      LOG.warn("fib.surplus.stays", "route", key, "why", ack);
    }
  }

  /** A device that was deleted and made again has another index: pods' names come back. */
  private void retryOnFreshDevices(Batch<FibKey, FibRoute> batch) {
    if (staleDevice.isEmpty()) {
      return;
    }
    devices.refresh();
    IntArrayList again = staleDevice.clone();
    staleDevice.clear();
    again.forEach(item -> put(batch, item));
    finish(batch);
    // Those that are stale once more go on failing until their device stays for a moment.
    staleDevice.forEach(item ->
        batch.refused(item, batch.key(item) + " " + batch.value(item) + ": its device is gone"));
  }

  private RouteRequest.Delete delete(FibKey key, FibRoute route) {
    return new RouteRequest.Delete(KernelForm.of(key, route, devices::index));
  }

  /** The first device of a route that is not there, or null: asked for each route. */
  private @Nullable String missingDevice(RouteForm form) {
    if (form.hasDevices) {
      return null;
    }
    for (FibNextHop hop : form.route.nextHops()) {
      if (devices.index(hop.interfaceName()) == Devices.NONE) {
        return hop.interfaceName();
      }
    }
    form.hasDevices = true;
    return null;
  }

  /** Requests that are sent together, and what they are about. */
  private final class Load {
    final RequestBlock block = new RequestBlock();
    int size;

    /** For each request its item, or what {@link #sweptKeys} holds from the end on. */
    final int[] items = new int[RequestBlock.MAX_REQUESTS];

    /** What the request puts or removes. */
    final RouteForm[] forms = new RouteForm[RequestBlock.MAX_REQUESTS];

    /** What the book had before. */
    final int[] before = new int[RequestBlock.MAX_REQUESTS];

    /** What the request that was added to the block is about. */
    void note(int item, RouteForm form, int had) {
      items[size] = item;
      forms[size] = form;
      before[size++] = had;
    }

    /** Has the book as if these requests had not been sent. */
    void takeBack(Batch<FibKey, FibRoute> batch) {
      for (int i = 0; i < size; i++) {
        if (items[i] >= 0) {
          book.restore(batch.key(items[i]), before[i]);
        }
      }
      size = 0;
    }
  }
}

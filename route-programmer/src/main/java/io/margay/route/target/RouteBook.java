package io.margay.route.target;

import io.margay.kernel.rtnl.RouteMessage;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import it.unimi.dsi.fastutil.ints.IntArrayList;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Routes of ours that are in the kernel, as far as dumps, answers and events tell. Equal routes are
 * held once, with their bytes. Owned by the target's thread.
 */
final class RouteBook {
  /** Stands for no route. */
  static final int NOTHING = RouteIndex.NONE;

  private static final int MARKS = 0xffff;

  private final RouteIndex index = new RouteIndex();
  private final Map<FibRoute, RouteForm> forms = new HashMap<>();
  private final List<@Nullable RouteForm> byNumber = new ArrayList<>();
  private final IntArrayList freeNumbers = new IntArrayList();

  /** Of the look that is under way, or was the last: what it has met carries it. */
  private int look;

  /** What the route that was met last had: the next one has the same most of the time. */
  private int metKind;

  private int metNumber = RouteIndex.NONE;

  int size() {
    return index.size();
  }

  /** The route at a key. */
  Optional<FibRoute> find(FibKey key) {
    int slot = index.find(key);
    return slot == RouteIndex.NONE ? Optional.empty() : Optional.of(form(index.number(slot)).route);
  }

  /** The form of a route; forgotten at the next look when no key has it then. */
  RouteForm form(FibRoute route) {
    RouteForm form = forms.get(route);
    if (form == null) {
      int number = freeNumbers.isEmpty() ? byNumber.size() : freeNumbers.popInt();
      form = new RouteForm(route, number);
      forms.put(route, form);
      if (number == byNumber.size()) {
        byNumber.add(form);
      } else {
        byNumber.set(number, form);
      }
    }
    return form;
  }

  /**
   * The key has this route from now on; the look that is under way has met it.
   *
   * @return what stood there, for {@link #restore}; {@link #NOTHING} when nothing did
   */
  int put(FibKey key, RouteForm form) {
    form.count++;
    int before = index.put(key, form.number, look);
    if (before != NOTHING) {
      form(before).count--;
    }
    return before;
  }

  /** As {@link #put}, of a key that has no route from now on. */
  int remove(FibKey key) {
    int slot = index.find(key);
    if (slot == RouteIndex.NONE) {
      return NOTHING;
    }
    int before = index.number(slot);
    form(before).count--;
    index.remove(slot);
    return before;
  }

  /** Takes back a put or a removal that did not come true. No look may have begun since. */
  void restore(FibKey key, int before) {
    if (before == NOTHING) {
      remove(key);
    } else {
      put(key, form(before));
    }
  }

  /** The keys of all routes for which this holds. */
  List<FibKey> keys(Predicate<FibRoute> which) {
    var fits = new boolean[byNumber.size()];
    for (int i = 0; i < fits.length; i++) {
      RouteForm form = byNumber.get(i);
      fits[i] = form != null && which.test(form.route);
    }
    var keys = new ArrayList<FibKey>();
    index.forEach(slot -> {
      if (fits[index.number(slot)]) {
        keys.add(index.key(slot));
      }
    });
    return keys;
  }

  /** All of it. */
  Map<FibKey, FibRoute> toMap() {
    var all = HashMap.<FibKey, FibRoute>newHashMap(size());
    index.forEach(slot -> all.put(index.key(slot), form(index.number(slot)).route));
    return all;
  }

  /** Devices have other names or indexes now. */
  void forgetBytes() {
    forms.values().forEach(RouteForm::forgetBytes);
    metNumber = RouteIndex.NONE;
  }

  /** A look begins: nothing is met. */
  void beginLook() {
    look = look % MARKS + 1;
    metNumber = RouteIndex.NONE;
    for (int i = 0; i < byNumber.size(); i++) {
      RouteForm form = byNumber.get(i);
      if (form != null && form.count == 0) {
        forms.remove(form.route);
        byNumber.set(i, null);
        freeNumbers.push(i);
      }
    }
  }

  /**
   * Meets a route that is here just as the kernel shows it; false when it is not, or when one with
   * its key was met before.
   */
  boolean meets(RouteMessage message) {
    int slot = index.find(message);
    if (slot == RouteIndex.NONE || index.mark(slot) == look) {
      return false;
    }
    int number = index.number(slot);
    if (message.kind() != metKind || number != metNumber) {
      RouteForm.Variant bytes =
          form(number).variant(message.isIpv4(), message.table(), message.metric());
      if (!bytes.isSeenIn(message)) {
        return false;
      }
      metKind = message.kind();
      metNumber = number;
    }
    index.mark(slot, look);
    return true;
  }

  /** Whether the look that is under way has met a route with this key. */
  boolean hasMet(FibKey key) {
    int slot = index.find(key);
    return slot != RouteIndex.NONE && index.mark(slot) == look;
  }

  /** The kernel shows the route at this key so; the look has met it. */
  void learn(FibKey key, RouteMessage message) {
    int slot = index.find(key);
    index.mark(slot, look);
    form(index.number(slot)).variant(key).learn(message);
  }

  /** What the look that ends has not met. */
  List<FibKey> unmet() {
    var keys = new ArrayList<FibKey>();
    index.forEach(slot -> {
      if (index.mark(slot) != look) {
        keys.add(index.key(slot));
      }
    });
    return keys;
  }

  /** The form that a put or a removal gave back. */
  RouteForm form(int number) {
    RouteForm form = byNumber.get(number);
    if (form == null) {
      throw new IllegalStateException("no route has the number " + number);
    }
    return form;
  }
}

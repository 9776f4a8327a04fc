package io.margay.route.target;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.reconcile.Reconciler;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RtnlEvent;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Tells the reconciler of routes what others did in the kernel. Owned by the reconciler's thread:
 * the watch's thread only hands the events over.
 */
public final class RouteEvents {
  private final RouteTarget target;
  private final Reconciler<FibKey, FibRoute> reconciler;

  public RouteEvents(RouteTarget target, Reconciler<FibKey, FibRoute> reconciler) {
    this.target = target;
    this.reconciler = reconciler;
  }

  /** Takes events in the kernel's order; the reconciler is to be run after that. */
  public void take(List<RtnlEvent> events) {
    boolean retry = false;
    for (RtnlEvent event : events) {
      retry |= take(event);
    }
    if (retry) {
      // What the kernel refused for want of a device or a way to the gateway need not wait longer.
      reconciler.hurryRefused();
    }
  }

  /** Whether something came up that a refused route may have waited for. */
  private boolean take(RtnlEvent event) {
    return switch (event) {
      case RtnlEvent.RouteChanged(RouteEntry route, int by) -> {
        routeChanged(route, by);
        yield false;
      }
      case RtnlEvent.RouteGone(RouteEntry route, int by) -> {
        routeGone(route, by);
        yield false;
      }
      case RtnlEvent.LinkChanged(LinkEntry link) -> linkChanged(link);
      case RtnlEvent.LinkGone(LinkEntry link) -> {
        routesDiedWith(link);
        target.devices().remove(link);
        yield false;
      }
      case RtnlEvent.AddressChanged _ -> true;
      case RtnlEvent.AddressGone(var address) -> {
        // IPv4 routes from this address, and all of a device that has lost its last one, die
        // without a word.
        if (address.address().ip() instanceof Ip4) {
          reconciler.resync();
        }
        yield false;
      }
      case RtnlEvent.Overrun _ -> {
        reconciler.resync();
        yield true;
      }
      case RtnlEvent.NeighbourChanged _,
          RtnlEvent.NeighbourGone _,
          RtnlEvent.RuleChanged _,
          RtnlEvent.RuleGone _ ->
          false;
    };
  }

  private void routeChanged(RouteEntry route, int by) {
    if (isNoNews(route, by)) {
      return;
    }
    FibKey key = FibKey.of(route);
    Optional<FibRoute> ours = target.ours(route);
    if (ours.isPresent()) {
      target.book().put(key, target.book().form(ours.get()));
      reconciler.observed(key, ours);
    } else if (target.book().remove(key) != RouteBook.NOTHING) {
      // Replaced, or one more with the key: trying to make ours tells which.
      reconciler.observed(key, Optional.empty());
    }
  }

  private void routeGone(RouteEntry route, int by) {
    if (isNoNews(route, by)) {
      return;
    }
    FibKey key = FibKey.of(route);
    Optional<FibRoute> known = target.book().find(key);
    if (known.isEmpty()) {
      reconciler.hurry(Set.of(key));
    } else if (target.ours(route).equals(known)) {
      target.book().remove(key);
      reconciler.observed(key, Optional.empty());
    } else if (!key.isIpv4()) {
      legsGone(key, known.get(), route);
    }
  }

  /**
   * IPv6 tells of the end of single legs of a multipath route, with the number of whoever made the
   * leg; of what is added to one it tells all legs at once.
   */
  private void legsGone(FibKey key, FibRoute known, RouteEntry gone) {
    Optional<FibRoute> left =
        KernelForm.read(gone, target.devices()::name)
            .flatMap(legs -> known.without(legs.nextHops()));
    if (left.isPresent()) {
      target.book().put(key, target.book().form(left.get()));
      reconciler.observed(key, left);
    } else {
      // Another route with our key; which of them the kernel used, only a look tells.
      reconciler.resync();
    }
  }

  private boolean isNoNews(RouteEntry route, int by) {
    return by == target.port() || !target.looksInto(route.table());
  }

  private boolean linkChanged(LinkEntry link) {
    boolean wasUp = target.devices().put(link).map(LinkEntry::isUp).orElse(false);
    if (wasUp && !link.isUp()) {
      routesDiedWith(link);
    }
    return !wasUp && link.isUp();
  }

  /** IPv4 routes die with their device, and the kernel does not tell. */
  private void routesDiedWith(LinkEntry link) {
    for (FibKey key : target.book().keys(route -> isOnlyOn(route, link.name()))) {
      if (key.isIpv4()) {
        target.book().remove(key);
        reconciler.observed(key, Optional.empty());
      }
    }
  }

  private static boolean isOnlyOn(FibRoute route, String device) {
    return !route.nextHops().isEmpty()
        && route.nextHops().stream().allMatch(hop -> hop.interfaceName().equals(device));
  }
}

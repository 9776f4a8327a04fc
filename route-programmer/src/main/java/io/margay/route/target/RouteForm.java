package io.margay.route.target;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.nlmsg.RequestTemplate;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteMessage;
import io.margay.kernel.rtnl.RouteRequest;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.KernelForm;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/** A route that many keys have, and its bytes, for as long as the devices keep their indexes. */
final class RouteForm {
  final FibRoute route;

  /** Its number in the book. */
  final int number;

  /** How many keys have it. */
  int count;

  /** Whether all its devices were there when that was asked last. */
  boolean hasDevices;

  private final List<Variant> variants = new ArrayList<>(1);

  RouteForm(FibRoute route, int number) {
    this.route = route;
    this.number = number;
  }

  /** The bytes of this route in a table with a metric; all but the destination are the same. */
  Variant variant(boolean isIpv4, int table, int metric) {
    for (int i = 0; i < variants.size(); i++) {
      Variant v = variants.get(i);
      if (v.isIpv4 == isIpv4 && v.table == table && v.metric == metric) {
        return v;
      }
    }
    var made = new Variant(isIpv4, table, metric);
    variants.add(made);
    return made;
  }

  Variant variant(FibKey key) {
    return variant(key.isIpv4(), key.table(), key.metric());
  }

  /** Devices have other names or indexes now. */
  void forgetBytes() {
    variants.clear();
    hasDevices = false;
  }

  /** What is the same for all keys of one family, table and metric. */
  final class Variant {
    private final boolean isIpv4;
    private final int table;
    private final int metric;
    private byte @Nullable [] seen;
    private @Nullable RequestTemplate create;
    private @Nullable RequestTemplate replace;
    private @Nullable RequestTemplate delete;

    Variant(boolean isIpv4, int table, int metric) {
      this.isIpv4 = isIpv4;
      this.table = table;
      this.metric = metric;
    }

    /** Whether the kernel has shown just this for the route. */
    boolean isSeenIn(RouteMessage message) {
      return seen != null && message.isLike(seen);
    }

    /** The kernel shows the route so. */
    void learn(RouteMessage message) {
      seen = message.copy();
    }

    RequestTemplate create(ToIntFunction<String> index) {
      RequestTemplate known = create;
      if (known == null) {
        known = template(RouteRequest.Create::new, index);
        create = known;
      }
      return known;
    }

    RequestTemplate replace(ToIntFunction<String> index) {
      RequestTemplate known = replace;
      if (known == null) {
        known = template(RouteRequest.Replace::new, index);
        replace = known;
      }
      return known;
    }

    RequestTemplate delete(ToIntFunction<String> index) {
      RequestTemplate known = delete;
      if (known == null) {
        known = template(RouteRequest.Delete::new, index);
        delete = known;
      }
      return known;
    }

    private RequestTemplate template(
        Function<RouteEntry, RouteRequest> request, ToIntFunction<String> index) {
      // Any destination but the default one, whose message has no address.
      Prefix any = new Prefix(isIpv4 ? new Ip4(1 << 31) : new Ip6(1L << 63, 0), 1);
      var key = new FibKey(table, any, metric);
      return request.apply(KernelForm.of(key, route, index)).template();
    }
  }
}

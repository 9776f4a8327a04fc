package io.margay.agent.view;

import io.margay.foundation.addr.Ip;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** The words in which views speak of routes. */
final class RouteWords {
  private RouteWords() {}

  /** As /etc/iproute2/rt_protos names it. */
  static String protocol(int number) {
    return switch (number) {
      case 2 -> "kernel";
      case 3 -> "boot";
      case 4 -> "static";
      case 9 -> "ra";
      case 11 -> "zebra";
      case 12 -> "bird";
      case 16 -> "dhcp";
      case 186 -> "bgp";
      default -> Integer.toString(number);
    };
  }

  /** Puts {@code type}, {@code via}, {@code dev} and {@code protocol} into a row. */
  static void describe(FibRoute route, Map<String, Object> row) {
    row.put("type", route.type().name().toLowerCase(Locale.ROOT));
    List<String> via =
        route.nextHops().stream().flatMap(hop -> hop.gateway().stream()).map(Ip::toString).toList();
    List<String> dev = route.nextHops().stream().map(FibNextHop::interfaceName).distinct().toList();
    row.put("via", via.isEmpty() ? "-" : String.join(",", via));
    row.put("dev", dev.isEmpty() ? "-" : String.join(",", dev));
    row.put("protocol", protocol(route.protocol()));
  }
}

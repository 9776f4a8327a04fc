package io.margay.bench.fib;

import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import io.margay.route.fib.Ownership;
import java.util.HashMap;
import java.util.Map;

/** The routes of the load, the same as {@code fibload.c}'s: blocks of addresses behind a node. */
record RouteSet(int size, String device) {
  /** Our own end of the cable, and the two nodes behind it. */
  static final Ip4 ADDRESS = Ip4.of("172.31.0.1");

  private static final Ip4[] GATEWAYS = {Ip4.of("172.31.0.2"), Ip4.of("172.31.0.3")};

  static final int ADDRESS_LENGTH = 24;

  private static final Ip4 FIRST = Ip4.of("10.0.0.0");

  /** The size of Calico's blocks. */
  private static final int LENGTH = 26;

  /** A prime: its multiples meet every route of a table before they come back. */
  private static final long SCATTER = 48271;

  FibKey key(int route) {
    return FibKey.main(new Prefix(FIRST.plus((long) route << (32 - LENGTH)), LENGTH));
  }

  /** The numbers of all routes, a line each, in the order in which {@link #all} gives them. */
  String order() {
    var lines = new StringBuilder();
    for (FibKey key : all(0).keySet()) {
      int offset = ((Ip4) key.destination().address()).bits() - FIRST.bits();
      lines.append(offset >>> (32 - LENGTH)).append('\n');
    }
    return lines.toString();
  }

  /** The node behind the cable, 0 or 1. */
  Ip4 gateway(int number) {
    return GATEWAYS[number];
  }

  /**
   * The way to a route.
   *
   * @param gateway 0 or 1
   */
  FibRoute via(int gateway) {
    return FibRoute.unicast(Ownership.BIRD_PROTOCOL, FibNextHop.via(GATEWAYS[gateway], device));
  }

  /** All routes through one gateway, equal ones held once, as the agent's stage makes them. */
  Map<FibKey, FibRoute> all(int gateway) {
    var routes = HashMap.<FibKey, FibRoute>newHashMap(size);
    FibRoute way = via(gateway);
    for (int i = 0; i < size; i++) {
      routes.put(key(i), way);
    }
    return routes;
  }

  /** The route that the i-th single change is about: spread over the table. */
  int changed(int i) {
    return (int) (i * SCATTER % size);
  }
}

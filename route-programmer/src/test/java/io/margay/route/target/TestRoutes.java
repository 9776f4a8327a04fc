package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netns.TestNetns;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** A node with an uplink and a pod, routes that it may have, and what ip(8) says of them. */
final class TestRoutes {
  /**
   * What one repair may take where a loaded machine does not run us: far below the 90 s of a
   * resync, so that an event did it.
   */
  static final Duration REPAIR = Duration.ofSeconds(10);

  static final FibKey BLOCK = FibKey.main(Prefix.of("10.65.1.0/26"));
  static final FibKey BLOCK6 = FibKey.main(Prefix.of("fd00:65:1::/122"));
  static final FibKey POD = FibKey.main(Prefix.of("10.65.0.2/32"));

  private TestRoutes() {}

  /** Closed by whoever asked for it. */
  static TestNetns node() {
    TestNetns node = TestNetns.create();
    node.device("eth0");
    node.ip("addr add 192.0.2.1/24 dev eth0");
    node.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    node.device("cali0");
    return node;
  }

  static boolean isThere(TestNetns node, FibKey key) {
    return !show(node, key).isEmpty();
  }

  static String show(TestNetns node, FibKey key) {
    String family = key.destination().address().toString().contains(":") ? "-6" : "-4";
    return node.ip(family + " route show " + key.destination());
  }

  static List<String> lines(TestNetns node, String arguments) {
    return node.ip(arguments).lines().map(String::strip).toList();
  }

  /** What was made equals what is wanted: a look finds nothing to do. */
  static void assertInSyncAfterALook(FibLoop loop) {
    long applied = loop.status().applied();
    loop.reconciler.resync();
    loop.reconciler.run(System.nanoTime());
    assertThat(loop.status().applied()).isEqualTo(applied);
    assertThat(loop.status().inSync()).isTrue();
  }

  static FibKey key(String prefix) {
    return FibKey.main(Prefix.of(prefix));
  }

  static FibRoute via(String gateway) {
    return FibRoute.unicast(12, FibNextHop.via(Ip.of(gateway), "eth0"));
  }

  static FibRoute onlink(String gateway) {
    return FibRoute.unicast(12, FibNextHop.onlink(Ip.of(gateway), "eth0"));
  }

  static FibRoute legs(String first, String second) {
    return FibRoute.unicast(
        12,
        new FibNextHop("eth0", Optional.of(Ip.of(first)), false, 2),
        FibNextHop.via(Ip.of(second), "eth0"));
  }

  static FibRoute dead(FibRoute.Type type) {
    return FibRoute.deadEnd(type, 80);
  }
}

package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netlink.RefusingKernel;
import io.margay.kernel.netlink.TightSocket;
import io.margay.kernel.netns.TestNetns;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * One route of many that the kernel refuses: said with its name, tried again, held against no
 * other.
 */
class RefusalTest {
  private static final FibKey REFUSED = key("10.65.1.0/26");

  private TestNetns node;

  @BeforeEach
  void open() {
    node = TestNetns.create();
    node.device("eth0");
    node.ip("addr add 192.0.2.1/24 dev eth0");
  }

  @AfterEach
  void close() {
    node.close();
  }

  /** Thousands are taken in piece by piece, in no order. */
  @Test
  void aRouteThatComesPiecesBeforeTheOneToItsGatewayIsNotRefused() {
    FibKey far = key("10.66.0.0/26");
    FibKey toItsGateway = key("198.51.100.0/24");
    var routes = new LinkedHashMap<FibKey, FibRoute>();
    routes.put(far, via("198.51.100.7"));
    for (int i = 0; i < 10_000; i++) {
      routes.put(FibKey.main(new Prefix(Ip4.of("10.80.0.0").plus(i), 32)), via("192.0.2.9"));
    }
    routes.put(toItsGateway, FibRoute.unicast(12, FibNextHop.device("eth0")));
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of());
      loop.want(2, routes);
      assertThat(loop.status().failing()).isEmpty();
      assertThat(loop.status().actual()).isEqualTo(routes.size());
      assertThat(node.ip("route show 10.66.0.0/26")).contains("via 198.51.100.7");

      // What none of them mends is refused all the same, once.
      routes.put(far, via("203.0.113.7"));
      routes.remove(toItsGateway);
      loop.want(3, routes);
      assertThat(loop.status().failing())
          .singleElement()
          .extracting(ReconcileStatus.Failing::failures)
          .isEqualTo(1);
    }
  }

  /** No test can have a real kernel run out of memory for just one route, or forbid just one. */
  @ParameterizedTest
  @CsvSource({"12, ENOMEM", "1, EPERM"})
  void whatOneRouteIsRefusedForIsSaidAndTriedAgain(int errno, String name) {
    try (var kernel = RefusingKernel.of(node.netns());
        var loop = new FibLoop(node, kernel.rtnl())) {
      kernel.refuse(REFUSED.destination(), errno);
      loop.want(1, many("192.0.2.9"));
      assertRefusedAlone(loop, "10.65.1.0/26 via 192.0.2.9 dev eth0 proto 12: " + name);
      int tries = loop.status().failing().getFirst().failures();
      loop.runUntil("again", () -> loop.status().failing().getFirst().failures() >= tries + 2);
      assertRefusedAlone(loop, "10.65.1.0/26 via 192.0.2.9 dev eth0 proto 12: " + name);

      kernel.relent();
      loop.runUntil("in", () -> loop.status().failing().isEmpty());
      assertThat(node.ip("route show 10.65.1.0/26")).contains("via 192.0.2.9");

      // The one that stands stays when it may not be replaced.
      kernel.refuse(REFUSED.destination(), errno);
      loop.want(2, many("192.0.2.8"));
      assertThat(loop.status().failing())
          .extracting(ReconcileStatus.Failing::reason)
          .containsExactly("10.65.1.0/26 via 192.0.2.8 dev eth0 proto 12: " + name);
      assertThat(node.ip("route show proto bird via 192.0.2.9")).startsWith("10.65.1.0/26");
      assertThat(node.ip("route show proto bird via 192.0.2.8").lines()).hasSize(1299);
      kernel.relent();
      loop.want(3, Map.of());
      assertThat(node.ip("route show proto bird")).isEmpty();
      assertThat(loop.status().inSync()).isTrue();
    }
  }

  /**
   * Which were refused is not known then: none counts as made that is not there, and none as
   * refused.
   */
  @Test
  void lostAnswersLeadToALook() {
    try (var loop = new FibLoop(node, TightSocket.in(node.netns()))) {
      loop.want(1, Map.of(REFUSED, via("192.0.2.9")));
      loop.viewWith("the first one", v -> v.link("eth0").isPresent());
      var routes = many("192.0.2.9");
      var unreached = many("203.0.113.9");
      routes.keySet().stream().limit(600).forEach(key -> routes.put(key, unreached.get(key)));
      assertThatThrownBy(() -> loop.want(2, routes))
          .isInstanceOf(KernelException.class)
          .hasMessageContaining("ENOBUFS");
      assertThat(loop.target.book().toMap().size()).isLessThanOrEqualTo(1);
      assertThat(loop.status().failing()).isEmpty();

      node.ip("addr add 203.0.113.1/24 dev eth0");
      loop.runUntil("in", () -> loop.status().inSync());
      assertThat(node.ip("route show proto bird via 203.0.113.9").lines()).hasSize(600);
      assertThat(node.ip("route show proto bird via 192.0.2.9").lines()).hasSize(700);
      assertThat(loop.target.book().toMap()).isEqualTo(routes);
    }
  }

  /** The real kernel's: a router that no address of ours covers, until one does. */
  @Test
  void aRouterThatCannotBeReachedIsTriedAgain() {
    try (var loop = new FibLoop(node)) {
      var routes = many("192.0.2.9");
      routes.put(REFUSED, via("203.0.113.9"));
      loop.want(1, routes);
      String words =
          "10.65.1.0/26 via 203.0.113.9 dev eth0 proto 12: ENETUNREACH (Nexthop has invalid";
      assertRefusedAlone(loop, words + " gateway)");
      loop.viewWith("the first one", v -> v.link("eth0").isPresent());
      node.ip("addr add 203.0.113.1/24 dev eth0");
      loop.runUntil("in", () -> loop.status().failing().isEmpty());
      assertThat(node.ip("route show 10.65.1.0/26")).contains("via 203.0.113.9");
    }
  }

  /** The real kernel's: EEXIST, put into words that say what stands there. */
  @Test
  void aRouteInTheWayIsNamedUntilItGoes() {
    node.ip("route add 10.65.1.0/26 via 192.0.2.66 proto static");
    try (var loop = new FibLoop(node)) {
      loop.want(1, many("192.0.2.9"));
      assertRefusedAlone(
          loop,
          "10.65.1.0/26 via 192.0.2.9 dev eth0 proto 12: another program's route is in the way:"
              + " \"10.65.1.0/26 via 192.0.2.66 dev eth0 proto 4\"; ours comes when it goes");
      node.ip("route del 10.65.1.0/26");
      loop.runUntil("in", () -> loop.status().failing().isEmpty());
      assertThat(node.ip("route show 10.65.1.0/26")).contains("via 192.0.2.9");
    }
  }

  private void assertRefusedAlone(FibLoop loop, String words) {
    assertThat(loop.status().failing())
        .extracting(ReconcileStatus.Failing::reason)
        .containsExactly(words);
    assertThat(loop.status().failing().getFirst().key()).isEqualTo(REFUSED);
    assertThat(loop.status().actual()).isEqualTo(1299);
    assertThat(node.ip("route show proto bird").lines()).hasSize(1299);
  }

  /** More than one block of them, with the one that is refused. */
  private static Map<FibKey, FibRoute> many(String gateway) {
    var routes = new HashMap<FibKey, FibRoute>();
    routes.put(REFUSED, via(gateway));
    for (int i = 0; i < 1299; i++) {
      routes.put(key("10.66." + i / 256 + "." + i % 256 + "/32"), via(gateway));
    }
    return routes;
  }

  private static FibKey key(String prefix) {
    return FibKey.main(Prefix.of(prefix));
  }

  private static FibRoute via(String gateway) {
    return FibRoute.unicast(12, FibNextHop.via(Ip.of(gateway), "eth0"));
  }
}

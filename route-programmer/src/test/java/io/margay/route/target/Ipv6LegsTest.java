package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.netns.TestNetns;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibNextHop;
import io.margay.route.fib.FibRoute;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * What others do to the legs of IPv6 multipath routes of ours. The kernel's events alone have to
 * tell: nothing is dumped meanwhile. Ip(8) is the judge.
 */
class Ipv6LegsTest {
  private static final String PREFIX = "fd00:65:1::/122";
  private static final String OTHER = "fd00:65:2::/122";
  private static final Pattern GATEWAY = Pattern.compile("\"gateway\":\"([^\"]*)\"");

  private TestNetns node;

  @BeforeEach
  void open() {
    node = TestNetns.create();
    node.device("eth0");
    node.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    node.device("eth1");
    node.ip("addr add 2001:db8:1::1/64 dev eth1 nodad");
  }

  @AfterEach
  void close() {
    node.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "del fd00:65:1::/122 via 2001:db8::a dev eth0",
        "del fd00:65:1::/122 via 2001:db8::b",
        "del fd00:65:1::/122",
        "del fd00:65:1::/122 nexthop via 2001:db8::a dev eth0 nexthop via 2001:db8::b dev eth0",
        "append fd00:65:1::/122 via 2001:db8::c proto bird",
        "append fd00:65:1::/122 via 2001:db8::c proto static",
        "append fd00:65:1::/122 proto bird nexthop via 2001:db8::c nexthop via 2001:db8:1::d",
        "replace fd00:65:1::/122 via 2001:db8::c proto bird",
        "replace fd00:65:1::/122 proto bird nexthop via 2001:db8::a nexthop via 2001:db8::c",
        "change fd00:65:1::/122 proto bird nexthop via 2001:db8::a weight 9 nexthop via"
            + " 2001:db8::b",
      })
  void whatIsDoneToALegIsUndone(String command) {
    try (var loop = new FibLoop(node)) {
      loop.want(
          1, Map.of(key(PREFIX), legs("::a", "::b", ":1::c"), key(OTHER), legs("::a", "::b")));
      loop.viewWith("the first one", v -> v.link("eth1").isPresent());
      String before = node.ip("-j -6 route show");
      long looks = loop.status().resyncs();
      long repaired = loop.status().repaired();
      node.ip("-6 route " + command);
      loop.runUntil("undone", () -> loop.status().repaired() > repaired && isAsWanted());
      assertThat(node.ip("-j -6 route show")).hasSameSizeAs(before);
      assertThat(loop.status().inSync()).isTrue();
      assertThat(loop.status().resyncs()).as("looks").isEqualTo(looks);
    }
  }

  @Test
  void aLegAddedToARouteWithOneGoesAgain() {
    try (var loop = new FibLoop(node)) {
      loop.want(1, Map.of(key(PREFIX), legs("::a")));
      loop.viewWith("the first one", v -> v.link("eth1").isPresent());
      long looks = loop.status().resyncs();
      node.ip("-6 route append " + PREFIX + " via 2001:db8::b proto static");
      loop.runUntil(
          "alone again",
          () -> loop.status().repaired() == 1 && gateways(PREFIX).equals(List.of("2001:db8::a")));
      assertThat(loop.status().inSync()).isTrue();
      assertThat(loop.status().resyncs()).as("looks").isEqualTo(looks);
    }
  }

  /** Nobody wants it any more: what is left of it after each step has to be known to go. */
  @Test
  void legsThatGoOneByOneLeaveNothing() {
    try (var loop = new FibLoop(node, "sources")) {
      loop.want(1, Map.of(key(PREFIX), legs("::a", "::b", ":1::c")));
      loop.viewWith("the first one", v -> v.link("eth1").isPresent());
      loop.want(2, Map.of());
      assertThat(loop.status().heldRemovals()).isEqualTo(1);
      long looks = loop.status().resyncs();
      for (String leg : List.of("2001:db8::a", "2001:db8:1::c")) {
        node.ip("-6 route del " + PREFIX + " via " + leg);
      }
      FibRoute left = legs("::b");
      loop.runUntil(
          "one left", () -> loop.target.book().find(key(PREFIX)).filter(left::equals).isPresent());
      assertThat(gateways(PREFIX)).containsExactly("2001:db8::b");
      node.ip("-6 route del " + PREFIX);
      loop.runUntil("none left", () -> loop.status().actual() == 0);
      assertThat(loop.status().resyncs()).as("looks").isEqualTo(looks);
    }
  }

  private boolean isAsWanted() {
    return gateways(PREFIX).equals(List.of("2001:db8:1::c", "2001:db8::a", "2001:db8::b"))
        && gateways(OTHER).equals(List.of("2001:db8::a", "2001:db8::b"));
  }

  /** As ip(8) shows them, in order. */
  private List<String> gateways(String prefix) {
    Stream<MatchResult> found = GATEWAY.matcher(node.ip("-j -6 route show " + prefix)).results();
    return found.map(match -> match.group(1)).sorted().toList();
  }

  private static FibKey key(String prefix) {
    return FibKey.main(Prefix.of(prefix));
  }

  /** Behind eth0, or eth1 when it is a router of 2001:db8:1::. */
  private static FibRoute legs(String... routers) {
    return FibRoute.unicast(
        12,
        Stream.of(routers)
            .map(router ->
                FibNextHop.via(
                    Ip.of("2001:db8" + router), router.startsWith(":1:") ? "eth1" : "eth0"))
            .toList());
  }
}

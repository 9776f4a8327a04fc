package io.margay.lab.fib;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.lab.plan.LabPlan;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class ExpectationTest {
  private static final Expectation EXPECTATION = new Expectation(LabPlan.standard());
  private static final OwnedBlock TUNNELLED = new OwnedBlock(Prefix.of("10.244.3.0/26"), "node3");
  private static final OwnedBlock PLAIN = new OwnedBlock(Prefix.of("10.245.3.0/26"), "node3");

  record Case(String machine, OwnedBlock block, String way) {}

  static Stream<Case> ways() {
    return Stream.of(
        new Case("node1", TUNNELLED, "via 172.30.2.13 dev tunl0"),
        new Case("node1", PLAIN, "via 172.30.1.1 dev eth0"),
        new Case("node4", TUNNELLED, "via 172.30.2.13 dev eth0"),
        new Case("node4", PLAIN, "via 172.30.2.13 dev eth0"),
        new Case("bird1", TUNNELLED, "via 172.30.1.1 dev eth0"),
        new Case("router", TUNNELLED, "via 172.30.2.13 dev rack-b"),
        new Case("node3", PLAIN, "none"),
        new Case("node1", new OwnedBlock(Prefix.of("10.244.9.0/26"), "gone"), "none"));
  }

  @ParameterizedTest
  @MethodSource("ways")
  void knowsTheWay(Case c) {
    assertThat(EXPECTATION.way(c.machine(), c.block()).map(Object::toString).orElse("none"))
        .as(c.toString())
        .isEqualTo(c.way());
  }

  @Test
  void tellsWhatIsMissingAndWhatLeadsElsewhere() {
    List<Route> fib =
        Route.read(
            """
            [{"dst":"default","gateway":"172.30.1.1","dev":"eth0","flags":[]},
             {"dst":"10.244.3.0/26","gateway":"172.30.1.1","dev":"eth0","protocol":"bird","flags":[]}]\
            """);
    assertThat(EXPECTATION.missing(List.of(TUNNELLED, PLAIN), Map.of("node1", fib)))
        .containsExactly(
            "node1: 10.244.3.0/26 of node3 should go via 172.30.2.13 dev tunl0, is via 172.30.1.1 dev eth0",
            "node1: 10.245.3.0/26 of node3 should go via 172.30.1.1 dev eth0, is absent");
  }

  @Test
  void readsWhatIpPrints() {
    List<Route> routes =
        Route.read(
            """
            [{"dst":"10.245.200.0/26","nhid":8,"gateway":"172.30.1.20","dev":"rack-a","protocol":"bgp","metric":20,"flags":[]},
             {"type":"blackhole","dst":"10.245.200.0/26","protocol":"bird","metric":32,"flags":[]},
             {"dst":"10.245.200.1","dev":"cali0a60ad12f1d","scope":"link","flags":[]}]\
            """);
    assertThat(routes)
        .extracting(Route::way)
        .containsExactly("via 172.30.1.20 dev rack-a", "blackhole", "dev cali0a60ad12f1d");
    assertThat(routes.getFirst().line()).doesNotContain("nhid");
    assertThat(routes.get(2).destination()).isEqualTo(Prefix.of("10.245.200.1/32"));
    assertThat(Route.read("")).isEmpty();
  }
}

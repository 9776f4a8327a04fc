package io.margay.ipam.allocate;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.Pool.AssignmentMode;
import io.margay.ipam.store.Pool.NamespaceMatch;
import io.margay.ipam.store.Pool.NodeMatch;
import io.margay.ipam.store.Pool.Use;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PoolChoiceTest {
  private static final NamespaceMatch SHOP =
      new NamespaceMatch("team == 'shop'", labels -> "shop".equals(labels.get("team")));

  private static final Set<Use> BOTH = Set.of(Use.WORKLOAD, Use.TUNNEL);

  private static final List<Pool> POOLS =
      List.of(
          pool("plain", "10.1.0.0/16", 26),
          new Pool(
              "another",
              Prefix.of("10.2.0.0/16"),
              26,
              false,
              NodeMatch.ALL,
              NamespaceMatch.ALL,
              Set.of(Use.WORKLOAD),
              AssignmentMode.AUTOMATIC),
          new Pool(
              "disabled",
              Prefix.of("10.3.0.0/16"),
              26,
              true,
              NodeMatch.ALL,
              NamespaceMatch.ALL,
              BOTH,
              AssignmentMode.AUTOMATIC),
          new Pool(
              "manual",
              Prefix.of("10.4.0.0/16"),
              26,
              false,
              NodeMatch.ALL,
              NamespaceMatch.ALL,
              BOTH,
              AssignmentMode.MANUAL),
          new Pool(
              "elsewhere",
              Prefix.of("10.5.0.0/16"),
              26,
              false,
              new NodeMatch("zone == 'b'", false),
              NamespaceMatch.ALL,
              BOTH,
              AssignmentMode.AUTOMATIC),
          new Pool(
              "shop",
              Prefix.of("10.6.0.0/16"),
              26,
              false,
              NodeMatch.ALL,
              SHOP,
              BOTH,
              AssignmentMode.AUTOMATIC),
          pool("six", "fd00::/64", 122));

  record Row(
      String name,
      Family family,
      Use use,
      List<String> asked,
      Optional<Map<String, String>> namespace,
      List<String> chosen,
      String refusal) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Row> rows() {
    var none = Optional.<Map<String, String>>empty();
    return List.of(
        row("automatic, by name", Use.WORKLOAD, List.of(), none, "another", "plain"),
        row(
            "a namespace that one pool selects",
            Use.WORKLOAD,
            List.of(),
            Optional.of(Map.of("team", "shop")),
            "another",
            "plain",
            "shop"),
        row("another use", Use.TUNNEL, List.of(), none, "plain"),
        row("asked for by name", Use.WORKLOAD, List.of("plain"), none, "plain"),
        row("asked for by CIDR", Use.WORKLOAD, List.of("10.1.0.0/16"), none, "plain"),
        row(
            "the order asked for",
            Use.WORKLOAD,
            List.of("plain", "another"),
            none,
            "plain",
            "another"),
        row(
            "asked for, whatever mode and selectors say",
            Use.WORKLOAD,
            List.of("manual", "elsewhere", "shop"),
            none,
            "manual",
            "elsewhere",
            "shop"),
        new Row("the other family", Family.IPV6, Use.WORKLOAD, List.of(), none, List.of("six"), ""),
        refused(
            "no such name",
            Use.WORKLOAD,
            List.of("plain", "north"),
            "IPPool \"north\" does not exist; known are"
                + " another, disabled, elsewhere, manual, plain, shop."),
        refused(
            "a pool of the other family",
            Use.WORKLOAD,
            List.of("six"),
            "IPPool \"six\" does not exist; known are"),
        refused(
            "asked for, but disabled",
            Use.WORKLOAD,
            List.of("plain", "disabled"),
            "No IPv4 pool may be used here: pool \"disabled\" is disabled or being deleted."),
        refused(
            "asked for, but not for this use",
            Use.TUNNEL,
            List.of("another"),
            "No IPv4 pool may be used here: pool \"another\" does not allow this use (Tunnel)."),
        refused(
            "a use that nobody allows",
            Use.LOAD_BALANCER,
            List.of(),
            "No IPv4 pool may be used here: pool \"another\" does not allow this use"
                + " (LoadBalancer); pool \"disabled\" is disabled or being deleted; pool"
                + " \"elsewhere\" does not select this node (zone == 'b'); pool \"manual\" has"
                + " assignmentMode Manual and was not asked for; pool \"plain\" does not allow"
                + " this use (LoadBalancer); pool \"shop\" does not select the namespace"
                + " (team == 'shop')."));
  }

  @ParameterizedTest
  @MethodSource("rows")
  void poolsAreChosenOrRefusedWithTheirReason(Row row) {
    var request =
        new AssignRequest(row.family(), row.use(), "h", Map.of(), row.asked(), row.namespace());
    List<Pool> anyOrder = POOLS.stream().sorted(Comparator.comparing(Pool::cidr)).toList();
    switch (PoolChoice.of(anyOrder, request)) {
      case PoolChoice.Chosen chosen -> {
        assertThat(chosen.names()).isEqualTo(row.chosen());
        assertThat(row.refusal()).isEmpty();
      }
      case PoolChoice.None(var why) -> {
        assertThat(row.refusal()).isNotEmpty();
        assertThat(why.text()).startsWith(row.refusal());
      }
    }
  }

  private static Row row(
      String name,
      Use use,
      List<String> asked,
      Optional<Map<String, String>> namespace,
      String... chosen) {
    return new Row(name, Family.IPV4, use, asked, namespace, List.of(chosen), "");
  }

  private static Row refused(String name, Use use, List<String> asked, String text) {
    return new Row(name, Family.IPV4, use, asked, Optional.empty(), List.of(), text);
  }

  private static Pool pool(String name, String cidr, int blockSize) {
    return Cluster.pool(name, Prefix.of(cidr), blockSize);
  }
}

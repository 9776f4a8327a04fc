package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.plan.LabPlan;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * node1 with two top-of-rack routers, as BGPPeers say: BIRDs on the watcher's machine, beside its
 * own daemon, at addresses and ports of their own. Judged by their views and by node1's kernel.
 */
@ExtendWith(SharedLab.class)
class CalicoPeersTest {
  private static final String NAMESPACE =
      "{apiVersion: v1, kind: Namespace, metadata: {name: kube-system}}\n";

  private static final String PEERS =
      """
      apiVersion: projectcalico.org/v3
      kind: BGPPeer
      metadata: {name: tor1}
      spec:
        node: node1
        peerIP: 172.30.1.241:1790
        asNumber: 65010
        password: {secretKeyRef: {name: bgp, key: tor}}
        ttlSecurity: 1
        filters: [tor1]
      ---
      apiVersion: projectcalico.org/v3
      kind: BGPPeer
      metadata: {name: tor2}
      spec:
        node: node1
        peerIP: 172.30.1.242:1790
        asNumber: 65010
        keepOriginalNextHop: true
      ---
      apiVersion: projectcalico.org/v3
      kind: BGPPeer
      metadata: {name: tor6}
      spec:
        node: node1
        peerIP: "[fd00:30:1::246]:1790"
        asNumber: 65010
        filters: [tor6]
      """;

  private static final String FILTER6 =
      """
      apiVersion: projectcalico.org/v3
      kind: BGPFilter
      metadata: {name: tor6}
      spec:
        exportV6:
        - cidr: fd00:30:1::/64
          matchOperator: Equal
          action: Accept
          operations: [{addCommunity: {value: "65000:6"}}]
        importV6:
        - {cidr: "2001:db8:bad::/48", matchOperator: Equal, action: Reject}
      """;

  private static final String FILTER =
      """
      apiVersion: projectcalico.org/v3
      kind: BGPFilter
      metadata: {name: tor1}
      spec:
        exportV4:
        - cidr: 10.244.0.0/16
          matchOperator: In
          action: Accept
          operations: [{addCommunity: {value: "65000:77"}}, {prependASPath: {prefix: [64600]}}]
        importV4:
        - {cidr: %s, matchOperator: Equal, action: Reject}
      """;

  private static final String NOTHING_REFUSED = FILTER.formatted("192.0.2.0/24");
  private static final String PREFIX_REFUSED = FILTER.formatted("203.0.113.0/24");
  private static final String NETWORK = "203.0.113.0/24";

  /** Announced by tor1 alone, with the next hops of both routers. */
  private static final String TWO_WAYS = "198.18.7.0/24";

  private static final Pattern GATEWAY = Pattern.compile("via (172\\.30\\.1\\.24\\d) ");

  private static TestLab lab;

  private static String secret(String password) {
    String value = Base64.getEncoder().encodeToString(password.getBytes(StandardCharsets.UTF_8));
    return """
    {apiVersion: v1, kind: Secret, metadata: {name: bgp, namespace: kube-system}, data: {tor: %s}}
    """
        .formatted(value);
  }

  @BeforeAll
  static void start(TestLab shared) throws Exception {
    lab = shared;
    router(
        "tor1",
        "172.30.1.241",
        "198.51.100.1",
        "password \"hunter2\"; direct; ttl security yes;",
        staticRoute("one") + staticRoute("two"));
    router("tor2", "172.30.1.242", "198.51.100.2", "multihop;", "");
    routerOfIpv6();
    leadsToNextHops("add");
    apply(Map.of("1.yaml", NAMESPACE, "2.yaml", secret("hunter2")));
    apply(Map.of("3.yaml", NOTHING_REFUSED, "4.yaml", FILTER6));
    apply(Map.of("peers.yaml", PEERS));
    await("the routers have their sessions", () -> isUp("tor1") && isUp("tor2") && isUp("tor6"));
  }

  /** Others count node1's sessions and routes. */
  @AfterAll
  static void end() throws Exception {
    lab.manifests(
        "delete",
        Map.of(
            "1.yaml", secret(""), "2.yaml", NOTHING_REFUSED, "3.yaml", FILTER6, "4.yaml", PEERS));
    nodesIpv6Address("null");
    await("the sessions are gone", () -> !isUp("tor1") && !isUp("tor2") && !isUp("tor6"));
    await("their routes are gone", () -> gateways().isEmpty() && gateways(TWO_WAYS).isEmpty());
    leadsToNextHops("del");
    for (String name : List.of("tor1", "tor2", "tor6")) {
      birdc(name, "down");
    }
    lab.in(LabPlan.WATCHER, "ip", "addr", "del", "fd00:30:1::246/64", "dev", "eth0");
    lab.in("node1", "ip", "addr", "del", "fd00:30:1::9/64", "dev", "eth0");
    lab.in(LabPlan.WATCHER, "ip", "addr", "del", "172.30.1.241/24", "dev", "eth0");
    lab.in(LabPlan.WATCHER, "ip", "addr", "del", "172.30.1.242/24", "dev", "eth0");
  }

  /** Calico's default gives the nodes AS 64512; both routers are of one other AS. */
  private static void router(
      String name, String address, String nextHop, String more, String routes) {
    lab.in(LabPlan.WATCHER, "ip", "addr", "add", address + "/24", "dev", "eth0");
    String conf =
        """
        log "/var/log/%1$s.log" all;
        timeformat protocol iso long ms;
        router id %2$s;
        protocol device { }
        protocol static { ipv4; route 203.0.113.0/24 blackhole; }
        %5$s
        filter to_node {
          bgp_next_hop = %3$s;
          if proto = "two" then bgp_next_hop = 198.51.100.2;
          accept;
        }
        protocol bgp node1 {
          local %2$s port 1790 as 65010;
          neighbor 172.30.1.9 as 64512;
          strict bind yes;
          passive yes;
          %4$s
          ipv4 { import all; export filter to_node; add paths on; };
        }
        """
            .formatted(name, address, nextHop, more, routes);
    startRouter(name, conf);
  }

  /** A router on node1's link, and an address of that link for node1 to peer from. */
  private static void routerOfIpv6() {
    lab.in("node1", "ip", "addr", "add", "fd00:30:1::9/64", "dev", "eth0", "nodad");
    lab.in(LabPlan.WATCHER, "ip", "addr", "add", "fd00:30:1::246/64", "dev", "eth0", "nodad");
    nodesIpv6Address("\"fd00:30:1::9/64\"");
    startRouter(
        "tor6",
        """
        log "/var/log/tor6.log" all;
        router id 198.51.100.6;
        protocol device { }
        protocol static {
          ipv6;
          route 2001:db8:113::/48 blackhole;
          route 2001:db8:bad::/48 blackhole;
        }
        protocol bgp node1 {
          local fd00:30:1::246 port 1790 as 65010;
          neighbor fd00:30:1::9 as 64512;
          strict bind yes;
          passive yes;
          direct;
          ipv6 { import all; export all; };
        }
        """);
  }

  /** What node1's own detection, or its operator, writes. */
  private static void nodesIpv6Address(String json) {
    lab.in(
        LabPlan.CONTROL,
        "curl",
        "-sf",
        "-X",
        "PATCH",
        "-H",
        "Content-Type: application/merge-patch+json",
        "-d",
        """
        {"metadata": {"annotations": {"projectcalico.org/IPv6Address": %s}}}
        """
            .formatted(json),
        "http://172.31.255.1:6443/api/v1/nodes/node1");
  }

  private static void startRouter(String name, String conf) {
    String file = "/run/" + name + ".conf";
    lab.in(LabPlan.WATCHER, "sh", "-c", "cat > " + file + " <<'END'\n" + conf + "END");
    String pid = "/run/" + name + ".pid";
    lab.in(LabPlan.WATCHER, "bird", "-c", file, "-s", control(name), "-P", pid);
  }

  private static String staticRoute(String name) {
    return "protocol static %s { ipv4; route %s blackhole; }\n".formatted(name, TWO_WAYS);
  }

  private static String control(String name) {
    return "/run/" + name + ".ctl";
  }

  private static void apply(Map<String, String> files) throws Exception {
    assertThat(lab.manifests("apply", files)).as(lab.said.toString()).isZero();
  }

  /** The kernel's routes to the next hops that the routers announce: one each. */
  private static void leadsToNextHops(String verb) {
    for (int i = 1; i <= 2; i++) {
      lab.in("node1", "ip", "route", verb, "198.51.100." + i, "via", "172.30.1.24" + i);
    }
  }

  private static String birdc(String name, String command) {
    return lab.in(LabPlan.WATCHER, "birdc", "-s", control(name), command);
  }

  private static boolean isUp(String name) {
    return birdc(name, "show protocols node1").contains("Established");
  }

  /** Routers that node1's kernel sends packets for the routers' network to, in order. */
  private static List<String> gateways() {
    return gateways(NETWORK);
  }

  private static List<String> gateways(String network) {
    String routes = lab.in("node1", "ip", "route", "show", network, "proto", "bird");
    return GATEWAY.matcher(routes + " ").results().map(match -> match.group(1)).sorted().toList();
  }

  private static String blockOf(String node) {
    String routes = lab.in(node, "ip", "route", "show", "type", "blackhole", "proto", "bird");
    return List.of(routes.split("\\s+")).get(1);
  }

  @Test
  void equalPathsAreOneRouteAndOneWhoseNextHopIsLostLeavesIt() throws Exception {
    List<String> both = List.of("172.30.1.241", "172.30.1.242");
    await("node1 uses both routers", () -> gateways().equals(both));
    lab.in("node1", "ip", "route", "del", "198.51.100.1");
    await("the lost next hop is used no more", () -> gateways().equals(both.subList(1, 2)));
    lab.in("node1", "ip", "route", "add", "198.51.100.1", "via", "172.30.1.241");
    await("it is used again", () -> gateways().equals(both));
    assertThat(lab.in("node1", "ip", "route", "show", NETWORK))
        .as("a route of another AS: local preference 100")
        .contains("metric 2147483547");
  }

  // RFC 7911: BIRD has both routes in its table, and tells both with identifiers.
  @Test
  void severalPathsOfOneRouterAreOneRouteWithSeveralWays() throws Exception {
    List<String> both = List.of("172.30.1.241", "172.30.1.242");
    await("both paths are used", () -> gateways(TWO_WAYS).equals(both));
    birdc("tor1", "disable two");
    await("the first is left", () -> gateways(TWO_WAYS).equals(both.subList(0, 1)));
    birdc("tor1", "enable two");
    await("both again", () -> gateways(TWO_WAYS).equals(both));
  }

  @Test
  void aFilterThatChangesIsAppliedToWhatWasSaidAndTheSessionStays() throws Exception {
    await("the route is there", () -> gateways().contains("172.30.1.241"));
    String before = birdc("tor1", "show protocols node1");
    apply(Map.of("filter.yaml", PREFIX_REFUSED));
    await("the refused path is gone", () -> !gateways().contains("172.30.1.241"));
    apply(Map.of("filter.yaml", NOTHING_REFUSED));
    await("and back, without being sent again", () -> gateways().contains("172.30.1.241"));
    assertThat(birdc("tor1", "show protocols node1")).isEqualTo(before);
  }

  @Test
  void operationsAndNextHopModesAreWhatTheRoutersSee() throws Exception {
    String own = blockOf("node1");
    String other = blockOf("node2");
    await("tor1 has both blocks", () -> isKnown("tor1", own) && isKnown("tor1", other));
    await("tor2 has both blocks", () -> isKnown("tor2", own) && isKnown("tor2", other));
    assertThat(birdc("tor1", "show route all " + own))
        .contains("BGP.as_path: 64512 64600")
        .contains("BGP.community: (65000,77)")
        .contains("BGP.next_hop: 172.30.1.9")
        .doesNotContain("BGP.local_pref: 2147");
    assertThat(birdc("tor1", "show route all " + other)).contains("BGP.next_hop: 172.30.1.9");
    assertThat(birdc("tor2", "show route all " + own))
        .contains("BGP.as_path: 64512\n")
        .doesNotContain("65000,77");
    assertThat(birdc("tor2", "show route all " + other)).contains("BGP.next_hop: 172.30.1.10");
  }

  /** Asked for by a filter: birdc fails when it is asked for a network that it does not know. */
  private static boolean isKnown(String router, String block) {
    return birdc(router, "show route where net = " + block).contains("[node1 ");
  }

  @Test
  void aPeerOfIpv6IsToldAndBelievedByItsOwnRules() throws Exception {
    String[] routes = {"ip", "-6", "route", "show", "proto", "bird"};
    await(
        "node1 has its route",
        () -> lab.in("node1", routes).contains("2001:db8:113::/48 via fd00:30:1::246 dev eth0"));
    assertThat(lab.in("node1", routes)).doesNotContain("2001:db8:bad::");
    await("tor6 has the link", () -> birdc("tor6", "show route").contains("fd00:30:1::/64"));
    assertThat(birdc("tor6", "show route all fd00:30:1::/64"))
        .contains("BGP.as_path: 64512")
        .contains("BGP.next_hop: fd00:30:1::9")
        .contains("(65000,6)");
  }

  @Test
  void aPasswordThatChangesIsUsedFromThenOn() throws Exception {
    apply(Map.of("secret.yaml", secret("other")));
    await("tor1 does not know that password", () -> !isUp("tor1"));
    assertThat(isUp("tor2")).as("the other session").isTrue();
    apply(Map.of("secret.yaml", secret("hunter2")));
    await("it knows this one", () -> isUp("tor1"));
  }
}

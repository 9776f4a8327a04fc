package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.lab.plan.LabPlan;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A pool inside the network of the nodes' uplink: a host there asks for a pod's address itself, and
 * hears by itself that it is behind another node now. Judged by that host's ip(8) and ping.
 */
@Order(4)
@ExtendWith(SharedLab.class)
class MovedAddressTest {
  private static final String POOL =
      """
      apiVersion: crd.projectcalico.org/v1
      kind: IPPool
      metadata: {name: flat}
      spec: {cidr: 172.30.1.192/26, ipipMode: Never, vxlanMode: Never, natOutgoing: false}
      """;

  private static final String ADDRESS = "172.30.1.200";

  private static final String POD =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: %s
        annotations: {cni.projectcalico.org/ipAddrs: '["172.30.1.200"]'}
      spec: {nodeName: %s}
      """;

  private static TestLab lab;

  @BeforeAll
  static void use(SharedLab.PoolsLab shared) {
    lab = shared.lab();
  }

  private static void manifest(String verb, String text) throws Exception {
    assertThat(lab.manifests(verb, Map.of(verb + ".yaml", text))).as(lab.said.toString()).isZero();
  }

  private static String watcher(String command) {
    return lab.in(LabPlan.WATCHER, "sh", "-c", command);
  }

  private static boolean answers() {
    return watcher("ping -c 1 -W 1 " + ADDRESS + " || true").contains(" 0% packet loss");
  }

  private static String mac(String node) {
    List<String> words = List.of(lab.in(node, "ip", "-br", "link", "show", "eth0").split("\\s+"));
    return words.get(2);
  }

  /** As the next class wants it. */
  @AfterEach
  void takeAway() throws Exception {
    for (String pod : new String[] {"before", "after"}) {
      lab.manifests("delete", Map.of("pod.yaml", POD.formatted(pod, "node1")));
    }
    lab.manifests("delete", Map.of("pool.yaml", POOL));
    for (String node : List.of("node1", "node2")) {
      lab.in(node, "sysctl", "-qw", "net.ipv4.conf.eth0.proxy_arp=0");
    }
    watcher("sysctl -qw net.ipv4.neigh.eth0.base_reachable_time_ms=30000");
  }

  @Test
  void whoHasTheAddressCachedFollowsItToAnotherNode() throws Exception {
    for (String node : List.of("node1", "node2")) {
      lab.in(node, "sysctl", "-qw", "net.ipv4.conf.eth0.proxy_arp=1");
    }
    // By itself the host would ask again after an hour.
    watcher("sysctl -qw net.ipv4.neigh.eth0.base_reachable_time_ms=7200000");
    manifest("apply", POOL);
    manifest("apply", POD.formatted("before", "node1"));
    await("the host reaches the pod", MovedAddressTest::answers);
    assertThat(watcher("ip neigh show " + ADDRESS)).contains(mac("node1"));

    manifest("delete", POD.formatted("before", "node1"));
    manifest("apply", POD.formatted("after", "node2"));
    await(
        () -> "the host sends to node2: " + watcher("ip neigh show " + ADDRESS),
        TestLab.SOON,
        () -> watcher("ip neigh show " + ADDRESS).contains(mac("node2")));
    await("the host reaches the pod again", MovedAddressTest::answers);
    for (String[] pair : new String[][] {{"node1", "before"}, {"node2", "after"}}) {
      assertThat(lab.agentLog(pair[0]))
          .containsOnlyOnce("host.address.announced address=" + ADDRESS + " device=eth0");
    }
  }
}

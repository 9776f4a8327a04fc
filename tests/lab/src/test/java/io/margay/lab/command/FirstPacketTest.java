package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.addr.Prefix;
import io.margay.kernel.process.Child;
import io.margay.kernel.process.Program;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/**
 * A pod's policy is in the kernel before its first packet: of a flood that was there before the
 * pod, and of a sender in the pod that was there before its network, only what is allowed passes.
 */
@Order(1)
@ExtendWith(SharedLab.class)
class FirstPacketTest {
  private static final String NODE = "node1";
  private static final List<String> PEERS = List.of("open/near", "open/far");

  /** One that the policy allows, and two that it does not. */
  private static final String ALLOWED = "udp:%s:5001";

  private static final List<String> FORBIDDEN = List.of("udp:%s:5002", "tcp:%s:5003");

  /** Microseconds between two rounds of a flood. */
  private static final String PAUSE = "2000";

  private static final String WORLD =
      """
      {apiVersion: v1, kind: Namespace, metadata: {name: open}}
      ---
      {apiVersion: v1, kind: Namespace, metadata: {name: guarded}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: near, namespace: open}, spec: {nodeName: node1}}
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: far, namespace: open}, spec: {nodeName: node3}}
      ---
      apiVersion: networking.k8s.io/v1
      kind: NetworkPolicy
      metadata: {name: one-port, namespace: guarded}
      spec:
        podSelector: {}
        policyTypes: [Ingress, Egress]
        ingress: [{ports: [{port: 5001, protocol: UDP}]}]
        egress: [{ports: [{port: 5001, protocol: UDP}]}]
      ---
      {apiVersion: v1, kind: Pod, metadata: {name: twin, namespace: guarded}, spec: {nodeName: node1}}
      """;

  private static final String NEWCOMER =
      """
      apiVersion: v1
      kind: Pod
      metadata:
        name: newcomer
        namespace: %s
        annotations: {cni.projectcalico.org/ipAddrs: '["%s"]'}
      spec: {nodeName: node1}
      ---
      """;

  private static TestLab lab;
  private final List<Child> floods = new ArrayList<>();

  @BeforeAll
  static void use(TestLab shared) {
    for (String program : List.of("tcpdump", "tshark")) {
      assumeTrue(
          Program.run(List.of("which", program), Optional.empty(), TestLab.SOON).succeeded(),
          program + " is not installed");
    }
    lab = shared;
  }

  @AfterEach
  void endFloods() {
    floods.forEach(Child::kill);
    lab.goOn(NODE);
  }

  @Test
  void nothingForbiddenPassesBeforeOrAfterTheAnswerOfAdd() throws Exception {
    assertThat(lab.manifests("apply", Map.of("world.yaml", WORLD)))
        .as(lab.said.toString())
        .isZero();
    await(
        "the agent has the policy in both directions",
        () -> lab.in(NODE, TestLab.RULES).matches("(?s).*-A cali-p[io]-.*-A cali-p[io]-.*"));
    List<String> peers = PEERS.stream().map(lab::address).toList();
    String guarded = freeAddress(60);
    String open = freeAddress(61);
    var arrivals = new ArrayList<Capture>();
    for (int i = 0; i < PEERS.size(); i++) {
      String node = i == 0 ? NODE : "node3";
      arrivals.add(Capture.of(lab, node, netnsOf(node, peers.get(i)), "eth0"));
      flood(lab.entering(PEERS.get(i), List.of()), List.of(guarded, open));
    }

    // An agent that stands still leaves its pods with a namespace and without a network.
    Set<String> before = netns();
    lab.signalAgent(NODE, "STOP");
    String newcomers = NEWCOMER.formatted("guarded", guarded) + NEWCOMER.formatted("open", open);
    var applied = CompletableFuture.supplyAsync(() -> apply(Map.of("newcomers.yaml", newcomers)));
    await("the kubelet has made two sandboxes", () -> netns().size() == before.size() + 2);
    for (String fresh : netns()) {
      if (!before.contains(fresh)) {
        arrivals.add(Capture.of(lab, NODE, fresh, "any"));
        String[] inside = {"nsenter", "--net=/run/netns/" + fresh, "--"};
        flood(lab.entering(NODE, List.of(inside)), peers);
      }
    }
    lab.goOn(NODE);
    assertThat(applied.join()).as(lab.said.toString()).isZero();

    Set<String> passes = flows(peers, guarded, List.of(ALLOWED));
    Set<String> control = flows(peers, open, FORBIDDEN);
    await(
        "what is allowed passes, and what nobody forbids",
        () -> {
          Set<String> seen = seen(arrivals);
          return seen.containsAll(passes) && seen.containsAll(control);
        });
    floods.forEach(Child::kill);
    for (Capture capture : arrivals) {
      capture.stop();
    }
    assertThat(seen(arrivals))
        .filteredOn(flow -> List.of(flow.split(" ", -1)).contains(guarded))
        .containsExactlyInAnyOrderElementsOf(passes);
    assertThat(lab.manifests("delete", Map.of("all.yaml", newcomers + WORLD)))
        .as(lab.said.toString())
        .isZero();
  }

  private int apply(Map<String, String> files) {
    try {
      return lab.manifests("apply", files);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** An address of the node's own block that IPAM gives to nobody so soon. */
  private static String freeAddress(int number) {
    String block =
        lab.in(NODE, "ip", "-4", "route", "show", "type", "blackhole")
            .lines()
            .map(line -> List.of(line.strip().split("\\s+")).get(1))
            .filter(prefix -> prefix.startsWith("10.244."))
            .findFirst()
            .orElseThrow();
    return Prefix.of(block).address().plus(number).toString();
  }

  private static Set<String> netns() {
    return lab.in(NODE, "ls", "/run/netns").lines().collect(Collectors.toCollection(TreeSet::new));
  }

  /** The namespace, by its name on the node, that has this address. */
  private static String netnsOf(String node, String address) {
    String line =
        "for n in $(ls /run/netns); do ip -n $n -4 -br addr show eth0 2>/dev/null"
            + " | grep -qw "
            + address
            + " && echo $n; done; true";
    return lab.in(node, "sh", "-c", line).strip();
  }

  /** Sends everything to all of these from now on. */
  private void flood(List<String> entering, Collection<String> to) {
    var argv = new ArrayList<>(entering);
    argv.addAll(List.of(TestLab.tool(), "flood", PAUSE));
    for (String address : to) {
      argv.add(ALLOWED.formatted(address));
      FORBIDDEN.forEach(target -> argv.add(target.formatted(address)));
    }
    floods.add(Program.of(argv).start());
  }

  /** In both directions. */
  private static Set<String> flows(List<String> peers, String pod, List<String> targets) {
    var flows = new HashSet<String>();
    for (String peer : peers) {
      for (String target : targets) {
        String[] words = target.split(":", -1);
        flows.add("%s -> %s %s/%s".formatted(peer, pod, words[0], words[2]));
        flows.add("%s -> %s %s/%s".formatted(pod, peer, words[0], words[2]));
      }
    }
    return flows;
  }

  private static Set<String> seen(List<Capture> arrivals) {
    return arrivals.stream().flatMap(c -> c.flows().stream()).collect(Collectors.toSet());
  }
}

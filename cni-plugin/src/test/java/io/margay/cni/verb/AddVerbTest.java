package io.margay.cni.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cni.TestNetns;
import io.margay.cni.TestNode;
import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.PodName;
import io.margay.cni.protocol.RawCall;
import io.margay.cni.protocol.RequestReader;
import io.margay.foundation.addr.Family;
import io.margay.ipam.allocate.Refusal;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** ADD against the machine's kernel, judged by ip(8). */
class AddVerbTest {
  private static final String DUAL =
      TestNode.NETCONF.replace("\"calico-ipam\"", "\"calico-ipam\", \"assign_ipv6\": \"true\"");

  private TestNode node;
  private TestNetns netns;

  @BeforeEach
  void make() {
    netns = TestNetns.create();
    node = new TestNode();
  }

  @AfterEach
  void remove() {
    netns.close();
    node.close();
  }

  @Test
  void wiresThePodAsCalicoDoes() {
    PodName pod = node.pod();
    Answer answer = node.call("ADD", "c1", netns, pod);

    assertThat(answer.exitCode()).as(answer.text()).isZero();
    String host = TestNode.hostName(pod);
    assertThat(netns.ip("-4 -o addr show dev eth0")).contains("inet 10.211.7.1/32 scope global");
    assertThat(netns.ip("route").lines().map(String::strip))
        .containsExactly("default via 169.254.1.1 dev eth0", "169.254.1.1 dev eth0 scope link");
    assertThat(netns.ip("-o link show dev eth0")).contains("mtu 1450", "state UP");
    assertThat(netns.ip("-o link show dev lo")).contains("LOOPBACK,UP");
    assertThat(TestNetns.node("-o link show dev " + host))
        .contains("mtu 1450", "state UP", "ee:ee:ee:ee:ee:ee");
    assertThat(netns.run("cat", "/proc/sys/net/ipv4/ip_forward").out()).startsWith("0");
    assertThat(answer.text()).contains("\"name\": \"" + host + "\"", "10.211.7.1/32");
    assertThat(netns.run("ping", "-c1", "-W2", "169.254.1.1").exit())
        .as("the node does not own the next hop, it only answers ARP")
        .isNotZero();
    assertThat(netns.ip("neigh show 169.254.1.1")).contains("ee:ee:ee:ee:ee:ee");
    assertThat(TestNetns.node("route get 10.211.7.1")).contains("dev " + host);
  }

  @Test
  void nodesEndIsDownUntilThePolicyIsInForce() {
    node.call("ADD", "c1", netns, node.pod());

    assertThat(node.endpoints.calls).containsExactly("policy down", "route up", "record");
    assertThat(node.meter.stages).containsExactly(AddStage.values());
    assertThat(node.meter.finished).containsExactly("ADD 0");
  }

  @Test
  void hostSettingsAreThoseOfCalico() {
    PodName pod = node.pod();
    node.call("ADD", "c1", netns, pod, DUAL);

    String host = TestNode.hostName(pod);
    Map.of(
            "ipv4/conf/%s/proxy_arp", "1",
            "ipv4/conf/%s/route_localnet", "1",
            "ipv4/conf/%s/forwarding", "1",
            "ipv4/conf/%s/rp_filter", "1",
            "ipv4/neigh/%s/proxy_delay", "0",
            "ipv6/conf/%s/accept_ra", "0",
            "ipv6/conf/%s/accept_dad", "0",
            "ipv6/conf/%s/disable_ipv6", "0",
            "ipv6/conf/%s/proxy_ndp", "1",
            "ipv6/conf/%s/forwarding", "1")
        .forEach((setting, value) ->
            assertThat(Path.of("/proc/sys/net", setting.formatted(host)))
                .content()
                .isEqualToIgnoringNewLines(value));
  }

  @Test
  void addressThatWasTakenBeforeAFaultOfOursGoesBack() {
    node.addresses.fail(Family.IPV6);
    Answer answer = node.call("ADD", "c1", netns, node.pod(), DUAL);

    assertThat(answer.exitCode()).isOne();
    assertThat(answer.text()).contains("\"code\": 100", "a fault of ours");
    assertThat(node.addresses.requests()).hasSize(2);
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void dualStackPodReachesTheNodeOverBoth() {
    PodName pod = node.pod();
    Answer answer = node.call("ADD", "c1", netns, pod, DUAL);

    assertThat(answer.exitCode()).as(answer.text()).isZero();
    assertThat(netns.ip("-6 -o addr show dev eth0 scope global"))
        .contains("inet6 fd11:7::2/128")
        .doesNotContain("tentative");
    assertThat(netns.ip("-6 route show default"))
        .contains("via fe80::ecee:eeff:feee:eeee dev eth0");
    assertThat(TestNetns.node("-6 -o addr show dev " + TestNode.hostName(pod)))
        .contains("fe80::ecee:eeff:feee:eeee/64");
    assertThat(netns.run("ping", "-c1", "-W2", "fe80::ecee:eeff:feee:eeee%eth0").exit()).isZero();
  }

  @Test
  void forwardingIsLeftAloneWhenAllowed() {
    netns.run("sysctl", "-w", "net.ipv4.ip_forward=1");
    String allowed =
        TestNode.NETCONF.replace(
            "\"mtu\"", "\"container_settings\": {\"allow_ip_forwarding\": true}, \"mtu\"");
    node.call("ADD", "c1", netns, node.pod(), allowed);

    assertThat(netns.run("cat", "/proc/sys/net/ipv4/ip_forward").out()).startsWith("1");
  }

  @Test
  void unconfirmedPolicyUndoesAll() {
    PodName pod = node.pod();
    node.endpoints.policy = Optional.of(new Endpoints.Wiring.Late("chain cali-tw-x"));
    Answer answer = node.call("ADD", "c1", netns, pod);

    assertThat(answer.exitCode()).isOne();
    assertThat(answer.text()).contains("\"code\": 11", "cali-tw-x", "within 10 s");
    assertNothingIsLeft(pod);
    assertThat(node.endpoints.calls).containsExactly("policy down", "forget");
  }

  @Test
  void refusedRouteUndoesAll() {
    PodName pod = node.pod();
    node.endpoints.route = Optional.of(new Endpoints.Wiring.Refused("EINVAL"));
    assertThat(node.call("ADD", "c1", netns, pod).text()).contains("\"code\": 100", "EINVAL");
    assertNothingIsLeft(pod);
  }

  @Test
  void unwrittenAnnotationsUndoAll() {
    PodName pod = node.pod();
    node.endpoints.recording = Optional.of(new Endpoints.Recording.Failed("503"));
    assertThat(node.call("ADD", "c1", netns, pod).text()).contains("\"code\": 11", "503");
    assertNothingIsLeft(pod);
  }

  @Test
  void faultOfTheAgentUndoesAllAndIsAnswered() {
    PodName pod = node.pod();
    node.endpoints.atPolicy =
        () -> {
          throw new IllegalStateException("a bug");
        };
    assertThat(node.call("ADD", "c1", netns, pod).text()).contains("\"code\": 100", "a bug");
    assertNothingIsLeft(pod);
  }

  @Test
  void runtimeThatHangsUpGetsItsAddUndone() {
    PodName pod = node.pod();
    var hungUp = new AtomicBoolean();
    node.endpoints.atPolicy = () -> hungUp.set(true);
    var call =
        new RawCall("calico", TestNode.environment("ADD", "c1", netns, pod), TestNode.NETCONF);
    var read = (RequestReader.Read.Good) RequestReader.read(call);

    assertThat(node.verbs.answer(read.request(), hungUp::get).text()).contains("hung up");
    assertNothingIsLeft(pod);
    assertThat(node.meter.stages).doesNotContain(AddStage.ROUTE);
  }

  @Test
  void secondFamilyRefusedGivesTheFirstBack() {
    node.addresses.refuse(Family.IPV6, new Refusal.StoreFailed("connection refused"));
    Answer answer = node.call("ADD", "c1", netns, node.pod(), DUAL);

    assertThat(answer.text()).contains("\"code\": 11", "connection refused");
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void repeatedAddOfASandboxKeepsOneAddress() {
    PodName pod = node.pod();
    node.call("ADD", "c1", netns, pod);
    Answer again = node.call("ADD", "c1", netns, pod);

    assertThat(again.exitCode()).as(again.text()).isZero();
    assertThat(node.addresses.all().get("k8s-pod-network.c1")).hasSize(1);
    assertThat(netns.ip("-4 -o addr show dev eth0").lines()).hasSize(1);
  }

  @Test
  void newerSandboxOfAPodReplacesTheOlderOnesPair() {
    PodName pod = node.pod();
    node.call("ADD", "c1", netns, pod);
    try (TestNetns newer = TestNetns.create()) {
      Answer answer = node.call("ADD", "c2", newer, pod);
      assertThat(answer.exitCode()).as(answer.text()).isZero();
      assertThat(netns.ip("-o link")).doesNotContain("eth0");

      // The runtime's late DEL of the older one leaves the newer one alone.
      assertThat(node.call("DEL", "c1", netns, pod).exitCode()).isZero();
      assertThat(newer.ip("-o link show dev eth0")).contains("state UP");
      assertThat(node.endpoints.known).containsOnlyKeys("c2");
    }
  }

  @Test
  void foreignInterfaceOfTheNameIsAnError() {
    netns.ip("link add eth0 type veth peer name other");
    assertThat(node.call("ADD", "c1", netns, node.pod()).text())
        .contains("\"code\": 100", "eth0 (veth) that is not ours");
    assertThat(netns.ip("-o link show dev eth0")).contains("eth0");
  }

  @Test
  void secondInterfaceOfAPodIsRefused() {
    PodName pod = node.pod();
    node.call("ADD", "c1", netns, pod);
    var environment = TestNode.environment("ADD", "c1", netns, pod);
    environment.put("CNI_IFNAME", "net1");

    assertThat(node.call("calico", environment, TestNode.NETCONF).text())
        .contains("eth0 of the same pod");
    assertThat(node.addresses.all().get("k8s-pod-network.c1")).hasSize(1);
  }

  @Test
  void nodesOwnNamespaceIsRefused() {
    var environment = TestNode.environment("ADD", "c1", netns, node.pod());
    environment.put("CNI_NETNS", "/proc/self/ns/net");
    assertThat(node.call("calico", environment, TestNode.NETCONF).text()).contains("\"code\": 8");
  }

  @Test
  void goneNamespaceIsTriedAgain() {
    netns.delete();
    assertThat(node.call("ADD", "c1", netns, node.pod()).text())
        .contains("\"code\": 11", netns.path());
  }

  @Test
  void unknownPodIsTriedAgain() {
    assertThat(node.call("ADD", "c1", netns, new PodName("test", "nobody")).text())
        .contains("\"code\": 11", "pod test/nobody does not exist");
  }

  @Test
  void floatingAddressesAndBadMacsAreRefused() {
    PodName floating = node.pod(Map.of("cni.projectcalico.org/floatingIPs", "[\"10.9.9.9\"]"));
    assertThat(node.call("ADD", "c1", netns, floating).text())
        .contains("\"code\": 7", "floating IPs", "not enabled");
    PodName mac = node.pod(Map.of("cni.projectcalico.org/hwAddr", "02:00"));
    assertThat(node.call("ADD", "c1", netns, mac).text()).contains("\"code\": 7", "hwAddr");
  }

  @Test
  void datastoreThatIsNotReadyIsWaitedForByTheRuntime() {
    node.endpoints.datastore = new Endpoints.Datastore.NotReady("datastoreReady is false");
    assertThat(node.call("ADD", "c1", netns, node.pod()).text())
        .contains("\"code\": 11", "not ready to process requests", "datastoreReady is false");
  }

  @Test
  void annotationsChooseAddressAndMac() {
    PodName pod =
        node.pod(
            Map.of(
                "cni.projectcalico.org/ipAddrs", "[\"10.211.7.40\"]",
                "cni.projectcalico.org/hwAddr", "02:00:00:00:00:07"));
    Answer answer = node.call("ADD", "c1", netns, pod);

    assertThat(answer.text()).contains("10.211.7.40/32", "02:00:00:00:00:07");
    assertThat(netns.ip("-o link show dev eth0")).contains("02:00:00:00:00:07");
  }

  @Test
  void timestampAndNamesGoBesideTheAddress() {
    PodName pod = node.pod();
    node.call("ADD", "c1", netns, pod);
    assertThat(node.addresses.requests().getFirst().attributes())
        .containsEntry("timestamp", "2026-01-02 03:04:05.0601 +0000 UTC")
        .containsEntry("node", "node-a")
        .containsEntry("namespace", "test")
        .containsEntry("pod", pod.name());
  }

  private void assertNothingIsLeft(PodName pod) {
    assertThat(TestNetns.node("-o link show dev " + TestNode.hostName(pod)))
        .contains("does not exist");
    assertThat(netns.ip("-o link")).doesNotContain("eth0");
    assertThat(node.addresses.all()).isEmpty();
    assertThat(node.endpoints.known).isEmpty();
  }
}

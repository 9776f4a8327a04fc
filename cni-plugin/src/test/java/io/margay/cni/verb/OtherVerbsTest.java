package io.margay.cni.verb;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.cni.TestNetns;
import io.margay.cni.TestNode;
import io.margay.cni.protocol.Answer;
import io.margay.cni.protocol.Netconf;
import io.margay.cni.protocol.PodName;
import io.margay.foundation.addr.Family;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** DEL, CHECK, STATUS, GC and calico-ipam, after a real ADD, judged by ip(8). */
class OtherVerbsTest {
  private static final String V1_1 = TestNode.NETCONF.replace("0.3.1", "1.1.0");
  private static final String HANDLE = "k8s-pod-network.c1";

  private TestNode node;
  private TestNetns netns;
  private PodName pod;

  @BeforeEach
  void make() {
    netns = TestNetns.create();
    node = new TestNode();
    pod = node.pod();
  }

  @AfterEach
  void remove() {
    netns.close();
    node.close();
  }

  @Test
  void delTakesAllAwayAndAgainIsNoError() {
    node.call("ADD", "c1", netns, pod);
    assertThat(node.call("DEL", "c1", netns, pod)).isEqualTo(Answer.DONE);

    assertThat(netns.ip("-o link")).doesNotContain("eth0");
    assertThat(hostEnd()).doesNotContain("state");
    assertThat(node.addresses.all()).isEmpty();
    assertThat(node.endpoints.known).isEmpty();
    assertThat(node.endpoints.annotations).isEmpty();
    assertThat(node.call("DEL", "c1", netns, pod)).isEqualTo(Answer.DONE);
  }

  @Test
  void delWithoutNamespaceAndPodFreesByHandle() {
    node.call("ADD", "c1", netns, pod);
    netns.delete();
    var environment = TestNode.environment("DEL", "c1", netns, pod);
    assertThat(node.call("calico", environment, TestNode.NETCONF)).isEqualTo(Answer.DONE);

    environment.remove("CNI_NETNS");
    environment.remove("CNI_ARGS");
    assertThat(node.call("calico", environment, TestNode.NETCONF)).isEqualTo(Answer.DONE);
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void delDoesNotTouchAnotherInterfaceOfTheName() {
    netns.ip("link add eth0 type veth peer name other");
    assertThat(node.call("DEL", "c1", netns, pod)).isEqualTo(Answer.DONE);
    assertThat(netns.ip("-o link")).contains("eth0@other");
  }

  @Test
  void delInTheNodesOwnNamespaceTouchesNothing() {
    node.call("ADD", "c1", netns, pod);
    var environment = TestNode.environment("DEL", "c9", netns, pod);
    environment.put("CNI_NETNS", "/proc/self/ns/net");
    environment.put("CNI_IFNAME", TestNode.hostName(pod));
    assertThat(node.call("calico", environment, TestNode.NETCONF)).isEqualTo(Answer.DONE);
    assertThat(hostEnd()).contains("state UP");
  }

  @Test
  void delTakesAwayWhatIsTheNodesAndFailsWhileTheApiServerCannotBeAsked() {
    node.call("ADD", "c1", netns, pod);
    node.endpoints.clearing = Optional.of(new Endpoints.Recording.Failed("connection refused"));
    Answer answer = node.call("DEL", "c1", netns, pod);
    assertThat(answer.again()).isTrue();
    assertThat(answer.text()).contains("\"code\": 11", "connection refused");
    assertThat(hostEnd()).doesNotContain("state");
    assertThat(node.addresses.all()).containsKey(HANDLE);

    node.endpoints.clearing = Optional.of(new Endpoints.Recording.Superseded("c2"));
    assertThat(node.call("DEL", "c1", netns, pod)).isEqualTo(Answer.DONE);
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void delSaysWhenAddressesStay() {
    node.call("ADD", "c1", netns, pod);
    node.addresses.breakReleases();
    assertThat(node.call("DEL", "c1", netns, pod).text())
        .contains("\"code\": 11", "the store is broken");
  }

  @Test
  void checkAcceptsWhatAddMade() {
    assertThat(check(add()).text()).isEmpty();
  }

  @Test
  void checkNamesAllThatIsMissing() {
    String previous = add();
    netns.ip("route del default");
    assertThat(check(previous).exitCode()).as("another plugin may move the default route").isZero();

    // The kernel takes the routes of a device together with its last address.
    netns.ip("addr flush dev eth0 scope global");
    TestNetns.node("link set " + TestNode.hostName(pod) + " down");
    node.addresses.release(HANDLE);
    node.endpoints.policy = Optional.of(new Endpoints.Wiring.Late("chain cali-fw-x"));
    assertThat(check(previous).text())
        .contains(
            "\"code\": 101",
            "the node's interface " + TestNode.hostName(pod) + " is down",
            "eth0 has lost its address 10.211.7.1",
            "the route to 169.254.1.1 over eth0 is missing",
            "policy missing: chain cali-fw-x",
            "10.211.7.1 is not assigned to handle " + HANDLE);
  }

  @Test
  void statusTellsWhatIsNotServed() {
    assertThat(status()).isEqualTo(Answer.DONE);
    node.endpoints.service = new Endpoints.Service.Unavailable("pool east is full");
    assertThat(status().text()).contains("\"code\": 50", "pool east is full");
    node.endpoints.service = new Endpoints.Service.Limited("iptables-restore fails");
    assertThat(status().text()).contains("\"code\": 51", "iptables-restore fails");
    node.endpoints.datastore = new Endpoints.Datastore.NotReady("datastoreReady is false");
    assertThat(status().text()).contains("\"code\": 50", "datastoreReady is false");
  }

  @Test
  void gcFreesWhatNobodyHasAnyMore() {
    add();
    node.addresses.holders(List.of(new Addresses.Holder(HANDLE, Optional.of(pod))));
    assertThat(gc(new Netconf.Attachment("c7", "eth0"))).isEqualTo(Answer.DONE);
    assertThat(node.addresses.all()).isEmpty();
    assertThat(hostEnd()).doesNotContain("state");
  }

  @Test
  void gcKeepsWhatTheRuntimeOrTheApiServerHas() {
    add();
    node.addresses.holders(List.of(new Addresses.Holder(HANDLE, Optional.of(pod))));
    gc(new Netconf.Attachment("c1", "eth0"));
    assertThat(node.addresses.all()).containsKey(HANDLE);

    node.endpoints.localPods = List.of(new Endpoints.LocalPod(pod, Optional.of("c1")));
    gc(new Netconf.Attachment("c7", "eth0"));
    assertThat(node.addresses.all()).containsKey(HANDLE);
    assertThat(hostEnd()).contains("state UP");
  }

  @Test
  void gcOfAnOlderSandboxLeavesThePairOfTheNewer() {
    add();
    node.endpoints.localPods = List.of(new Endpoints.LocalPod(pod, Optional.of("c1")));
    node.addresses.holders(List.of(new Addresses.Holder("k8s-pod-network.c0", Optional.of(pod))));
    assertThat(gc(new Netconf.Attachment("c1", "eth0"))).isEqualTo(Answer.DONE);
    assertThat(hostEnd()).contains("state UP");
  }

  @Test
  void gcWithAnEmptyListIsRefusedWhilePodsRun() {
    add();
    node.endpoints.localPods = List.of(new Endpoints.LocalPod(pod, Optional.of("c1")));
    assertThat(gc().text()).contains("\"code\": 7", pod.toString());
    assertThat(node.addresses.all()).containsKey(HANDLE);
  }

  @Test
  void gcOfAnotherNetworkFreesNothing() {
    add();
    gc("other", new Netconf.Attachment("c7", "eth0"));
    assertThat(node.addresses.all()).containsKey(HANDLE);
  }

  @Test
  void ipamPluginGivesAddressesWithTheBlocksLength() {
    String bridge = TestNode.NETCONF.replace("\"type\": \"calico\"", "\"type\": \"bridge\"");
    Answer answer = node.call("calico-ipam", TestNode.environment("ADD", "c1", netns, pod), bridge);
    assertThat(answer.text()).contains("10.211.7.1/26", "10.211.7.1/32");
    assertThat(netns.ip("-o link")).doesNotContain("eth0");

    assertThat(node.call("calico-ipam", TestNode.environment("DEL", "c1", netns, pod), bridge))
        .isEqualTo(Answer.DONE);
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void ipamPluginGivesBackWhatItTookBeforeAFaultOfOurs() {
    String dual =
        TestNode.NETCONF.replace("\"calico-ipam\"", "\"calico-ipam\", \"assign_ipv6\": \"true\"");
    node.addresses.fail(Family.IPV6);
    Answer answer = node.call("calico-ipam", TestNode.environment("ADD", "c1", netns, pod), dual);
    assertThat(answer.text()).contains("\"code\": 100", "a fault of ours");
    assertThat(node.addresses.requests()).hasSize(2);
    assertThat(node.addresses.all()).isEmpty();
  }

  @Test
  void ipamOfAnotherPluginIsNamed() {
    String hostLocal = TestNode.NETCONF.replace("calico-ipam", "host-local");
    assertThat(node.call("ADD", "c1", netns, pod, hostLocal).text())
        .contains("\"code\": 7", "host-local");
  }

  private String add() {
    return node.call("ADD", "c1", netns, pod, V1_1).text();
  }

  private Answer check(String previous) {
    String netconf = V1_1.strip().replaceFirst("}$", ", \"prevResult\": " + previous + "}");
    return node.call("CHECK", "c1", netns, pod, netconf);
  }

  private Answer status() {
    return node.call("calico", Map.of("CNI_COMMAND", "STATUS"), V1_1);
  }

  private Answer gc(Netconf.Attachment... valid) {
    return gc("k8s-pod-network", valid);
  }

  private Answer gc(String network, Netconf.Attachment... valid) {
    String list =
        String.join(
            ",",
            List.of(valid).stream()
                .map(a ->
                    "{\"containerID\": \"%s\", \"ifname\": \"%s\"}"
                        .formatted(a.containerId(), a.ifName()))
                .toList());
    String netconf =
        V1_1.strip()
            .replaceFirst("}$", ", \"cni.dev/valid-attachments\": [" + list + "]}")
            .replace("k8s-pod-network", network);
    return node.call("calico", Map.of("CNI_COMMAND", "GC", "CNI_PATH", "/x"), netconf);
  }

  private String hostEnd() {
    return TestNetns.node("-o link show dev " + TestNode.hostName(pod));
  }
}

package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.agent.stage.NodeAddressStage.Announcement;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a node says of itself; how an address is found is {@link NodeAddressTest}'s. */
class NodeAddressStageTest {
  private static final KernelFacts KERNEL =
      new KernelFacts(
          List.of(
              new LocalInterface(
                  "eth0",
                  true,
                  List.of(
                      InterfaceAddress.of("172.30.1.9/24"), InterfaceAddress.of("fd00:1::9/64")))),
          Set.of("eth0"),
          Map.of("eth0", 1500),
          List.of());

  private static Node node(String name, String ipv4) {
    return new Node(
        new NodeName(name),
        Map.of(),
        new Node.Bgp(
            InterfaceAddress.parse(ipv4), Optional.empty(), Optional.empty(), Optional.empty()),
        Node.Tunnels.NONE,
        List.of(),
        List.of(),
        List.of());
  }

  private static Announcement announcement(ClusterImage image, Node node, String... variables) {
    var environment = new HashMap<String, String>(Map.of("NODENAME", node.name().value()));
    for (int i = 0; i < variables.length; i += 2) {
      environment.put(variables[i], variables[i + 1]);
    }
    AgentConfig.Reading reading = AgentConfig.read(environment, Optional.empty());
    assertThat(reading.problems()).isEmpty();
    return NodeAddressStage.announcement(image, node, reading.config(), KERNEL);
  }

  @Test
  void whatIsFoundIsAnnotatedAndOfWhatIsNotWantedNothingIsSaid() {
    Node fresh = node("n1", "");
    assertThat(announcement(Images.of(fresh), fresh, "IP", "autodetect", "AS", "64513"))
        .isInstanceOfSatisfying(
            Announcement.Ready.class,
            ready -> {
              assertThat(ready.annotations())
                  .containsOnly(
                      Map.entry(NodeAnnotations.IPV4_ADDRESS, Optional.of("172.30.1.9/24")),
                      Map.entry(NodeAnnotations.AS_NUMBER, Optional.of("64513")));
              assertThat(ready.changed())
                  .extracting(chosen -> chosen.address().toString())
                  .containsExactly("172.30.1.9/24");
            });
  }

  @Test
  void theAddressOfBeforeIsNoNews() {
    Node same = node("n1", "172.30.1.9/24");
    assertThat(announcement(Images.of(same), same, "IP", "autodetect", "IP6", "autodetect"))
        .isInstanceOfSatisfying(
            Announcement.Ready.class,
            ready ->
                assertThat(ready.changed())
                    .extracting(chosen -> chosen.address().toString())
                    .containsExactly("fd00:1::9/64"));
  }

  @Test
  void anotherNodesAddressIsNotTaken() {
    Node self = node("n1", "");
    ClusterImage image = Images.of(self, node("n2", "172.30.1.8/24"), node("n3", "172.30.1.9/16"));
    assertThat(announcement(image, self, "IP", "autodetect"))
        .isEqualTo(
            new Announcement.Missing(
                List.of("172.30.1.9 (first-found, on eth0) is the address of node n3 already")));
    assertThat(announcement(image, self, "IP", "autodetect", "DISABLE_NODE_IP_CHECK", "true"))
        .isInstanceOf(Announcement.Ready.class);
    assertThat(announcement(image, self, "IP", "172.30.1.7/24"))
        .isInstanceOf(Announcement.Ready.class);
  }

  @Test
  void allThatIsMissingIsToldAtOnce() {
    Node self = node("n1", "");
    assertThat(
            announcement(
                Images.of(self),
                self,
                "IP",
                "autodetect",
                "IP_AUTODETECTION_METHOD",
                "interface=^wlan",
                "IP6",
                "autodetect",
                "IP6_AUTODETECTION_METHOD",
                "kubernetes-internal-ip"))
        .isInstanceOfSatisfying(
            Announcement.Missing.class,
            missing ->
                assertThat(missing.why())
                    .containsExactly(
                        "interface: no fitting IPV4 address on any interface that is up",
                        "kubernetes-internal-ip: the Node object has no InternalIP of IPV6"));
  }

  @ParameterizedTest
  @CsvSource({"keep, first-found", "none, first-found", "autodetect, interface=^wlan"})
  void whatIsKeptIsNotWritten(String choice, String method) {
    Node old = node("n1", "172.30.1.8/24");
    assertThat(
            announcement(
                Images.of(old),
                old,
                "IP",
                choice,
                "IP_AUTODETECTION_METHOD",
                method,
                "IP6",
                "none"))
        .isEqualTo(new Announcement.Ready(Map.of(), List.of()));
    ClusterImage disputed = Images.of(old, node("n2", "172.30.1.8/24"));
    assertThat(announcement(disputed, old, "IP", choice, "IP_AUTODETECTION_METHOD", method))
        .isInstanceOf(Announcement.Missing.class);
  }

  @Test
  void whatWasDecidedForOtherAddressesIsNotForThisNode() {
    Node old = node("n1", "172.30.1.8/24");
    assertThat(NodeAddressStage.isDecidedFor(node("n1", "172.30.1.8/24"), old)).isTrue();
    assertThat(NodeAddressStage.isDecidedFor(node("n1", "172.30.1.8/16"), old)).isFalse();
    assertThat(NodeAddressStage.isDecidedFor(node("n1", ""), old)).isFalse();
  }

  @ParameterizedTest
  @CsvSource({"autodetect, true", "keep, false", "none, false", "172.30.1.8/24, false"})
  void onlyWhatIsDetectedIsFollowed(String choice, boolean followed) {
    AgentConfig config =
        AgentConfig.read(Map.of("NODENAME", "n1", "IP", choice), Optional.empty()).config();
    assertThat(NodeAddressStage.isFollowed(config)).isEqualTo(followed);
  }
}

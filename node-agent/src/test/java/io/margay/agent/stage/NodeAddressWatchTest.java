package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.stage.NodeAddress.LocalInterface;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.kube.types.Node;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** eth0 carries the node's address, eth1 another one that first-found would take. */
class NodeAddressWatchTest {
  private static final AgentConfig DETECTED = config("autodetect");
  private static final Node NODE =
      Images.node("n1", Node.Tunnels.NONE, "10.1.0.9/24", "fd00:1::9/64");
  private static final LocalInterface ETH1 = up("eth1", "10.2.0.9/24", "fd00:2::9/64");

  private final NodeAddressWatch watch = new NodeAddressWatch(DETECTED);

  private static AgentConfig config(String choice) {
    return AgentConfig.read(Map.of("NODENAME", "n1", "IP", choice, "IP6", choice), Optional.empty())
        .config();
  }

  private static List<InterfaceAddress> addresses(String... texts) {
    return Stream.of(texts).map(InterfaceAddress::of).toList();
  }

  private static LocalInterface up(String name, String... addresses) {
    return new LocalInterface(name, true, addresses(addresses));
  }

  private static LocalInterface withoutCarrier(String... addresses) {
    return new LocalInterface("eth0", true, false, addresses(addresses), List.of());
  }

  private boolean isReplaced(LocalInterface... interfaces) {
    return watch.isReplaced(NODE, kernel(interfaces));
  }

  private static KernelFacts kernel(LocalInterface... interfaces) {
    return new KernelFacts(List.of(interfaces), Set.of("eth0", "eth1"), Map.of(), List.of());
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.9/24 fd00:1::9/64, false, both are there",
    "10.1.0.10/24 fd00:1::9/64, true, another one of IPv4",
    "10.1.0.9/24 fd00:1::10/64, true, another one of IPv6",
    "10.1.0.9/16 fd00:1::9/64, false, the length of a network is no address",
    "10.1.0.9/24, false, none took its place here",
    "10.1.0.9/24 fe80::9/64, false, nobody far away reaches a node by that",
  })
  void oneIsReplacedByAnotherOnItsOwnInterface(String now, boolean replaced, String why) {
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"), ETH1)).isFalse();
    assertThat(isReplaced(up("eth0", now.split(" ")), ETH1)).as(why).isEqualTo(replaced);
  }

  @Test
  void aLinkThatIsDownForASecondMovesNoNode() {
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"), ETH1)).isFalse();
    // The kernel takes IPv6's addresses, and a DHCP client IPv4's.
    assertThat(isReplaced(new LocalInterface("eth0", false, List.of()), ETH1)).isFalse();
    assertThat(isReplaced(up("eth0"), ETH1)).isFalse();
    // A router tells of a network before DHCP gives the address of before.
    assertThat(isReplaced(up("eth0", "fd00:1::211:22ff:fe33:4455/64", "10.9.9.9/24"), ETH1))
        .isFalse();
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"), ETH1)).isFalse();
    assertThat(isReplaced(up("eth0", "10.1.0.10/24", "fd00:1::9/64"), ETH1))
        .as("from then on as ever")
        .isTrue();
  }

  @Test
  void anAddressThatOutlivesTheCarrierForAMomentIsNotReplaced() {
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"), ETH1)).isFalse();
    assertThat(isReplaced(withoutCarrier("10.1.0.9/24", "10.1.7.7/24", "fd00:1::9/64"), ETH1))
        .isFalse();
    assertThat(isReplaced(up("eth0", "10.1.7.7/24", "fd00:1::9/64"), ETH1)).isFalse();
  }

  @Test
  void anInterfaceThatGoesWithItsAddressesIsNoReplacement() {
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"), ETH1)).isFalse();
    assertThat(isReplaced(ETH1)).isFalse();
  }

  @Test
  void aTentativeAddressIsWaitedFor() {
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"), ETH1)).isFalse();
    var settling =
        new LocalInterface(
            "eth0",
            true,
            true,
            addresses("10.1.0.9/24", "fd00:1::10/64"),
            addresses("fd00:1::9/64"));
    assertThat(isReplaced(settling, ETH1)).isFalse();
    var other =
        new LocalInterface(
            "eth0",
            true,
            true,
            addresses("10.1.0.10/24", "fd00:1::9/64"),
            addresses("fd00:1::10/64"));
    assertThat(isReplaced(other, ETH1)).as("IPv6's says nothing of IPv4's").isTrue();
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::10/64"), ETH1)).isTrue();
  }

  @Test
  void anAddressThatWasNeverSeenIsLeftToTheInterval() {
    assertThat(isReplaced(up("eth0", "10.1.0.10/24", "fd00:1::10/64"), ETH1)).isFalse();
  }

  @Test
  void anInterfaceIsFollowedByItsAddressWhenItIsRenamed() {
    assertThat(isReplaced(up("eth0", "10.1.0.9/24", "fd00:1::9/64"))).isFalse();
    assertThat(isReplaced(up("lan0", "10.1.0.9/24", "fd00:1::9/64"))).isFalse();
    assertThat(isReplaced(up("lan0", "10.1.0.10/24", "fd00:1::9/64"))).isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"keep", "none"})
  void whatIsNotDetectedIsNotReplaced(String choice) {
    var idle = new NodeAddressWatch(config(choice));
    assertThat(idle.isReplaced(NODE, kernel(up("eth0", "10.1.0.9/24", "fd00:1::9/64")))).isFalse();
    assertThat(idle.isReplaced(NODE, kernel(up("eth0", "10.1.0.10/24", "fd00:1::10/64"))))
        .isFalse();
  }
}

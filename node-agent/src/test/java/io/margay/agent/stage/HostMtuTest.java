package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.plan.Mtu;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.junit.jupiter.api.Test;

class HostMtuTest {
  /** A node with IPIP. */
  private static int ofIpip(int host) {
    return host - Mtu.IPIP_OVERHEAD;
  }

  private static HostMtu before(OptionalInt podMtu) {
    return new HostMtu(new Uplinks(Mtu.DEFAULT_UPLINKS, podMtu));
  }

  private static KernelFacts up(Map<String, Integer> mtus, String... up) {
    return new KernelFacts(List.of(), Set.of(up), mtus, List.of());
  }

  private static final KernelFacts DOWN = up(Map.of("eth0", 9000));
  private static final KernelFacts GONE = up(Map.of("lo", 65536), "lo");

  @Test
  void theLastStaysWhileNoUplinkIsThere() {
    HostMtu host = before(OptionalInt.empty());
    assertThat(host.of(up(Map.of("eth0", 9000), "eth0"), HostMtuTest::ofIpip)).isEqualTo(9000);
    assertThat(host.of(DOWN, HostMtuTest::ofIpip)).isEqualTo(9000);
    assertThat(host.of(GONE, HostMtuTest::ofIpip)).isEqualTo(9000);
    assertThat(host.of(up(Map.of("eth7", 1400), "eth7"), HostMtuTest::ofIpip)).isEqualTo(1400);
    assertThat(host.of(GONE, HostMtuTest::ofIpip)).isEqualTo(1400);
  }

  @Test
  void anotherThatIsUpDecides() {
    HostMtu host = before(OptionalInt.of(8980));
    var both = Map.of("eth0", 9000, "eth1", 1500);
    assertThat(host.of(up(both, "eth0", "eth1"), HostMtuTest::ofIpip)).isEqualTo(1500);
    assertThat(host.of(up(both, "eth0"), HostMtuTest::ofIpip)).isEqualTo(9000);
  }

  @Test
  void aNodeThatNeverHadOneTakesFelixsNumber() {
    assertThat(before(OptionalInt.empty()).of(GONE, HostMtuTest::ofIpip)).isEqualTo(Mtu.FALLBACK);
  }

  @Test
  void whatPodsHadBeforeTheAgentStartedStays() {
    for (IntUnaryOperator pods :
        List.<IntUnaryOperator>of(
            HostMtuTest::ofIpip,
            host -> Mtu.ofPods(host, List.of(host - 20, host - 50)),
            host -> host)) {
      HostMtu host = before(OptionalInt.of(1380));
      assertThat(pods.applyAsInt(host.of(GONE, pods))).isEqualTo(1380);
      assertThat(host.of(up(Map.of("eth0", 1500), "eth0"), pods)).isEqualTo(1500);
    }
  }

  @Test
  void aTunnelThatComesLaterTakesItsPartOfWhatWasFound() {
    HostMtu host = before(OptionalInt.of(1480));
    assertThat(host.of(GONE, HostMtuTest::ofIpip)).isEqualTo(1500);
    assertThat(host.of(GONE, mtu -> mtu - Mtu.VXLAN_OVERHEAD)).isEqualTo(1500);
  }

  @Test
  void aConfiguredMtuTellsNothingOfTheHosts() {
    assertThat(before(OptionalInt.of(1400)).of(GONE, _ -> 1400)).isEqualTo(Mtu.FALLBACK);
  }
}

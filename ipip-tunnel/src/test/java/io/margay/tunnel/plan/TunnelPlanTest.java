package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TunnelPlanTest {
  private static final ForwardingTable TABLE =
      new ForwardingTable(
          Ip4.of("10.0.0.1"),
          Map.of(Prefix.of("10.1.0.0/26"), Ip4.of("10.0.0.2")),
          Set.of(Prefix.of("10.0.0.2/32")));

  @Test
  void kernelIpipNeedsTheDeviceOnly() {
    assertThat(TunnelPlan.ipip(IpipSupport.KERNEL, Optional.of(Ip4.of("10.1.1.1")), 1480, TABLE))
        .isEqualTo(
            Map.of(
                new TunnelKey.Device("tunl0"),
                new TunnelItem.Device(Set.of(InterfaceAddress.of("10.1.1.1/32")), 1480, true)));
  }

  @Test
  void theForwarderNeedsItsTableToo() {
    assertThat(TunnelPlan.ipip(IpipSupport.FORWARDER, Optional.of(Ip4.of("10.1.1.1")), 1480, TABLE))
        .containsEntry(new TunnelKey.Forwarding("tunl0"), new TunnelItem.Forwarding(TABLE))
        .containsKey(new TunnelKey.Device("tunl0"))
        .hasSize(2);
  }

  @Test
  void udpIsTheForwardersOnEveryKernel() {
    assertThat(TunnelPlan.udp(Optional.of(Ip4.of("10.1.1.1")), 1472, TABLE))
        .isEqualTo(
            Map.of(
                new TunnelKey.Device("udp.margay"),
                new TunnelItem.Device(Set.of(InterfaceAddress.of("10.1.1.1/32")), 1472, true),
                new TunnelKey.Forwarding("udp.margay"),
                new TunnelItem.Forwarding(TABLE)));
    assertThat(TunnelPlan.udp(Optional.empty(), 1472, TABLE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "10.1.0.0/16, NEVER, NEVER, true, false",
    "10.1.0.0/16, ALWAYS, NEVER, false, false",
    "10.1.0.0/16, ALWAYS, NEVER, true, true",
    "10.1.0.0/16, NEVER, CROSS_SUBNET, true, true",
    "fd00:1::/64, NEVER, ALWAYS, true, false"
  })
  void udpNeedsAModeThatHasATunnel(
      String cidr, EncapMode ipip, EncapMode vxlan, boolean udp, boolean uses) {
    assertThat(TunnelPlan.usesUdp(List.of(new TunnelPool(Prefix.of(cidr), ipip, vxlan, udp))))
        .isEqualTo(uses);
  }

  @Test
  void checksumsInSoftwareAreForTheKernelsDevice() {
    var address = Optional.of(Ip4.of("10.1.1.1"));
    var device = new TunnelKey.Device("tunl0");
    var usual = TunnelItem.Device.wanted(address.get(), 1480);
    assertThat(TunnelPlan.ipip(IpipSupport.KERNEL, address, 1480, TABLE, false))
        .isEqualTo(Map.of(device, usual.withoutOffload()));
    assertThat(TunnelPlan.ipip(IpipSupport.FORWARDER, address, 1480, TABLE, false))
        .containsEntry(device, usual);
  }

  @Test
  void withoutATunnelAddressThereIsNothing() {
    assertThat(TunnelPlan.ipip(IpipSupport.FORWARDER, Optional.empty(), 1480, TABLE)).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "Never, Never, , false",
    "Always, Never, , true",
    "CrossSubnet, Never, , true",
    "Never, Always, , false",
    "Never, Never, true, true",
    "Always, Never, false, false"
  })
  void configurationGoesBeforePools(String ipip, String vxlan, Boolean configured, boolean uses) {
    var pool =
        new TunnelPool(
            Prefix.of("10.1.0.0/16"),
            EncapMode.parse(ipip).orElseThrow(),
            EncapMode.parse(vxlan).orElseThrow());
    assertThat(TunnelPlan.usesIpip(List.of(pool), Optional.ofNullable(configured))).isEqualTo(uses);
  }

  @ParameterizedTest
  @CsvSource({"'', NEVER", "Never, NEVER", "Always, ALWAYS", "CrossSubnet, CROSS_SUBNET"})
  void modesAreReadAsCalicoWritesThem(String text, EncapMode mode) {
    assertThat(EncapMode.parse(text)).contains(mode);
  }

  @Test
  void anyOtherModeIsRefused() {
    assertThat(EncapMode.parse("always")).isEmpty();
  }

  @Test
  void theSmallestMatchingUplinkThatIsUpDecidesTheMtu() {
    var links =
        List.of(
            new Mtu.Uplink("lo", 1200, true),
            new Mtu.Uplink("eth0", 1500, true),
            new Mtu.Uplink("ens3", 1450, true),
            new Mtu.Uplink("eth1", 1300, false),
            new Mtu.Uplink("cali123", 1280, true));
    assertThat(Mtu.smallest(links, Mtu.DEFAULT_UPLINKS)).contains(links.get(2));
    assertThat(Mtu.smallest(links, Pattern.compile("^cali"))).contains(links.get(4));
    assertThat(Mtu.smallest(List.of(), Mtu.DEFAULT_UPLINKS)).isEmpty();
  }

  @Test
  void tunnelAndPodMtus() {
    assertThat(Mtu.ofIpip(1500, OptionalInt.empty())).isEqualTo(1480);
    assertThat(Mtu.ofIpip(1500, OptionalInt.of(0))).isEqualTo(1480);
    assertThat(Mtu.ofIpip(1500, OptionalInt.of(1440))).isEqualTo(1440);
    assertThat(Mtu.ofUdp(1500)).isEqualTo(1472);
    assertThat(Mtu.ofPods(1500, List.of())).isEqualTo(1500);
    assertThat(Mtu.ofPods(1500, List.of(1480, 1450))).isEqualTo(1450);
  }

  @Test
  void aTableOfIpv6IsRefused() {
    assertThatThrownBy(() ->
            new ForwardingTable(
                Ip4.of("10.0.0.1"), Map.of(Prefix.of("fd00::/64"), Ip4.of("10.0.0.2")), Set.of()))
        .hasMessageContaining("fd00::/64");
  }

  @Test
  void aTableKeepsOfAnotherOnlyWhatItHasNotItself() {
    Prefix both = Prefix.of("10.1.0.0/26");
    Prefix gone = Prefix.of("10.2.0.0/26");
    Prefix first = Prefix.of("10.0.0.2/32");
    Prefix second = Prefix.of("10.0.0.3/32");
    Ip4 self = Ip4.of("10.0.0.1");
    var before =
        new ForwardingTable(
            Ip4.of("10.9.9.9"),
            Map.of(both, Ip4.of("10.0.0.2"), gone, Ip4.of("10.0.0.2")),
            Set.of(first));
    var now = new ForwardingTable(self, Map.of(both, Ip4.of("10.0.0.3")), Set.of(second));
    assertThat(now.keeping(before))
        .isEqualTo(
            new ForwardingTable(
                self,
                Map.of(both, Ip4.of("10.0.0.3"), gone, Ip4.of("10.0.0.2")),
                Set.of(first, second)));
  }
}

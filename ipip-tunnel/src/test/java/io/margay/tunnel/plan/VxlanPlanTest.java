package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VxlanPlanTest {
  private static final Vtep ONE = vtep("one", "10.244.1.0", "66:00:00:00:00:01", "192.0.2.1");
  private static final Vtep TWO = vtep("two", "10.244.2.0", "66:00:00:00:00:02", "192.0.2.2");
  private static final Vtep THREE = vtep("three", "10.244.3.0", "66:00:00:00:00:03", "192.0.2.3");
  private static final VxlanSettings SETTINGS = VxlanSettings.of(Family.IPV4, "eth0", 1450);

  @Test
  void theDeviceIsAsCalicoMakesItAndEachOtherNodeHasTwoEntries() {
    assertThat(TunnelPlan.vxlan(SETTINGS, ONE, List.of(THREE, ONE, TWO)))
        .isEqualTo(
            Map.of(
                new TunnelKey.Device("vxlan.calico"),
                new TunnelItem.VxlanDevice(
                    new TunnelItem.VxlanLink(
                        4096, 4789, "eth0", Optional.of(ONE.nodeAddress()), ONE.mac()),
                    Set.of(InterfaceAddress.of("10.244.1.0/32")),
                    1450,
                    true,
                    true,
                    Set.of()),
                new TunnelKey.Neighbour("vxlan.calico", TWO.tunnelAddress()),
                new TunnelItem.Neighbour(TWO.mac()),
                new TunnelKey.FdbEntry("vxlan.calico", TWO.mac()),
                TunnelItem.FdbEntry.wanted(TWO.nodeAddress()),
                new TunnelKey.Neighbour("vxlan.calico", THREE.tunnelAddress()),
                new TunnelItem.Neighbour(THREE.mac()),
                new TunnelKey.FdbEntry("vxlan.calico", THREE.mac()),
                TunnelItem.FdbEntry.wanted(THREE.nodeAddress())));
  }

  @Test
  void ipv6HasADeviceOfItsOwn() {
    var self = vtep("one", "fd00:1::", "66:00:00:00:00:01", "2001:db8::1");
    var settings = new VxlanSettings(Family.IPV6, 7, 8472, "eth1", 1430, false);
    assertThat(TunnelPlan.vxlan(settings, self, List.of()))
        .isEqualTo(
            Map.of(
                new TunnelKey.Device("vxlan-v6.calico"),
                new TunnelItem.VxlanDevice(
                    new TunnelItem.VxlanLink(
                        7, 8472, "eth1", Optional.of(self.nodeAddress()), self.mac()),
                    Set.of(InterfaceAddress.of("fd00:1::/128")),
                    1430,
                    true,
                    false,
                    Set.of())));
  }

  @Test
  void whatTwoNodesClaimTheFirstByNameHas() {
    var late = vtep("zero", "10.244.2.0", "66:00:00:00:00:03", "192.0.2.9");
    var expected = TunnelPlan.vxlan(SETTINGS, ONE, List.of(TWO, THREE));
    assertThat(TunnelPlan.vxlan(SETTINGS, ONE, List.of(late, TWO, THREE))).isEqualTo(expected);
  }

  /** Felix's own tests have the first two; the others are by sha1sum(1). */
  @ParameterizedTest
  @CsvSource({
    "remotehostname, IPV4, 66:3e:ca:a4:db:65",
    "remotehostname2, IPV4, 66:40:18:59:1f:16",
    "remotehostname, IPV6, 66:a0:68:c9:4c:79",
    "worker-a.example.org, IPV4, 66:6a:12:0b:24:b8",
    "worker-a.example.org, IPV6, 66:02:cd:48:ab:a7",
    "Ünode, IPV4, 66:1b:ea:88:68:d5",
    "Ünode, IPV6, 66:9f:3f:83:02:5a"
  })
  void macsAreCalicos(String node, Family family, String mac) {
    assertThat(VxlanMac.of(node, family)).isEqualTo(Mac.of(mac));
  }

  @ParameterizedTest
  @CsvSource({
    "Never, IPV4, , false",
    "Always, IPV4, , true",
    "CrossSubnet, IPV4, , true",
    "Always, IPV6, , false",
    "Never, IPV4, true, true",
    "Always, IPV4, false, false"
  })
  void configurationGoesBeforePools(String mode, Family family, Boolean configured, boolean uses) {
    var pool =
        new TunnelPool(
            Prefix.of("10.1.0.0/16"), EncapMode.NEVER, EncapMode.parse(mode).orElseThrow());
    assertThat(TunnelPlan.usesVxlan(List.of(pool), family, Optional.ofNullable(configured)))
        .isEqualTo(uses);
  }

  @Test
  void whatCannotBeIsRefused() {
    assertThatThrownBy(() -> vtep("one", "10.244.1.0", "66:00:00:00:00:01", "2001:db8::1"))
        .hasMessage("VTEP of one: 10.244.1.0 cannot be reached at 2001:db8::1");
    assertThatThrownBy(() -> new VxlanSettings(Family.IPV4, 1 << 24, 4789, "eth0", 1450, true))
        .hasMessage("VNI 16777216 on port 4789: no such VXLAN");
    assertThatThrownBy(() -> VxlanSettings.of(Family.IPV4, "", 1450))
        .hasMessage("a VXLAN device without parent");
  }

  private static Vtep vtep(String node, String tunnel, String mac, String address) {
    return new Vtep(node, Ip.of(tunnel), Mac.of(mac), Ip.of(address));
  }
}

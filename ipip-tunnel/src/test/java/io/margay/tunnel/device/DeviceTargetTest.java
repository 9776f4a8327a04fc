package io.margay.tunnel.device;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.reconcile.ItemResult;
import io.margay.kernel.netlink.Rtnl;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The forwarder's kind of tunl0 on this kernel; the kernel's is in {@code UserModeLinuxTest}. */
class DeviceTargetTest {
  private static final TunnelKey KEY = new TunnelKey.Device("tunl0");
  private static final TunnelItem.Device WANTED =
      TunnelItem.Device.wanted(Ip4.of("10.1.0.1"), 1480);

  private TestNode node;
  private Rtnl rtnl;
  private DeviceSettings settings;
  private DeviceTarget target;

  @BeforeEach
  void makeNode() {
    node = TestNode.create();
    rtnl = Rtnl.in(node.netns());
    settings = DeviceSettings.in(node.netns());
    target = DeviceTarget.ofIpip(rtnl, settings, IpipSupport.FORWARDER);
  }

  @AfterEach
  void removeNode() {
    settings.close();
    rtnl.close();
    node.close();
  }

  @Test
  void addressMtuAndStateAreSet() {
    node.ip("tuntap add tunl0 mode tun");
    assertThat(target.dump()).containsEntry(KEY, new TunnelItem.Device(Set.of(), 1500, false));
    assertThat(put()).isEqualTo(new ItemResult.Done<>(KEY));
    assertThat(target.dump()).isEqualTo(Map.of(KEY, WANTED));
    assertThat(node.ip("-br -4 addr show tunl0")).contains("10.1.0.1/32");
    assertThat(node.ip("-6 addr show tunl0")).as("no link-local address").isEmpty();
  }

  @Test
  void othersDoingsAreMended() {
    node.ip("tuntap add tunl0 mode tun");
    put();
    node.ip("addr add 10.9.9.9/24 dev tunl0");
    node.ip("addr del 10.1.0.1/32 dev tunl0");
    node.ip("link set tunl0 mtu 1400 down");
    assertThat(target.dump())
        .containsEntry(
            KEY, new TunnelItem.Device(Set.of(InterfaceAddress.of("10.9.9.9/24")), 1400, false));
    put();
    assertThat(target.dump()).isEqualTo(Map.of(KEY, WANTED));
  }

  @Test
  void aStrictHostTakesWhatComesByAnotherTunnelThanTheAnswer() {
    node.ip("tuntap add tunl0 mode tun");
    node.run("sysctl", "-q", "-w", "net.ipv4.conf.all.rp_filter=1").orThrow();
    put();
    assertThat(node.run("sysctl", "-n", "net.ipv4.conf.tunl0.rp_filter").out().strip())
        .isEqualTo("2");
    node.run("sysctl", "-q", "-w", "net.ipv4.conf.tunl0.rp_filter=1").orThrow();
    assertThat(target.dump().get(KEY)).hasToString(WANTED + " odd: strict rp_filter");
    put();
    assertThat(target.dump()).isEqualTo(Map.of(KEY, WANTED));
  }

  @Test
  void checksumsAreMadeInSoftwareWhereAsked() {
    node.ip("tuntap add tunl0 mode tun");
    target.apply(new Diff<>(Map.of(KEY, WANTED.withoutOffload()), Set.of()));
    assertThat(node.run("ethtool", "-k", "tunl0").out()).contains("tx-checksumming: off");
    assertThat(target.dump()).isEqualTo(Map.of(KEY, WANTED.withoutOffload()));
  }

  @Test
  void aChangedAddressIsThereBeforeTheOldOneGoes() {
    node.ip("tuntap add tunl0 mode tun");
    put();
    var next = TunnelItem.Device.wanted(Ip4.of("10.1.0.77"), 1480);
    target.apply(new Diff<>(Map.of(KEY, next), Set.of()));
    assertThat(target.dump()).isEqualTo(Map.of(KEY, next));
  }

  @Test
  void withoutItsDeviceItSaysWhoMakesIt() {
    assertThat(target.dump()).isEmpty();
    assertThat(put())
        .isEqualTo(
            new ItemResult.Failed<>(KEY, "link show tunl0: ENODEV (the forwarder makes it)"));
  }

  @Test
  void aForeignDeviceOfThatNameIsLeftAlone() {
    node.ip("link add tunl0 type bridge");
    assertThat(target.dump()).isEmpty();
    assertThat(put()).isInstanceOf(ItemResult.Failed.class);
    assertThat(node.ip("-br addr show tunl0")).doesNotContain("10.1.0.1");
  }

  @Test
  void removalTakesTheDeviceAndIsDoneWhenItWasGone() {
    node.ip("tuntap add tunl0 mode tun");
    put();
    var remove = new Diff<TunnelKey, TunnelItem.Device>(Map.of(), Set.of(KEY));
    assertThat(target.apply(remove)).containsExactly(new ItemResult.Done<>(KEY));
    assertThat(target.dump()).isEmpty();
    assertThat(target.apply(remove)).containsExactly(new ItemResult.Done<>(KEY));
  }

  @Test
  void aTunThatIsThereMeansTheForwarder() {
    node.ip("tuntap add tunl0 mode tun");
    assertThat(IpipProbe.ask(rtnl).support()).isEqualTo(IpipSupport.FORWARDER);
  }

  @Test
  void aKernelWithoutIpipIsFoundOut() {
    assumeTrue(
        node.run("ip", "link", "add", "probe", "type", "ipip")
            .err()
            .contains("Unknown device type"),
        "this kernel has ipip");
    assertThat(IpipProbe.ask(rtnl))
        .isEqualTo(new IpipProbe.Found(IpipSupport.FORWARDER, "the kernel has no ipip"));
  }

  private ItemResult<TunnelKey> put() {
    return target.apply(new Diff<>(Map.of(KEY, WANTED), Set.of())).getFirst();
  }
}

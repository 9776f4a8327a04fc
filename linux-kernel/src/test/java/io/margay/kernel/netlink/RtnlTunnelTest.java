package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Mac;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.LinkData;
import io.margay.kernel.rtnl.LinkData.VxlanFlag;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.NeighbourRequest;
import io.margay.kernel.rtnl.NewLink;
import io.margay.kernel.socket.EthtoolSocket;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** VXLAN devices against the real kernel; ip(8), bridge(8) and ethtool(8) are the judges. */
class RtnlTunnelTest {
  private static final Mac MAC = Mac.of("66:3e:ca:a4:db:65");

  private TestNetns host;
  private Rtnl rtnl;

  @BeforeEach
  void open() {
    host = TestNetns.create();
    host.device("eth0");
    rtnl = Rtnl.in(host.netns());
  }

  @AfterEach
  void close() {
    rtnl.close();
    host.close();
  }

  @Test
  void aDeviceOfOursIsWhatIpMakesWithTheSameWords() {
    LinkEntry made = vxlan("v0", "192.0.2.1");
    host.ip("link del v0");
    host.ip(
        "link add v0 address 66:3e:ca:a4:db:65 type vxlan id 4096 dstport 4789 dev eth0"
            + " local 192.0.2.1 nolearning");
    LinkEntry byIp = rtnl.link("v0").orElseThrow();
    assertThat(made.data()).isEqualTo(byIp.data());
    assertThat(made.mac()).isEqualTo(byIp.mac());
    assertThat(made.kind()).isEqualTo("vxlan");
    assertThat(rtnl.link(byIp.index())).contains(byIp);
  }

  @Test
  void ipReadsWhatWasAskedFor() {
    LinkEntry made = vxlan("v6", "2001:db8::1");
    assertThat(host.ip("-d link show v6"))
        .contains("link/ether 66:3e:ca:a4:db:65")
        .contains("vxlan id 4096 local 2001:db8::1 dev eth0 srcport 0 0 dstport 4789 nolearning");
    assertThat(made.data())
        .contains(LinkData.Vxlan.of(4096, 4789, eth0().index(), Ip.of("2001:db8::1")));
  }

  @Test
  void whatOthersMakeIsReadWithAllThatTellsItFromOurs() {
    host.ip(
        "link add v0 type vxlan id 7 dstport 8472 dev eth0 remote 192.0.2.9 ttl 9 tos 1 df set"
            + " l2miss gbp");
    host.ip("link add v1 type vxlan external dstport 4790 ttl inherit");
    assertThat(rtnl.link("v0").orElseThrow().data())
        .contains(
            new LinkData.Vxlan(
                7,
                8472,
                eth0().index(),
                Optional.empty(),
                Optional.of(Ip.of("192.0.2.9")),
                new LinkData.Outer(9, 1, 1),
                Set.of(VxlanFlag.LEARNING, VxlanFlag.L2_MISS, VxlanFlag.GBP)));
    assertThat(rtnl.link("v1").orElseThrow().data())
        .hasValueSatisfying(data ->
            assertThat(((LinkData.Vxlan) data).flags())
                .contains(VxlanFlag.EXTERNAL, VxlanFlag.TTL_INHERIT));
  }

  @Test
  void parentAndAddressChangeWhileEntriesStay() {
    LinkEntry v0 = vxlan("v0", "192.0.2.1");
    host.device("eth1");
    host.ip("link set v0 type vxlan id 4096 learning");
    var entry = NeighbourEntry.forwarding(v0.index(), MAC, Ip.of("198.51.100.7"));
    rtnl.run(new NeighbourRequest.Replace(entry));
    int eth1 = rtnl.link("eth1").orElseThrow().index();
    var next = LinkData.Vxlan.of(4096, 4789, eth1, Ip.of("192.0.2.77"));
    rtnl.run(new LinkRequest.ChangeVxlan(v0.index(), next));
    assertThat(rtnl.link("v0").orElseThrow().data()).contains(next);
    assertThat(forwarding(v0)).containsExactly(entry);
    var other = LinkData.Vxlan.of(4096, 4789, eth1, Ip.of("2001:db8::1"));
    assertThat(rtnl.apply(new LinkRequest.ChangeVxlan(v0.index(), other)).is(Errno.EOPNOTSUPP))
        .as("an address of another family")
        .isTrue();
  }

  @Test
  void aVniThatIsTakenIsEexistInTheKernelsWords() {
    vxlan("v0", "192.0.2.1");
    var second = new NewLink.Tunnel("v1", Optional.empty(), data("192.0.2.1"));
    assertThat(rtnl.apply(new LinkRequest.Create(second)))
        .isEqualTo(
            new Ack.Refused(Errno.EEXIST, "A VXLAN device with the specified VNI already exists"));
  }

  @Test
  void entriesAreDumpedByDevice() {
    LinkEntry v0 = vxlan("v0", "192.0.2.1");
    host.ip("link add v1 type vxlan id 7 dstport 4790 local 192.0.2.1");
    LinkEntry v1 = rtnl.link("v1").orElseThrow();
    var ours = NeighbourEntry.forwarding(v0.index(), MAC, Ip.of("198.51.100.7"));
    var theirs = NeighbourEntry.forwarding(v1.index(), MAC, Ip.of("198.51.100.8"));
    var arp = NeighbourEntry.permanent(v0.index(), Ip.of("10.1.0.1"), MAC);
    var nd = NeighbourEntry.permanent(v1.index(), Ip.of("fd00::1"), MAC);
    for (NeighbourEntry entry : Set.of(ours, theirs, arp, nd)) {
      rtnl.run(new NeighbourRequest.Replace(entry));
    }
    assertThat(forwarding(v0)).containsExactly(ours);
    assertThat(forwarding(v1)).containsExactly(theirs);
    assertThat(rtnl.neighbours(NeighbourEntry.Kind.IPV4, v0.index()).entries())
        .containsExactly(arp);
    assertThat(rtnl.neighbours(NeighbourEntry.Kind.IPV6, v0.index()).entries()).isEmpty();
    assertThat(rtnl.neighbours(NeighbourEntry.Kind.IPV6, v1.index()).entries()).containsExactly(nd);
    assertThat(host.run("bridge", "fdb", "show", "dev", "v0"))
        .isEqualTo(MAC + " dst 198.51.100.7 self permanent");
  }

  @Test
  void checksumsOfWhatIsSentAreMadeInSoftwareWhereAsked() {
    vxlan("v0", "192.0.2.1");
    try (EthtoolSocket ethtool = host.netns().call(EthtoolSocket::open)) {
      assertThat(ethtool.sendChecksums("v0")).isTrue();
      ethtool.sendChecksums("v0", false);
      assertThat(ethtool.sendChecksums("v0")).isFalse();
      assertThat(host.run("ethtool", "-k", "v0")).contains("tx-checksumming: off");
      ethtool.sendChecksums("v0", true);
      assertThat(host.run("ethtool", "-k", "v0")).contains("tx-checksumming: on");
      assertThatThrownBy(() -> ethtool.sendChecksums("none"))
          .hasMessage("show offloads of none: ENODEV");
    }
  }

  private LinkEntry vxlan(String name, String local) {
    rtnl.run(new LinkRequest.Create(new NewLink.Tunnel(name, Optional.of(MAC), data(local))));
    return rtnl.link(name).orElseThrow();
  }

  private LinkData data(String local) {
    return LinkData.Vxlan.of(4096, 4789, eth0().index(), Ip.of(local));
  }

  private LinkEntry eth0() {
    return rtnl.link("eth0").orElseThrow();
  }

  private List<NeighbourEntry> forwarding(LinkEntry link) {
    return rtnl.neighbours(NeighbourEntry.Kind.FORWARDING, link.index()).entries();
  }
}

package io.margay.kernel.netlink;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.kernel.libc.Errno;
import io.margay.kernel.libc.KernelException;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.AddressEntry;
import io.margay.kernel.rtnl.AddressRequest;
import io.margay.kernel.rtnl.LinkEntry;
import io.margay.kernel.rtnl.LinkRequest;
import io.margay.kernel.rtnl.NeighbourEntry;
import io.margay.kernel.rtnl.NeighbourRequest;
import io.margay.kernel.rtnl.NewLink;
import io.margay.kernel.rtnl.NextHop;
import io.margay.kernel.rtnl.RouteEntry;
import io.margay.kernel.rtnl.RouteRequest;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Devices, addresses and neighbours against the real kernel; ip(8) is the judge. */
class RtnlLinkTest {
  private static final Mac HOST_MAC = Mac.of("ee:ee:ee:ee:ee:ee");

  private TestNetns host;
  private TestNetns pod;
  private Rtnl rtnl;

  @BeforeEach
  void open() {
    host = TestNetns.create();
    pod = TestNetns.create();
    rtnl = Rtnl.in(host.netns());
  }

  @AfterEach
  void close() {
    rtnl.close();
    pod.close();
    host.close();
  }

  @Test
  void aPodIsWiredWithThePeerBornInItsNamespace() {
    rtnl.run(veth("cali0123456789a", 1440));
    LinkEntry hostEnd = rtnl.link("cali0123456789a").orElseThrow();
    assertThat(hostEnd.mac()).contains(HOST_MAC);
    assertThat(hostEnd.kind()).isEqualTo("veth");
    assertThat(hostEnd.mtu()).isEqualTo(1440);
    assertThat(hostEnd.isUp()).isFalse();

    try (Rtnl inside = Rtnl.in(pod.netns())) {
      int eth0 = inside.link("eth0").orElseThrow().index();
      var gateway = Prefix.of("169.254.1.1/32");
      List<Ack> acks =
          inside.apply(
              List.of(
                  new LinkRequest.SetUp(eth0, true),
                  new AddressRequest.Replace(
                      AddressEntry.of(eth0, InterfaceAddress.of("10.65.0.2/32"))),
                  new AddressRequest.Replace(
                      AddressEntry.of(eth0, InterfaceAddress.of("fd00:65::2/128"))),
                  new RouteRequest.Create(RouteEntry.unicast(gateway, 3, NextHop.device(eth0))),
                  new RouteRequest.Create(
                      RouteEntry.unicast(
                          Prefix.ALL_IPV4, 3, NextHop.via(gateway.address(), eth0)))));
      assertThat(acks).allMatch(Ack::isOk);
    }
    assertThat(pod.ip("-4 route show"))
        .isEqualTo(
            "default via 169.254.1.1 dev eth0 linkdown \n169.254.1.1 dev eth0 scope link linkdown");
    assertThat(pod.ip("-o addr show dev eth0"))
        .contains("inet 10.65.0.2/32 scope global eth0")
        .contains("inet6 fd00:65::2/128 scope global nodad");

    rtnl.run(new LinkRequest.SetUp(hostEnd.index(), true));
    assertThat(rtnl.link("cali0123456789a").orElseThrow().isUp()).isTrue();
    rtnl.run(new LinkRequest.DeleteNamed("cali0123456789a"));
    assertThat(rtnl.link("cali0123456789a")).isEmpty();
    try (Rtnl inside = Rtnl.in(pod.netns())) {
      assertThat(inside.link("eth0")).isEmpty();
    }
  }

  @Test
  void aTakenNameIsEexistAndAMissingDeviceEnodev() {
    rtnl.run(new LinkRequest.Create(new NewLink.Bridge("br0")));
    assertThat(rtnl.apply(new LinkRequest.Create(new NewLink.Bridge("br0"))).is(Errno.EEXIST))
        .isTrue();
    assertThat(rtnl.apply(new LinkRequest.DeleteNamed("none")).is(Errno.ENODEV)).isTrue();
    assertThat(rtnl.link("none")).isEmpty();
  }

  @Test
  void aNamespaceThatIsNoneIsRefused() {
    var peer = new NewLink.Peer("eth0", Optional.empty(), 0, OptionalInt.of(123_456));
    var request = new LinkRequest.Create(new NewLink.Veth("cali1", Optional.empty(), 0, peer));
    assertThatThrownBy(() -> rtnl.run(request))
        .isInstanceOf(KernelException.class)
        .hasMessageStartingWith("link add cali1 ");
  }

  @Test
  void devicesTakeMtuMacNameMasterAndStayWithoutLinkLocal() {
    rtnl.run(new LinkRequest.Create(new NewLink.Bridge("br0")));
    host.ip("link add d0 type veth peer name d0-p");
    int bridge = rtnl.link("br0").orElseThrow().index();
    int port = rtnl.link("d0").orElseThrow().index();
    List<LinkRequest> changes =
        List.of(
            new LinkRequest.SetMtu(port, 1400),
            new LinkRequest.SetMac(port, Mac.of("02:00:00:00:00:01")),
            new LinkRequest.SetLinkLocal(port, false),
            new LinkRequest.Rename(port, "up0"),
            new LinkRequest.SetUp(port, true),
            new LinkRequest.SetMaster(port, bridge));
    assertThat(rtnl.apply(changes)).allMatch(Ack::isOk);
    LinkEntry link = rtnl.link("up0").orElseThrow();
    assertThat(link.mtu()).isEqualTo(1400);
    assertThat(link.mac()).contains(Mac.of("02:00:00:00:00:01"));
    assertThat(link.master()).isEqualTo(bridge);
    assertThat(link.isUp()).isTrue();
    assertThat(link.kind()).isEqualTo("veth");
    assertThat(host.ip("-6 addr show dev up0")).isEmpty();
    assertThat(rtnl.links().entries()).extracting(LinkEntry::name).contains("lo", "br0", "up0");
  }

  @Test
  void addressesComeAndGo() {
    host.device("d0");
    int index = rtnl.link("d0").orElseThrow().index();
    var v4 = AddressEntry.of(index, InterfaceAddress.of("192.0.2.1/24"));
    var peer =
        new AddressEntry(
            index, InterfaceAddress.of("10.1.0.1/32"), Optional.of(Ip.of("10.1.0.2")), 0, 0);
    rtnl.run(new AddressRequest.Replace(v4));
    rtnl.run(new AddressRequest.Replace(v4));
    rtnl.run(new AddressRequest.Replace(peer));
    List<AddressEntry> there =
        rtnl.addresses().entries().stream()
            .filter(a -> a.interfaceIndex() == index && a.address().ip() instanceof Ip4)
            .toList();
    assertThat(there)
        .extracting(AddressEntry::address, AddressEntry::peer)
        .containsExactlyInAnyOrder(
            tuple(v4.address(), Optional.empty()), tuple(peer.address(), peer.peer()));
    rtnl.run(new AddressRequest.Delete(v4));
    assertThat(rtnl.apply(new AddressRequest.Delete(v4)).is(Errno.EADDRNOTAVAIL)).isTrue();
  }

  @Test
  void neighboursAndForwardingEntriesComeAndGo() {
    host.ip("link add v0 type vxlan id 4096 dstport 4789 local 127.0.0.1 dev lo nolearning");
    host.ip("link set v0 up");
    int index = rtnl.link("v0").orElseThrow().index();
    Mac mac = Mac.of("66:00:00:00:00:01");
    var arp = NeighbourEntry.permanent(index, Ip.of("192.0.2.7"), mac);
    var fdb = NeighbourEntry.forwarding(index, mac, Ip.of("198.51.100.7"));
    rtnl.run(new NeighbourRequest.Replace(arp));
    rtnl.run(new NeighbourRequest.Replace(fdb));
    assertThat(rtnl.neighbours(NeighbourEntry.Kind.IPV4).entries()).contains(arp);
    assertThat(rtnl.neighbours(NeighbourEntry.Kind.FORWARDING).entries()).contains(fdb);
    assertThat(host.ip("neigh show dev v0"))
        .isEqualTo("192.0.2.7 lladdr 66:00:00:00:00:01 PERMANENT");
    rtnl.run(new NeighbourRequest.Delete(arp));
    rtnl.run(new NeighbourRequest.Delete(fdb));
    assertThat(rtnl.neighbours(NeighbourEntry.Kind.FORWARDING).entries()).doesNotContain(fdb);
    assertThat(rtnl.apply(new NeighbourRequest.Delete(arp)).is(Errno.ENOENT)).isTrue();
  }

  private LinkRequest veth(String name, int mtu) {
    var peer = new NewLink.Peer("eth0", Optional.empty(), mtu, OptionalInt.of(pod.netns().fd()));
    return new LinkRequest.Create(new NewLink.Veth(name, Optional.of(HOST_MAC), mtu, peer));
  }
}

package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import io.margay.foundation.addr.Prefix;
import io.margay.tunnel.plan.NodeEnd.Receives;
import io.margay.tunnel.plan.Way.Reason;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel export filter that Calico gives to BIRD, and what Felix makes of the rest. */
class WaysTest {
  private static final Ip4 NEAR = Ip4.of("10.0.0.2");
  private static final Ip4 FAR = Ip4.of("10.0.1.2");
  private static final Ip NEAR_V6 = Ip.of("fd00::2");
  private static final Prefix ALWAYS_IPIP = Prefix.of("10.1.0.0/26");
  private static final Prefix ALWAYS_VXLAN = Prefix.of("10.6.0.0/26");

  private static final List<TunnelPool> POOLS =
      List.of(
          new TunnelPool(Prefix.of("10.5.1.0/24"), EncapMode.ALWAYS, EncapMode.NEVER),
          TunnelPool.plain(Prefix.of("10.5.0.0/16")),
          new TunnelPool(Prefix.of("10.1.0.0/16"), EncapMode.ALWAYS, EncapMode.NEVER),
          new TunnelPool(Prefix.of("10.2.0.0/16"), EncapMode.CROSS_SUBNET, EncapMode.NEVER),
          TunnelPool.plain(Prefix.of("10.3.0.0/16")),
          new TunnelPool(Prefix.of("10.4.0.0/16"), EncapMode.NEVER, EncapMode.CROSS_SUBNET),
          new TunnelPool(Prefix.of("10.6.0.0/16"), EncapMode.NEVER, EncapMode.ALWAYS),
          new TunnelPool(Prefix.of("fd00:1::/64"), EncapMode.ALWAYS, EncapMode.NEVER),
          new TunnelPool(Prefix.of("fd00:6::/64"), EncapMode.NEVER, EncapMode.ALWAYS));

  private static Ways ways(Set<Encap> ready, Set<Encap> sentBefore) {
    var subnets =
        Map.of(
            Family.IPV4, Prefix.of("10.0.0.0/24"),
            Family.IPV6, Prefix.of("fd00::/64"));
    return new Ways(POOLS, new Ways.Own(subnets, ready, sentBefore));
  }

  private static Vtep vtep(Ip node) {
    Ip tunnel = node instanceof Ip4 ? Ip.of("10.6.9.1") : Ip.of("fd00:6::9");
    return new Vtep("n2", tunnel, Mac.of("66:00:00:00:00:01"), node);
  }

  private static NodeEnd end(Ip address, Receives receives) {
    return new NodeEnd("n2", address, Optional.of(vtep(address)), receives);
  }

  record Case(String name, String destination, Ip nextHop, Way expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case(
            "always, also within the subnet",
            "10.1.0.0/26",
            NEAR,
            new Way.Ipip(NEAR, Reason.ALWAYS)),
        new Case("always, far", "10.1.0.64/26", FAR, new Way.Ipip(FAR, Reason.ALWAYS)),
        new Case("cross-subnet, near", "10.2.0.0/26", NEAR, new Way.Direct(Reason.SAME_SUBNET)),
        new Case("cross-subnet, far", "10.2.0.0/26", FAR, new Way.Ipip(FAR, Reason.OTHER_SUBNET)),
        new Case("a borrowed address", "10.2.0.9/32", FAR, new Way.Ipip(FAR, Reason.OTHER_SUBNET)),
        new Case(
            "no encapsulation", "10.3.0.0/26", FAR, new Way.Direct(Reason.POOL_UNENCAPSULATED)),
        new Case("vxlan, near", "10.4.0.0/26", NEAR, new Way.Direct(Reason.VXLAN_SAME_SUBNET)),
        new Case("vxlan, far", "10.4.0.0/26", FAR, new Way.Vxlan(vtep(FAR), Reason.OTHER_SUBNET)),
        new Case("vxlan, always", "10.6.0.0/26", NEAR, new Way.Vxlan(vtep(NEAR), Reason.ALWAYS)),
        new Case(
            "vxlan of IPv6", "fd00:6::/122", NEAR_V6, new Way.Vxlan(vtep(NEAR_V6), Reason.ALWAYS)),
        new Case("in no pool", "192.168.0.0/24", FAR, new Way.Direct(Reason.NO_POOL)),
        new Case("the default route", "0.0.0.0/0", FAR, new Way.Direct(Reason.NO_POOL)),
        new Case("wider than its pool", "10.1.0.0/15", FAR, new Way.Direct(Reason.NO_POOL)),
        new Case(
            "IPv6 pool that says IPIP",
            "fd00:1::/122",
            NEAR_V6,
            new Way.Direct(Reason.POOL_UNENCAPSULATED)),
        new Case(
            "IPv4 behind an IPv6 next hop",
            "10.1.0.0/26",
            NEAR_V6,
            new Way.Direct(Reason.NEXT_HOP_NOT_IPV4)),
        new Case(
            "in two pools the first by text decides",
            "10.5.1.0/26",
            FAR,
            new Way.Direct(Reason.POOL_UNENCAPSULATED)));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void eachDestinationHasItsWayAndReason(Case c) {
    Ways ways = ways(EnumSet.allOf(Encap.class), Set.of());
    var all = new Receives.Announced(EnumSet.allOf(Encap.class));
    assertThat(ways.to(Prefix.of(c.destination), end(c.nextHop, all), Optional.empty()))
        .isEqualTo(c.expected);
    assertThat(
            ways.to(
                Prefix.of(c.destination),
                end(c.nextHop, new Receives.Unknown()),
                Optional.of(Encap.IPIP)))
        .isEqualTo(c.expected);
  }

  @Test
  void withoutAnOwnAddressEveryNextHopIsInAnotherSubnet() {
    var ways = new Ways(POOLS, new Ways.Own(Map.of(), Set.of(Encap.IPIP), Set.of()));
    assertThat(ways.to(Prefix.of("10.2.0.0/26"), NodeEnd.outside(NEAR), Optional.empty()))
        .isEqualTo(new Way.Ipip(NEAR, Reason.OTHER_SUBNET));
  }

  @Test
  void aPoolWithBothModesIsVxlans() {
    var both = new TunnelPool(Prefix.of("10.1.0.0/16"), EncapMode.ALWAYS, EncapMode.ALWAYS);
    var ways = new Ways(List.of(both), new Ways.Own(Map.of(), Set.of(), Set.of()));
    assertThat(ways.to(ALWAYS_IPIP, NodeEnd.outside(FAR), Optional.empty()))
        .isEqualTo(new Way.Nowhere(Reason.NO_VTEP));
  }

  /** Who a pool with the annotation sends UDP to, and what it sends the others. */
  record Udp(
      String name, TunnelPool pool, Ip node, Receives receives, Set<Encap> ready, Way expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Udp> udp() {
    Prefix cidr = Prefix.of("10.7.0.0/16");
    var always = new TunnelPool(cidr, EncapMode.ALWAYS, EncapMode.NEVER, true);
    var subnets = new TunnelPool(cidr, EncapMode.CROSS_SUBNET, EncapMode.NEVER, true);
    var vxlan = new TunnelPool(cidr, EncapMode.NEVER, EncapMode.CROSS_SUBNET, true);
    var never = new TunnelPool(cidr, EncapMode.NEVER, EncapMode.NEVER, true);
    Set<Encap> all = EnumSet.allOf(Encap.class);
    var everything = new Receives.Announced(all);
    var ipip = new Receives.Announced(Set.of(Encap.IPIP));
    return List.of(
        new Udp("always", always, NEAR, everything, all, new Way.Udp(NEAR, Reason.ALWAYS)),
        new Udp(
            "cross-subnet, near",
            subnets,
            NEAR,
            everything,
            all,
            new Way.Direct(Reason.SAME_SUBNET)),
        new Udp(
            "cross-subnet, far",
            subnets,
            FAR,
            everything,
            all,
            new Way.Udp(FAR, Reason.OTHER_SUBNET)),
        new Udp(
            "by vxlanMode, near",
            vxlan,
            NEAR,
            everything,
            all,
            new Way.Direct(Reason.VXLAN_SAME_SUBNET)),
        new Udp(
            "by vxlanMode, far",
            vxlan,
            FAR,
            everything,
            all,
            new Way.Udp(FAR, Reason.OTHER_SUBNET)),
        new Udp(
            "no mode has a tunnel",
            never,
            FAR,
            everything,
            all,
            new Way.Direct(Reason.POOL_UNENCAPSULATED)),
        new Udp(
            "a node that does not take it yet",
            always,
            FAR,
            ipip,
            all,
            new Way.Ipip(FAR, Reason.RECEIVER_NOT_READY)),
        new Udp(
            "the own device is not up",
            always,
            FAR,
            everything,
            Set.of(Encap.IPIP),
            new Way.Ipip(FAR, Reason.OWN_DEVICE_NOT_READY)),
        new Udp(
            "a node of Calico's",
            always,
            FAR,
            new Receives.ByAddresses(Set.of(Encap.IPIP)),
            all,
            new Way.Ipip(FAR, Reason.NO_UDP_THERE)),
        new Udp(
            "a node of Calico's, by vxlanMode",
            vxlan,
            FAR,
            new Receives.ByAddresses(Set.of(Encap.VXLAN)),
            all,
            new Way.Vxlan(vtep(FAR), Reason.NO_UDP_THERE)),
        new Udp(
            "a router outside of the cluster",
            always,
            FAR,
            new Receives.Unknown(),
            all,
            new Way.Ipip(FAR, Reason.NO_UDP_THERE)),
        new Udp(
            "IPv4 behind an IPv6 next hop",
            always,
            NEAR_V6,
            everything,
            all,
            new Way.Direct(Reason.NEXT_HOP_NOT_IPV4)));
  }

  @ParameterizedTest
  @MethodSource("udp")
  void udpGoesToNodesThatTakeItWhereTheModeHasATunnel(Udp c) {
    var subnets = Map.of(Family.IPV4, Prefix.of("10.0.0.0/24"));
    var ways = new Ways(List.of(c.pool), new Ways.Own(subnets, c.ready, Set.of()));
    assertThat(ways.to(Prefix.of("10.7.1.0/26"), end(c.node, c.receives), Optional.empty()))
        .isEqualTo(c.expected);
  }

  /** Who says what in each row: pool's destination, what the node takes, what it was sent. */
  record Changing(
      String name,
      Prefix destination,
      Ip4 node,
      Receives receives,
      Set<Encap> ready,
      Set<Encap> sentBefore,
      Optional<Encap> before,
      Way expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Changing> changing() {
    Set<Encap> all = EnumSet.allOf(Encap.class);
    Set<Encap> none = Set.of();
    var ipip = new Receives.Announced(Set.of(Encap.IPIP));
    var nothing = new Receives.Announced(Set.of());
    return List.of(
        new Changing(
            "none to IPIP: as before until it takes IPIP",
            ALWAYS_IPIP,
            FAR,
            nothing,
            all,
            none,
            Optional.of(Encap.DIRECT),
            new Way.Direct(Reason.RECEIVER_NOT_READY)),
        new Changing(
            "IPIP to VXLAN: as before until it takes VXLAN",
            ALWAYS_VXLAN,
            FAR,
            ipip,
            all,
            none,
            Optional.of(Encap.IPIP),
            new Way.Ipip(FAR, Reason.RECEIVER_NOT_READY)),
        new Changing(
            "UDP to IPIP: as before until it takes IPIP",
            ALWAYS_IPIP,
            FAR,
            new Receives.Announced(Set.of(Encap.UDP)),
            all,
            none,
            Optional.of(Encap.UDP),
            new Way.Udp(FAR, Reason.RECEIVER_NOT_READY)),
        new Changing(
            "as before until the own device is up",
            ALWAYS_IPIP,
            FAR,
            ipip,
            none,
            none,
            Optional.of(Encap.DIRECT),
            new Way.Direct(Reason.OWN_DEVICE_NOT_READY)),
        new Changing(
            "after a restart: what it takes",
            ALWAYS_VXLAN,
            FAR,
            ipip,
            all,
            none,
            Optional.empty(),
            new Way.Ipip(FAR, Reason.RECEIVER_NOT_READY)),
        new Changing(
            "after a restart: what it was sent before",
            ALWAYS_VXLAN,
            FAR,
            ipip,
            all,
            Set.of(Encap.DIRECT),
            Optional.empty(),
            new Way.Direct(Reason.RECEIVER_NOT_READY)),
        new Changing(
            "what it was sent before it takes no more",
            ALWAYS_VXLAN,
            NEAR,
            nothing,
            all,
            Set.of(Encap.IPIP),
            Optional.of(Encap.IPIP),
            new Way.Direct(Reason.RECEIVER_NOT_READY)),
        new Changing(
            "nothing is known to reach it: as the pool says",
            ALWAYS_IPIP,
            FAR,
            nothing,
            all,
            none,
            Optional.empty(),
            new Way.Ipip(FAR, Reason.ALWAYS)),
        new Changing(
            "a node of Calico's that has no tunnel address yet",
            ALWAYS_IPIP,
            FAR,
            new Receives.ByAddresses(Set.of()),
            all,
            none,
            Optional.of(Encap.DIRECT),
            new Way.Direct(Reason.RECEIVER_NOT_READY)),
        new Changing(
            "a node of Calico's that has given up its old end before the own new one is up",
            ALWAYS_IPIP,
            FAR,
            new Receives.ByAddresses(Set.of(Encap.IPIP)),
            Set.of(Encap.VXLAN),
            none,
            Optional.of(Encap.VXLAN),
            new Way.Direct(Reason.OWN_DEVICE_NOT_READY)),
        new Changing(
            "a node of Calico's, nothing was sent before: as Calico",
            ALWAYS_IPIP,
            FAR,
            new Receives.ByAddresses(Set.of()),
            all,
            none,
            Optional.empty(),
            new Way.Ipip(FAR, Reason.ALWAYS)));
  }

  @ParameterizedTest
  @MethodSource("changing")
  void aChangedPoolWaitsForTheReceiver(Changing c) {
    assertThat(ways(c.ready, c.sentBefore).to(c.destination, end(c.node, c.receives), c.before))
        .isEqualTo(c.expected);
  }

  @Test
  void wordsOfAnAnnotationAreReadAndWritten() {
    assertThat(Encap.ofWords(Set.of("vxlan", "ipip", "carrier-pigeon")))
        .containsExactlyInAnyOrder(Encap.IPIP, Encap.VXLAN);
    assertThat(Encap.words(Set.of(Encap.VXLAN, Encap.IPIP))).isEqualTo("ipip,vxlan");
  }
}

package io.margay.tunnel.plan;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The kernel export filter that Calico gives to BIRD, as a table. */
class WaysTest {
  private static final Ip4 NEAR = Ip4.of("10.0.0.2");
  private static final Ip4 FAR = Ip4.of("10.0.1.2");

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
            new Way.Ipip(NEAR, Way.Reason.ALWAYS)),
        new Case("always, far", "10.1.0.64/26", FAR, new Way.Ipip(FAR, Way.Reason.ALWAYS)),
        new Case("cross-subnet, near", "10.2.0.0/26", NEAR, new Way.Direct(Way.Reason.SAME_SUBNET)),
        new Case(
            "cross-subnet, far", "10.2.0.0/26", FAR, new Way.Ipip(FAR, Way.Reason.OTHER_SUBNET)),
        new Case(
            "a borrowed address", "10.2.0.9/32", FAR, new Way.Ipip(FAR, Way.Reason.OTHER_SUBNET)),
        new Case(
            "no encapsulation", "10.3.0.0/26", FAR, new Way.Direct(Way.Reason.POOL_UNENCAPSULATED)),
        new Case("vxlan", "10.4.0.0/26", FAR, new Way.NotByBgp(Way.Reason.VXLAN_POOL)),
        new Case("in no pool", "192.168.0.0/24", FAR, new Way.Direct(Way.Reason.NO_POOL)),
        new Case("the default route", "0.0.0.0/0", FAR, new Way.Direct(Way.Reason.NO_POOL)),
        new Case("wider than its pool", "10.1.0.0/15", FAR, new Way.Direct(Way.Reason.NO_POOL)),
        new Case(
            "IPv6 pool that says IPIP",
            "fd00:1::/122",
            Ip.of("fd00::2"),
            new Way.Direct(Way.Reason.POOL_UNENCAPSULATED)),
        new Case(
            "IPv4 behind an IPv6 next hop",
            "10.1.0.0/26",
            Ip.of("fd00::2"),
            new Way.Direct(Way.Reason.NEXT_HOP_NOT_IPV4)),
        new Case(
            "in two pools the first by text decides",
            "10.5.1.0/26",
            FAR,
            new Way.Direct(Way.Reason.POOL_UNENCAPSULATED)));
  }

  private static final List<TunnelPool> POOLS =
      List.of(
          new TunnelPool(Prefix.of("10.5.1.0/24"), EncapMode.ALWAYS, EncapMode.NEVER),
          TunnelPool.plain(Prefix.of("10.5.0.0/16")),
          new TunnelPool(Prefix.of("10.1.0.0/16"), EncapMode.ALWAYS, EncapMode.NEVER),
          new TunnelPool(Prefix.of("10.2.0.0/16"), EncapMode.CROSS_SUBNET, EncapMode.NEVER),
          TunnelPool.plain(Prefix.of("10.3.0.0/16")),
          new TunnelPool(Prefix.of("10.4.0.0/16"), EncapMode.NEVER, EncapMode.CROSS_SUBNET),
          new TunnelPool(Prefix.of("fd00:1::/64"), EncapMode.ALWAYS, EncapMode.NEVER));

  @ParameterizedTest
  @MethodSource("cases")
  void eachDestinationHasItsWayAndReason(Case c) {
    var ways = new Ways(POOLS, Optional.of(Prefix.of("10.0.0.0/24")));
    assertThat(ways.to(Prefix.of(c.destination), c.nextHop)).isEqualTo(c.expected);
  }

  @Test
  void withoutAnOwnAddressEveryNextHopIsInAnotherSubnet() {
    var ways = new Ways(POOLS, Optional.empty());
    assertThat(ways.to(Prefix.of("10.2.0.0/26"), NEAR))
        .isEqualTo(new Way.Ipip(NEAR, Way.Reason.OTHER_SUBNET));
  }

  @Test
  void aPoolWithBothModesIsVxlans() {
    var both = new TunnelPool(Prefix.of("10.1.0.0/16"), EncapMode.ALWAYS, EncapMode.ALWAYS);
    assertThat(new Ways(List.of(both), Optional.empty()).to(Prefix.of("10.1.0.0/26"), FAR))
        .isEqualTo(new Way.NotByBgp(Way.Reason.VXLAN_POOL));
  }
}

package io.margay.route.target;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.kernel.netlink.Rtnl;
import io.margay.kernel.netns.TestNetns;
import io.margay.kernel.rtnl.RouteEntry;
import org.junit.jupiter.api.Test;

class RoutesOfBeforeTest {
  private static final int BIRD = 12;

  @Test
  void oneOfEitherFamilyIsEnough() {
    try (TestNetns node = TestNetns.create();
        Rtnl rtnl = Rtnl.in(node.netns())) {
      node.device("eth0");
      node.ip("addr add 192.0.2.1/24 dev eth0");
      node.ip("addr add 2001:db8::1/64 dev eth0 nodad");
      assertThat(areThere(rtnl)).isFalse();
      node.ip("route add 10.65.1.0/26 via 192.0.2.9 proto 12 table 99");
      assertThat(areThere(rtnl)).as("in another table").isFalse();
      node.ip("route add fd00:65:1::/122 via 2001:db8::9 proto bird");
      assertThat(areThere(rtnl)).isTrue();
      node.ip("route del fd00:65:1::/122");
      node.ip("route add 10.65.1.0/26 via 192.0.2.9 proto bird");
      assertThat(areThere(rtnl)).isTrue();
    }
  }

  private static boolean areThere(Rtnl rtnl) {
    return RoutesOfBefore.areThere(rtnl, RouteEntry.TABLE_MAIN, route -> route.protocol() == BIRD);
  }
}

package io.margay.tunnel.device;

import static io.margay.tunnel.device.VxlanHost.ONE;
import static io.margay.tunnel.device.VxlanHost.PLAN;
import static io.margay.tunnel.device.VxlanHost.SETTINGS;
import static io.margay.tunnel.device.VxlanHost.THREE;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever another program does to the devices, and in whatever order: it is mended. */
@Timeout(90)
class VxlanChaosTest {
  private static final int DOINGS = 60;

  /** Some of them fail, because another has taken away what they are about. */
  private static final List<String> DOINGS_OF_OTHERS =
      List.of(
          "ip link set vxlan.calico down",
          "ip link set vxlan.calico up",
          "ip link set vxlan.calico mtu 1300",
          "ip link set vxlan.calico address 66:00:00:00:00:99",
          "ip link set vxlan.calico type vxlan id 4096 learning",
          "ip link set vxlan.calico type vxlan id 4096 local 192.0.2.77",
          "ip link set vxlan.calico name vxlan.other",
          "ip link del vxlan.other",
          "ip link del vxlan.calico",
          "ip link add vxlan.calico type vxlan id 4096 dstport 4789 dev eth0 group 239.1.1.1",
          "ip link add vxlan.calico type bridge",
          "ip link add thief type vxlan id 4096 dstport 4789 local 192.0.2.1",
          "ip link del thief",
          "ip link del eth0",
          "ip link add eth0 type veth peer name eth0-p",
          "ip link set eth0 name up0",
          "ip link set up0 name eth0",
          "ip addr flush dev vxlan.calico",
          "ip addr add 10.9.9.9/24 dev vxlan.calico",
          "ip neigh flush dev vxlan.calico nud permanent",
          "ip neigh add 10.244.9.0 lladdr 66:00:00:00:00:09 nud permanent dev vxlan.calico",
          "ip neigh replace 10.244.2.0 lladdr 66:00:00:00:00:77 nud permanent dev vxlan.calico",
          "bridge fdb del 66:00:00:00:00:02 dev vxlan.calico dst 192.0.2.2 self",
          "bridge fdb replace 66:00:00:00:00:03 dev vxlan.calico dst 192.0.2.99 self permanent",
          "bridge fdb append 00:00:00:00:00:00 dev vxlan.calico dst 192.0.2.9 self permanent");

  /** What the loop waits for, when it was taken away for long. */
  private static final List<String> GIVEN_BACK =
      List.of(
          "ip link del thief",
          "ip link del vxlan.other",
          "ip link set up0 name eth0",
          "ip link add eth0 type veth peer name eth0-p");

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void allIsAsWantedAgain(long seed) throws InterruptedException {
    var random = new Random(seed);
    try (var host = new VxlanHost();
        var loop = new TunnelLoop(host.node())) {
      loop.want(PLAN);
      for (int i = 0; i < DOINGS; i++) {
        run(host, DOINGS_OF_OTHERS.get(random.nextInt(DOINGS_OF_OTHERS.size())));
        if (i % 5 == 4) {
          GIVEN_BACK.forEach(doing -> run(host, doing));
        }
      }
      Map<TunnelKey, TunnelItem> now = TunnelPlan.vxlan(SETTINGS, ONE, List.of(THREE));
      loop.want(now);
      // The loop's own view may be older than the last doing: events are on their way.
      Map<TunnelKey, TunnelItem> found = host.target().dump();
      while (!found.equals(now)) {
        found = host.target().dump();
      }
      assertThat(found).as("seed %d", seed).isEqualTo(now);
    }
  }

  private static void run(VxlanHost host, String doing) {
    host.node().run(doing.split(" ", -1));
  }
}

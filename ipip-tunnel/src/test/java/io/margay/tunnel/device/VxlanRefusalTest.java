package io.margay.tunnel.device;

import static io.margay.tunnel.device.VxlanHost.DEVICE;
import static io.margay.tunnel.device.VxlanHost.ONE;
import static io.margay.tunnel.device.VxlanHost.PLAN;
import static io.margay.tunnel.device.VxlanHost.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.VxlanSettings;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What the kernel refuses is said with the object that stands in the way; what works stays. */
class VxlanRefusalTest {
  private VxlanHost host;
  private TestNode node;
  private VxlanTarget target;

  @BeforeEach
  void makeNode() {
    host = new VxlanHost();
    node = host.node();
    target = host.target();
  }

  @AfterEach
  void removeNode() {
    host.close();
  }

  @Test
  void aTakenVniIsSaidWithTheDeviceThatHasIt() {
    node.ip("link add weave-vx type vxlan id 4096 dstport 4789 dev eth0 local 192.0.2.1");
    assertThat(host.failures(PLAN))
        .containsEntry(
            DEVICE,
            "vxlan.calico: link add vxlan.calico: EEXIST (VNI 4096 on UDP port 4789 is taken by"
                + " weave-vx)");
  }

  @Test
  void aDeviceThatWorksIsNotGivenUpForOneThatCannotBe() {
    host.want(PLAN);
    int index = host.index();
    node.ip("link add weave-vx type vxlan id 77 dstport 4789 dev eth0 local 192.0.2.1");
    var next = new VxlanSettings(Family.IPV4, 77, 4789, "eth0", 1450, true);
    assertThat(host.failures(TunnelPlan.vxlan(next, ONE, List.of(TWO))).get(DEVICE))
        .contains("VNI 77 on UDP port 4789 is taken by weave-vx");
    assertThat(host.index()).isEqualTo(index);
  }

  @Test
  void aPortThatOpenVswitchHasIsSaidWithItsDevice() {
    node.ip("link add vxlan_sys_4789 type vxlan external dstport 4789");
    node.ip("link set vxlan_sys_4789 up");
    assertThat(host.failures(PLAN).get(DEVICE))
        .contains(
            "EADDRINUSE (UDP port 4789 is taken by vxlan_sys_4789, a VXLAN device of another");
    node.ip("link del vxlan_sys_4789");
    host.mend(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
  }

  @Test
  void anUplinkThatIsNotThereIsNamedAndNothingIsTakenAway() {
    host.want(PLAN);
    int index = host.index();
    node.ip("link set eth0 down");
    node.ip("link set eth0 name up0");
    assertThat(((TunnelItem.VxlanDevice) VxlanHost.item(target.dump())).link().parent())
        .isEqualTo("up0");
    Map<TunnelKey, String> failures = host.failures(PLAN);
    assertThat(failures)
        .containsExactly(
            Map.entry(
                DEVICE, "vxlan.calico: link show eth0: ENODEV (vxlan.calico is to send from it)"));
    assertThat(host.index()).isEqualTo(index);
    node.ip("link del up0");
    assertThat(target.dump()).as("the kernel takes it with its parent").isEmpty();
    assertThat(host.failures(PLAN)).containsKeys(PLAN.keySet().toArray(TunnelKey[]::new));
    node.ip("link add eth0 type veth peer name eth0-p");
    host.mend(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
  }

  @Test
  void anMtuThatTheUplinkCannotCarryIsSaidAndTheRestIsDone() {
    var big = TunnelPlan.vxlan(VxlanSettings.of(Family.IPV4, "eth0", 9000), ONE, List.of(TWO));
    assertThat(host.failures(big).get(DEVICE))
        .contains("mtu 9000: EINVAL (eth0 below it has MTU 1500)");
    assertThat(node.ip("addr show dev vxlan.calico"))
        .contains(",UP,LOWER_UP>")
        .contains("inet 10.244.1.0/32");
  }
}

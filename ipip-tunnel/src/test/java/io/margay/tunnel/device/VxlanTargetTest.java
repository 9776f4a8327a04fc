package io.margay.tunnel.device;

import static io.margay.tunnel.device.VxlanHost.DEVICE;
import static io.margay.tunnel.device.VxlanHost.ONE;
import static io.margay.tunnel.device.VxlanHost.PLAN;
import static io.margay.tunnel.device.VxlanHost.SETTINGS;
import static io.margay.tunnel.device.VxlanHost.THREE;
import static io.margay.tunnel.device.VxlanHost.TWO;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.reconcile.Diff;
import io.margay.tunnel.TestNode;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.Vtep;
import io.margay.tunnel.plan.VxlanSettings;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** VXLAN devices in the kernel; ip(8), bridge(8) and ethtool(8) are the judges. */
class VxlanTargetTest {
  /** What Felix's netlink library asks for, in ip(8)'s words. */
  private static final String AS_FELIX =
      "link add vxlan.calico address 66:00:00:00:00:01 type vxlan id 4096 dev eth0 local 192.0.2.1"
          + " dstport 4789 nolearning";

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
  void whatIsMadeIsWhatFelixMakes() {
    host.want(PLAN);
    String ours = deviceText();
    assertThat(ours)
        .contains("mtu 1450")
        .contains(",UP,LOWER_UP>")
        .contains("link/ether 66:00:00:00:00:01")
        .contains("vxlan id 4096 local 192.0.2.1 dev eth0 srcport 0 0 dstport 4789 nolearning")
        .contains("inet 10.244.1.0/32 scope global vxlan.calico");
    String neighbours = node.ip("neigh show dev vxlan.calico nud permanent");
    assertThat(neighbours.lines().map(String::strip).sorted())
        .containsExactly(
            "10.244.2.0 lladdr 66:00:00:00:00:02 PERMANENT",
            "10.244.3.0 lladdr 66:00:00:00:00:03 PERMANENT");
    assertThat(fdb())
        .isEqualTo(
            "66:00:00:00:00:02 dst 192.0.2.2 self permanent\n"
                + "66:00:00:00:00:03 dst 192.0.2.3 self permanent");
    node.ip("link del vxlan.calico");
    asFelix();
    assertThat(deviceText()).isEqualTo(ours);
  }

  @Test
  void whatAStoppedFelixLeavesIsInSync() {
    asFelix();
    assertThat(target.dump()).isEqualTo(PLAN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "link set vxlan.calico down",
        "link set vxlan.calico mtu 1280",
        "link set vxlan.calico address 66:00:00:00:00:99",
        "link set vxlan.calico type vxlan id 4096 learning",
        "link set vxlan.calico type vxlan id 4096 ttl 3",
        "link set vxlan.calico type vxlan id 4096 local 192.0.2.77",
        "link set vxlan.calico type vxlan id 4096 dev eth0-p",
        "addr del 10.244.1.0/32 dev vxlan.calico",
        "addr add 10.9.9.9/24 dev vxlan.calico",
        "neigh del 10.244.2.0 dev vxlan.calico",
        "neigh replace 10.244.2.0 lladdr 66:00:00:00:00:77 nud permanent dev vxlan.calico",
        "neigh replace 10.244.2.0 lladdr 66:00:00:00:00:02 nud reachable dev vxlan.calico",
        "neigh add 10.244.9.0 lladdr 66:00:00:00:00:09 nud permanent dev vxlan.calico",
        "neigh flush dev vxlan.calico nud permanent",
        "link del vxlan.calico"
      })
  void whatOthersDoToItIsMended(String doing) {
    host.want(PLAN);
    int index = host.index();
    node.ip(doing);
    assertThat(target.dump()).isNotEqualTo(PLAN);
    host.mend(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
    assertThat(host.index() == index)
        .as("the device lives on")
        .isNotEqualTo(doing.contains("link del"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "del 66:00:00:00:00:02 dev vxlan.calico dst 192.0.2.2 self",
        "replace 66:00:00:00:00:02 dev vxlan.calico dst 192.0.2.99 self permanent",
        "replace 66:00:00:00:00:02 dev vxlan.calico dst 192.0.2.2 self dynamic",
        "add 66:00:00:00:00:77 dev vxlan.calico dst 192.0.2.7 self permanent",
        "append 00:00:00:00:00:00 dev vxlan.calico dst 192.0.2.7 self permanent"
      })
  void whatOthersDoToItsForwardingTableIsMended(String doing) {
    host.want(PLAN);
    host.bridgeFdb(doing);
    assertThat(target.dump()).isNotEqualTo(PLAN);
    host.mend(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id 4097 dstport 4789 dev eth0 local 192.0.2.1",
        "id 4096 dstport 8472 dev eth0 local 192.0.2.1 nolearning",
        "id 4096 dstport 4789 dev eth0 group 239.1.1.1",
        "id 4096 dstport 4789 dev eth0 local 192.0.2.1 l2miss",
        "id 4096 dstport 4789 dev eth0 local 192.0.2.1 gbp",
        "id 4096 dstport 4789 dev eth0 local 2001:db8::1",
        "external dstport 4789"
      })
  void aDeviceThatCannotBeChangedIsMadeAnew(String other) {
    node.ip("link add vxlan.calico type vxlan " + other);
    node.ip("link set vxlan.calico up");
    host.mend(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
  }

  @Test
  void anotherKindOfDeviceWithTheNameIsReplaced() {
    node.ip("link add vxlan.calico type bridge");
    assertThat(target.dump()).isEmpty();
    host.want(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
  }

  @Test
  void aDeviceThatIsMadeAnewHasTheEntriesOfTheOldOne() {
    host.want(PLAN);
    var next = new VxlanSettings(Family.IPV4, 77, 4790, "eth0", 1450, true);
    Map<TunnelKey, TunnelItem> plan = TunnelPlan.vxlan(next, ONE, List.of(TWO, THREE));
    VxlanHost.assertDone(target.apply(new Diff<>(Map.of(DEVICE, VxlanHost.item(plan)), Set.of())));
    assertThat(target.dump()).isEqualTo(plan);
  }

  @Test
  void anotherUplinkAndAddressLeaveRoutesAndEntries() {
    host.want(PLAN);
    int index = host.index();
    node.ip("route add 10.244.2.0/26 via 10.244.2.0 dev vxlan.calico onlink proto 80");
    node.ip("link add eth1 type veth peer name eth1-p");
    node.ip("addr add 198.51.100.1/24 dev eth1");
    var self = VxlanHost.vtep("one", "10.244.1.0", "66:00:00:00:00:01", "198.51.100.1");
    var plan =
        TunnelPlan.vxlan(VxlanSettings.of(Family.IPV4, "eth1", 1450), self, List.of(TWO, THREE));
    VxlanHost.assertDone(target.apply(new Diff<>(Map.of(DEVICE, VxlanHost.item(plan)), Set.of())));
    assertThat(target.dump()).isEqualTo(plan);
    assertThat(host.index()).isEqualTo(index);
    assertThat(node.ip("route show dev vxlan.calico")).contains("10.244.2.0/26");
  }

  @Test
  void aNodeWithAnotherAddressNeverLosesItsEntry() {
    host.want(PLAN);
    var moved = VxlanHost.vtep("two", "10.244.2.0", "66:00:00:00:00:02", "192.0.2.222");
    var monitored = TunnelPlan.vxlan(SETTINGS, ONE, List.of(moved, THREE));
    host.mend(monitored);
    assertThat(fdb()).contains("66:00:00:00:00:02 dst 192.0.2.222 self permanent");
    assertThat(target.dump()).isEqualTo(monitored);
  }

  @Test
  void removalTakesTheDeviceAndIsDoneWhenItWasGone() {
    host.want(PLAN);
    var remove = new Diff<TunnelKey, TunnelItem>(Map.of(), PLAN.keySet());
    VxlanHost.assertDone(target.apply(remove));
    assertThat(target.dump()).isEmpty();
    assertThat(node.ip("link show type vxlan")).isEmpty();
    VxlanHost.assertDone(target.apply(remove));
  }

  @Test
  void flannelsDeviceIsNotTouched() {
    node.ip(
        "link add flannel.1 address ee:00:00:00:00:01 type vxlan id 1 dev eth0 local 192.0.2.1"
            + " dstport 8472 nolearning");
    node.ip("addr add 10.42.1.0/32 dev flannel.1");
    node.ip("link set flannel.1 up mtu 1450");
    node.ip("neigh add 10.42.2.0 lladdr ee:00:00:00:00:02 nud permanent dev flannel.1");
    host.bridgeFdb("add ee:00:00:00:00:02 dev flannel.1 dst 192.0.2.2 self permanent");
    node.ip("route add 10.42.2.0/24 via 10.42.2.0 dev flannel.1 onlink");
    String before = flannel();
    host.want(PLAN);
    host.mend(TunnelPlan.vxlan(SETTINGS, ONE, List.of(THREE)));
    target.apply(new Diff<>(Map.of(), target.dump().keySet()));
    assertThat(flannel()).isEqualTo(before);
  }

  @Test
  void checksumsAreMadeInSoftwareWhereAskedAndElseLeftAsTheyAre() {
    host.want(PLAN);
    assertThat(node.run("ethtool", "-k", "vxlan.calico").out()).contains("tx-checksumming: on");
    var broken = new VxlanSettings(Family.IPV4, 4096, 4789, "eth0", 1450, false);
    var plan = TunnelPlan.vxlan(broken, ONE, List.of(TWO, THREE));
    host.mend(plan);
    assertThat(node.run("ethtool", "-k", "vxlan.calico").out()).contains("tx-checksumming: off");
    assertThat(target.dump()).isEqualTo(plan);
    node.run("ethtool", "-K", "vxlan.calico", "tx", "on").orThrow();
    assertThat(target.dump()).isNotEqualTo(plan);
    host.mend(plan);
    assertThat(target.dump()).isEqualTo(plan);
    host.mend(PLAN);
    assertThat(target.dump()).isEqualTo(PLAN);
    assertThat(node.run("ethtool", "-k", "vxlan.calico").out()).contains("tx-checksumming: off");
  }

  @Test
  void bothFamiliesStandBesideEachOther() {
    node.ip("addr add 2001:db8::1/64 dev eth0 nodad");
    var one = VxlanHost.vtep("one", "fd00:1::", "66:00:00:00:00:11", "2001:db8::1");
    var two = VxlanHost.vtep("two", "fd00:2::", "66:00:00:00:00:12", "2001:db8::2");
    var plan = new HashMap<>(PLAN);
    plan.putAll(TunnelPlan.vxlan(VxlanSettings.of(Family.IPV6, "eth0", 1430), one, List.of(two)));
    host.want(plan);
    assertThat(node.ip("-o -6 addr show dev vxlan-v6.calico"))
        .contains("inet6 fd00:1::/128 scope global")
        .doesNotContain("fe80");
    assertThat(node.run("cat", "/proc/sys/net/ipv6/conf/vxlan-v6.calico/accept_ra").out().strip())
        .isEqualTo("0");
    assertThat(node.ip("-6 neigh show dev vxlan-v6.calico nud permanent"))
        .isEqualTo("fd00:2:: lladdr 66:00:00:00:00:12 PERMANENT");
  }

  private void asFelix() {
    node.ip(AS_FELIX);
    node.ip("link set vxlan.calico mtu 1450");
    node.ip("addr add 10.244.1.0/32 dev vxlan.calico");
    node.ip("link set vxlan.calico up");
    for (Vtep vtep : List.of(TWO, THREE)) {
      node.ip(
          "neigh replace "
              + vtep.tunnelAddress()
              + " lladdr "
              + vtep.mac()
              + " nud permanent dev vxlan.calico");
      host.bridgeFdb(
          "replace "
              + vtep.mac()
              + " dev vxlan.calico dst "
              + vtep.nodeAddress()
              + " self permanent");
    }
  }

  /** Without the two numbers that each new device has anew. */
  private String deviceText() {
    return node.ip("-d addr show dev vxlan.calico")
        .replaceFirst("^\\d+", "N")
        .replaceAll("inet6 fe80.*\\s+valid_lft.*", "")
        .replaceAll("valid_lft forever preferred_lft forever", "");
  }

  private String flannel() {
    return node.ip("-d addr show dev flannel.1")
        + node.ip("neigh show dev flannel.1")
        + node.ip("route show dev flannel.1")
        + node.run("bridge", "fdb", "show", "dev", "flannel.1").orThrow().out();
  }

  private String fdb() {
    return String.join(
        "\n",
        node.run("bridge", "fdb", "show", "dev", "vxlan.calico")
            .orThrow()
            .out()
            .lines()
            .map(String::strip)
            .sorted()
            .toList());
  }
}

package io.margay.lab.command;

import static io.margay.lab.command.TestLab.await;
import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.lab.plan.Families;
import io.margay.lab.plan.LabPlan;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** A cluster without any IPv4: nodes, pods, routers, the API server. */
class Ipv6OnlyTest {
  private static TestLab lab;

  @BeforeAll
  static void build() throws Exception {
    TestLab.isPossible();
    lab = new TestLab().up(Families.IPV6);
    assertThat(lab.manifests("apply", Map.of("pods.yaml", FamilyPods.manifest(Families.IPV6))))
        .as(lab.said.toString())
        .isZero();
    String[][] pairs = {{"t1", "t3"}, {"t1", "t2"}, {"p1", "p3"}, {"p1", "p2"}};
    FamilyPods.meet(lab, Family.IPV6, pairs);
  }

  @AfterAll
  static void takeAway() throws InterruptedException {
    if (lab != null) {
      lab.takeAway();
    }
  }

  @Test
  void nothingHasAnIpv4Address() {
    for (String place : new String[] {"node1", "default/t1", "default/p3"}) {
      assertThat(lab.in(place, "ip", "-4", "-br", "addr", "show", "scope", "global")).isBlank();
    }
    assertThat(lab.in("node1", "ip", "-4", "route")).isBlank();
    assertThat(lab.in("node1", "ip", "-br", "link")).doesNotContain("tunl0", "vxlan.calico@");
    assertThat(lab.in("default/t1", "ip", "link", "show", "eth0")).contains("mtu 1430");
    assertThat(lab.in("node1", "ip", "-6", "route", "show", "type", "blackhole"))
        .contains("fd00:10:244:", "fd00:10:245:");
  }

  @Test
  void masqueradedIsThePoolThatSaysSo() {
    lab.in(LabPlan.ROUTER, TestLab.tool(), "serve", "tcp:8088");
    assertThat(FamilyPods.seenAs(lab, "default/t1", "fd00:30:1::1", 8088))
        .isEqualTo("fd00:30:1::9");
    assertThat(FamilyPods.seenAs(lab, "default/p1", "fd00:30:1::1", 8088))
        .isEqualTo(FamilyPods.address(lab, "p1", Family.IPV6));
  }

  /** calico-node's id for the same name: SHA-256 of node1 begins with these bytes. */
  @Test
  void sessionsAreOverIpv6WithIdsMadeOfNames() throws Exception {
    await(
        "BIRD has all its sessions",
        () ->
            lab.in("bird1", "birdc", "show", "protocols")
                    .lines()
                    .filter(line -> line.contains("Established"))
                    .count()
                == 6);
    String id = id("node1");
    assertThat(lab.in("bird1", "birdc", "show", "protocols", "all", "Mesh_fd00_30_1__9"))
        .contains("Neighbor address: fd00:30:1::9", "Neighbor ID:      " + id);
    assertThat(lab.in("node1", "ss", "-Htln", "sport = :179")).doesNotContain("0.0.0.0:179");
    assertThat(
            lab.in(
                "node1", "/usr/sbin/birdc", "-s", "/var/run/calico/bird6.ctl", "show", "protocols"))
        .containsPattern("Mesh_fd00_30_2__13 BGP +master +up +[0-9:]{8} +Established");
    assertThat(
            lab.in(
                "node1", "/usr/sbin/birdc", "-s", "/var/run/calico/bird.ctl", "show", "protocols"))
        .doesNotContain("Mesh_");
  }

  private static String id(String name) {
    String hash = lab.in("node1", "sh", "-c", "printf " + name + " | sha256sum");
    var bytes = new StringBuilder();
    for (int i = 0; i < 4; i++) {
      int value = Integer.parseInt(hash.substring(2 * i, 2 * i + 2), 16);
      bytes.append(i == 0 ? "" : ".").append(i == 0 && value > 223 ? value - 32 : value);
    }
    return bytes.toString();
  }

  @Test
  void theViewsAreRightWithoutIpv4() {
    assertThat(lab.margayctl("node1", "node", "status"))
        .contains("IPv6 BGP status", "fd00:30:2::13", "Established");
    assertThat(lab.margayctl("node1", "bgp", "summary")).contains(id("node1"));
    String far = FamilyPods.address(lab, "t3", Family.IPV6);
    assertThat(lab.margayctl("node1", "ipam", "show", "--ip", far)).contains("t3");
    assertThat(lab.margayctl("node1", "ipam", "show")).contains("fd00:10:244::/64");
    assertThat(lab.margayctl("node1", "fib", "show")).contains("vxlan-v6.calico", "installed");
    assertThat(lab.margayctl("node1", "fib", "diff")).doesNotContain("missing", "different");
    assertThat(lab.margayctl("node1", "tunnel", "show"))
        .contains("vxlan-v6", "fd00:30:2::13")
        .doesNotContain("drift");
  }
}

package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Pool;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpPool.Encapsulation;
import io.margay.tunnel.plan.EncapMode;
import io.margay.tunnel.plan.TunnelAddress;
import io.margay.tunnel.plan.TunnelPool;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PoolStageTest {
  private static final Prefix CIDR = Prefix.of("10.244.0.0/16");

  private static IpPool pool(
      Encapsulation ipip, boolean disabled, String selector, boolean usable) {
    return new IpPool(
        "east",
        CIDR,
        ipip,
        Encapsulation.NEVER,
        true,
        disabled,
        false,
        26,
        selector,
        "team == 'a'",
        Set.of(IpPool.Use.WORKLOAD, IpPool.Use.TUNNEL),
        IpPool.AssignmentMode.AUTOMATIC,
        "",
        usable);
  }

  private static ClusterImage image(IpPool pool) {
    return Images.of(pool, Images.self(Map.of("zone", "east"), Optional.empty()));
  }

  @ParameterizedTest
  @CsvSource({
    "ALWAYS, false, all(), true, true",
    "CROSS_SUBNET, false, zone == 'east', true, true",
    "NEVER, false, all(), true, false",
    "ALWAYS, true, all(), true, false",
    "ALWAYS, false, zone == 'west', true, false",
    "ALWAYS, false, zone ==, true, false",
    "ALWAYS, false, all(), false, false"
  })
  void theTunnelAddressComesFromPoolsThatAskForIpipAndSelectTheNode(
      Encapsulation ipip, boolean disabled, String selector, boolean usable, boolean eligible) {
    ClusterImage image = image(pool(ipip, disabled, selector, usable));
    assertThat(PoolStage.addressPools(image, Images.SELF, TunnelAddress.Type.IPIP))
        .isEqualTo(eligible ? Set.of(CIDR) : Set.of());
  }

  @Test
  void selectorsAreAnsweredForThisNode() {
    ClusterImage image = image(pool(Encapsulation.ALWAYS, false, "zone == 'east'", true));
    Pool pool = PoolStage.forAllocation(image, Images.SELF).getFirst();
    assertThat(pool.node().matches()).isTrue();
    assertThat(pool.namespace().matches(Optional.of(Map.of("team", "a")))).isTrue();
    assertThat(pool.namespace().matches(Optional.of(Map.of("team", "b")))).isFalse();
    assertThat(pool.disabled()).isFalse();
  }

  @Test
  void aPoolThatControllersRefuseGivesNoAddress() {
    ClusterImage image = image(pool(Encapsulation.ALWAYS, false, "all()", false));
    assertThat(PoolStage.forAllocation(image, Images.SELF).getFirst().disabled()).isTrue();
  }

  @Test
  void aNodeThatIsNotThereHasNoLabels() {
    IpPool pool = pool(Encapsulation.ALWAYS, false, "zone == 'east'", true);
    assertThat(PoolStage.addressPools(Images.of(pool), Images.SELF, TunnelAddress.Type.IPIP))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "10.244.0.0/16 | ALWAYS | NEVER | '' | false | ''",
        "10.244.0.0/16 | ALWAYS | NEVER | udp | true | ''",
        "10.244.0.0/16 | NEVER | CROSS_SUBNET | udp | true | ''",
        "10.244.0.0/16 | ALWAYS | NEVER | UDP | false | is \"UDP\"; expected udp, or no such annotation. ipipMode and vxlanMode count alone.",
        "10.244.0.0/16 | NEVER | NEVER | udp | false | is \"udp\"; ipipMode and vxlanMode are Never, so nothing is encapsulated; set one to Always or CrossSubnet.",
        "fd00:1::/64 | NEVER | ALWAYS | udp | false | is \"udp\"; UDP carries IPv4 only. ipipMode and vxlanMode count alone; take the annotation off."
      })
  void theAnnotationAsksForUdpOrIsToldWhyItDoesNot(
      String cidr,
      Encapsulation ipip,
      Encapsulation vxlan,
      String encapsulation,
      boolean udp,
      String note) {
    ClusterImage image = Images.of(Images.pool(cidr, ipip, vxlan, encapsulation));
    assertThat(PoolStage.forTunnels(image).getFirst().usesUdp()).isEqualTo(udp);
    assertThat(PoolStage.notes(image))
        .isEqualTo(
            note.isEmpty()
                ? List.of()
                : List.of(
                    "IPPool \""
                        + cidr
                        + "\": metadata.annotations.margay.io/encapsulation "
                        + note));
  }

  @Test
  void theTunnelPlanSeesDisabledPoolsToo() {
    ClusterImage image = image(pool(Encapsulation.CROSS_SUBNET, true, "all()", true));
    assertThat(PoolStage.forTunnels(image))
        .isEqualTo(List.of(new TunnelPool(CIDR, EncapMode.CROSS_SUBNET, EncapMode.NEVER)));
  }
}

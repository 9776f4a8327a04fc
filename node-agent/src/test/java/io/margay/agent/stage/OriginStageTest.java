package io.margay.agent.stage;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.rib.LocalRoute;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Owner;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.PodKey;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class OriginStageTest {
  private static Affinity affinity(String node, String block, Affinity.State state) {
    return Affinity.of(Owner.host(node), Prefix.of(block), state);
  }

  private static final ClusterImage IMAGE =
      Images.of(
          affinity("n1", "10.244.1.64/26", Affinity.State.CONFIRMED),
          affinity("n1", "10.244.1.0/26", Affinity.State.CONFIRMED),
          affinity("n1", "10.244.2.0/26", Affinity.State.PENDING),
          affinity("n1", "10.244.3.7/32", Affinity.State.CONFIRMED),
          affinity("n2", "10.244.4.0/26", Affinity.State.CONFIRMED));

  @Test
  void onlyConfirmedBlocksOfThisNodeAreItsOwn() {
    assertThat(OriginStage.ownBlocks(IMAGE, Images.SELF).stream().map(Prefix::toString))
        .containsExactly("10.244.1.0/26", "10.244.1.64/26", "10.244.3.7/32");
  }

  @Test
  void unusedAddressesEndHereAlsoInBlocksThatAreBeingClaimed() {
    assertThat(OriginStage.blackholes(IMAGE, Images.SELF).stream().map(Prefix::toString))
        .containsExactly("10.244.1.0/26", "10.244.1.64/26", "10.244.2.0/26");
  }

  @Test
  void blocksPodsAndTheTunnelAddressAreToldWithTheirKind() {
    var pod =
        new LocalPods.LocalPod(
            new PodKey("shop", "web"), "cali1", List.of(Ip.of("10.9.0.1")), true);
    var routes =
        OriginStage.routes(IMAGE, Images.SELF, List.of(pod), Optional.of(Ip.of("10.244.1.5")));
    assertThat(routes.values())
        .containsExactlyInAnyOrder(
            LocalRoute.of(Prefix.of("10.244.1.0/26"), LocalRoute.Kind.BLOCK),
            LocalRoute.of(Prefix.of("10.244.1.64/26"), LocalRoute.Kind.BLOCK),
            LocalRoute.on(Prefix.of("10.9.0.1/32"), LocalRoute.Kind.WORKLOAD, "cali1"),
            LocalRoute.on(Prefix.of("10.244.1.5/32"), LocalRoute.Kind.DIRECT, "tunl0"));
  }
}

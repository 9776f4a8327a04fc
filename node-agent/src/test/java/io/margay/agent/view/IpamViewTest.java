package io.margay.agent.view;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.Change;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class IpamViewTest {
  private static IpPool pool(String cidr) {
    return new IpPool(
        "pool-" + cidr,
        Prefix.of(cidr),
        IpPool.Encapsulation.NEVER,
        IpPool.Encapsulation.NEVER,
        true,
        false,
        false,
        26,
        "all()",
        "",
        Set.of(IpPool.Use.WORKLOAD),
        IpPool.AssignmentMode.AUTOMATIC,
        "",
        true);
  }

  private static ClusterImage image(IpPool[] pools, IpamBlock... blocks) {
    var poolChanges = new HashMap<String, Change<IpPool>>();
    for (IpPool pool : pools) {
      poolChanges.put(pool.name(), new Change.Put<>(Optional.empty(), pool));
    }
    var blockChanges = new HashMap<String, Change<IpamBlock>>();
    for (IpamBlock block : blocks) {
      blockChanges.put(block.cidr().toString(), new Change.Put<>(Optional.empty(), block));
    }
    ClusterDelta none = ClusterDelta.NONE;
    return ClusterImage.EMPTY.apply(
        new ClusterDelta(
            none.nodes(),
            none.namespaces(),
            none.pods(),
            none.serviceAccounts(),
            none.networkPolicies(),
            poolChanges,
            blockChanges,
            none.blockAffinities(),
            none.bgpConfigurations(),
            none.bgpPeers(),
            none.bgpFilters(),
            none.clusterInformations(),
            none.felixConfigurations()));
  }

  @Test
  void poolsAreInOrderAndCountTheirOwnLivingBlocks() {
    ClusterImage image =
        image(
            new IpPool[] {pool("10.245.0.0/24"), pool("10.244.0.0/24")},
            new IpamBlock(Prefix.of("10.244.0.64/26"), Optional.empty(), 3, false),
            new IpamBlock(Prefix.of("10.244.0.0/26"), Optional.of("host:n1"), 5, false),
            new IpamBlock(Prefix.of("10.244.0.128/26"), Optional.of("host:n2"), 9, true),
            new IpamBlock(Prefix.of("10.246.0.0/26"), Optional.of("host:n2"), 7, false));
    assertThat(IpamView.of(image))
        .hasToString(
            "{pools=[{cidr=10.244.0.0/24, total=256.0, inUse=8, name=pool-10.244.0.0/24,"
                + " blocks=[{cidr=10.244.0.0/26, total=64.0, inUse=5, affinity=host:n1},"
                + " {cidr=10.244.0.64/26, total=64.0, inUse=3, affinity=}]},"
                + " {cidr=10.245.0.0/24, total=256.0, inUse=0, name=pool-10.245.0.0/24,"
                + " blocks=[]}]}");
    assertThat(IpamView.of(ClusterImage.EMPTY)).isEqualTo(Map.of("pools", List.of()));
  }
}

package io.margay.agent.view;

import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpPool;
import io.margay.kube.types.IpamBlock;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Pools and blocks with how full they are. */
public final class IpamView {
  private IpamView() {}

  public static Map<String, Object> of(ClusterImage image) {
    Collection<IpamBlock> blocks = image.ipamBlocks().values();
    return Map.of(
        "pools",
        image.ipPools().values().stream()
            .sorted(Comparator.comparing(IpPool::cidr))
            .map(pool -> pool(pool, blocks))
            .toList());
  }

  private static Map<String, Object> pool(IpPool pool, Collection<IpamBlock> all) {
    List<IpamBlock> blocks =
        all.stream()
            .filter(block -> pool.cidr().contains(block.cidr()) && !block.deleted())
            .sorted(Comparator.comparing(IpamBlock::cidr))
            .toList();
    var value = range(pool.cidr(), blocks.stream().mapToInt(IpamBlock::used).sum());
    value.put("name", pool.name());
    value.put("blocks", blocks.stream().map(IpamView::block).toList());
    return value;
  }

  private static Map<String, Object> block(IpamBlock block) {
    var row = range(block.cidr(), block.used());
    row.put("affinity", block.affinity().orElse(""));
    return row;
  }

  private static Map<String, Object> range(Prefix cidr, int used) {
    var value = new LinkedHashMap<String, Object>();
    value.put("cidr", cidr.toString());
    value.put("total", Math.pow(2, cidr.family().bits() - cidr.length()));
    value.put("inUse", used);
    return value;
  }
}

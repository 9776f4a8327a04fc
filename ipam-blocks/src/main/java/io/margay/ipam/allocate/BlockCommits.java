package io.margay.ipam.allocate;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.store.Block;
import java.util.Collection;
import java.util.concurrent.ConcurrentSkipListMap;

/** The blocks that this node has written to, each with its queue. */
final class BlockCommits {
  private final ConcurrentSkipListMap<Prefix, BlockCommit> byCidr = new ConcurrentSkipListMap<>();
  private final TwoPhase<Prefix, Block> blocks;
  private final AllocatorStats.Counters counters;

  BlockCommits(TwoPhase<Prefix, Block> blocks, AllocatorStats.Counters counters) {
    this.blocks = blocks;
    this.counters = counters;
  }

  BlockCommit of(Prefix cidr) {
    return byCidr.computeIfAbsent(cidr, c -> new BlockCommit(c, blocks, counters));
  }

  /** In the order of their addresses: the node fills its blocks one after the other. */
  Collection<BlockCommit> all() {
    return byCidr.values();
  }
}

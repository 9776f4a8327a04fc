package io.margay.ipam.allocate;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.claim.Abandonment;
import io.margay.ipam.claim.BlockOrder;
import io.margay.ipam.claim.Candidates;
import io.margay.ipam.claim.Claim;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.BlockStore;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.Stored;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.random.RandomGenerator;

/**
 * Finds the block that an address comes from: one of the node's own with room, a new one, another
 * node's empty one, and last another node's free address. The first is answered from memory; the
 * rest is for one caller at a time, so that a hundred pods that start together claim one block, not
 * a hundred.
 */
final class BlockFinder {
  private static final EventLog LOG = EventLog.of(BlockFinder.class);

  /** What was found. */
  sealed interface Found {
    /** A block of the node's own, with a promise for the caller. */
    record Own(BlockCommit block) implements Found {}

    /** Blocks of others with room, in the order in which they are to be tried. */
    record Foreign(List<Prefix> blocks) implements Found {}

    record Nothing(Refusal why) implements Found {}
  }

  /** What holds for one search. */
  record Search(Family family, PoolChoice.Chosen pools, List<Pool> allPools, Rules rules) {}

  private final Owner owner;
  private final BlockStore store;
  private final BlockCommits commits;
  private final ClaimRunner claims;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final AllocatorStats.Counters counters;
  private final ReentrantLock searching = new ReentrantLock();
  private final SharedRead<List<Stored<Block>>> allBlocks;

  BlockFinder(
      Owner owner,
      BlockStore store,
      BlockCommits commits,
      ClaimRunner claims,
      InstantSource clock,
      RandomGenerator random,
      AllocatorStats.Counters counters) {
    this.owner = owner;
    this.store = store;
    this.commits = commits;
    this.claims = claims;
    this.clock = clock;
    this.random = random;
    this.counters = counters;
    this.allBlocks = new SharedRead<>(() -> store.blocks().list());
  }

  Found find(Search search) {
    Optional<Found> known = promised(search);
    if (known.isPresent()) {
      return known.get();
    }
    searching.lock();
    try {
      // Whoever had the lock before may have claimed what is needed here.
      return promised(search).orElseGet(() -> searchStore(search));
    } finally {
      searching.unlock();
    }
  }

  private Optional<Found> promised(Search search) {
    for (BlockCommit commit : commits.all()) {
      if (search.pools().around(commit.cidr()).isPresent()
          && commit.promise(owner, search.rules().reserved())) {
        return Optional.of(new Found.Own(commit));
      }
    }
    return Optional.empty();
  }

  private Found searchStore(Search search) {
    var own = new ArrayList<Prefix>();
    for (Stored<Affinity> affinity : store.affinitiesOf(owner)) {
      Prefix cidr = affinity.value().key().cidr();
      if (affinity.value().deleted() || cidr.family() != search.family()) {
        continue;
      }
      if (search.pools().around(cidr).isEmpty()) {
        abandonIfUnselected(cidr, search.allPools());
        continue;
      }
      own.add(cidr);
      if (search.rules().reserved().covers(cidr)) {
        continue;
      }
      Optional<Found> found =
          use(claims.load(new Claim(owner, cidr, clock.instant()), affinity), cidr, search);
      if (found.isPresent()) {
        return found.get();
      }
    }
    IpamConfig config = search.rules().config();
    if (own.size() >= config.blockLimit()) {
      return new Found.Nothing(
          new Refusal.BlockLimit(config.blockLimit(), own, search.pools().names()));
    }
    return claimOrBorrow(search, own.size());
  }

  private Found claimOrBorrow(Search search, int ownBlocks) {
    IpamConfig config = search.rules().config();
    if (config.autoAllocateBlocks()) {
      Optional<Found> claimed = claim(search);
      if (claimed.isPresent()) {
        return claimed.get();
      }
    }
    Map<Prefix, Block> existing = existing();
    Candidates candidates = candidates(search, existing, Set.of());
    if (!config.strictAffinity() && !candidates.withRoom().isEmpty()) {
      return new Found.Foreign(candidates.withRoom().stream().map(Block::cidr).toList());
    }
    int all =
        (int) existing.keySet().stream().filter(c -> search.pools().around(c).isPresent()).count();
    return new Found.Nothing(
        new Refusal.Exhausted(
            search.pools().names(),
            ownBlocks,
            all,
            config.autoAllocateBlocks(),
            !config.strictAffinity()));
  }

  /** Claims what does not exist, then what nobody uses. */
  private Optional<Found> claim(Search search) {
    Map<Prefix, Block> existing = existing();
    var tried = new HashSet<Prefix>();
    Candidates candidates = candidates(search, existing, tried);
    while (candidates.claimable().isPresent() && tried.size() < Tries.MOST) {
      Prefix cidr = candidates.claimable().get();
      Optional<Found> found =
          use(claims.claim(new Claim(owner, cidr, clock.instant())), cidr, search);
      if (found.isPresent()) {
        return found;
      }
      tried.add(cidr);
      candidates = candidates(search, existing, tried);
    }
    for (Block empty : candidates.empty()) {
      if (Candidates.isOldEnough(empty, clock.instant()) && takeFrom(empty)) {
        Prefix cidr = empty.cidr();
        Optional<Found> found =
            use(claims.claim(new Claim(owner, cidr, clock.instant())), cidr, search);
        if (found.isPresent()) {
          counters.stolen.increment();
          return found;
        }
      }
    }
    return Optional.empty();
  }

  /** Remembers a block that is the owner's now, and promises an address of it if it has one. */
  private Optional<Found> use(Claim.End end, Prefix cidr, Search search) {
    return switch (end) {
      case Claim.End.Claimed(var block, boolean created) -> {
        if (created) {
          counters.claimed.increment();
          LOG.info("ipam.block.claimed", "block", cidr, "owner", owner);
        }
        BlockCommit commit = commits.of(cidr);
        commit.learned(block);
        yield commit.promise(owner, search.rules().reserved())
            ? Optional.of(new Found.Own(commit))
            : Optional.empty();
      }
      case Claim.End.NotOurs(var holder) -> {
        LOG.info(
            "ipam.block.lost",
            "block",
            cidr,
            "holder",
            holder.map(Owner::toString).orElse("nobody"));
        yield Optional.empty();
      }
      case Claim.End.Interrupted _ -> {
        LOG.warn("ipam.block.contended", "block", cidr, "tries", Tries.MOST);
        yield Optional.empty();
      }
    };
  }

  private boolean takeFrom(Block empty) {
    Owner holder = empty.affinity().orElseThrow();
    var wish = new Abandonment(holder, empty.cidr(), true, OptionalLong.of(empty.sequenceNumber()));
    Abandonment.End end = claims.abandon(wish);
    if (end instanceof Abandonment.End.Abandoned) {
      LOG.info("ipam.block.taken_over", "block", empty.cidr(), "from", holder);
      return true;
    }
    LOG.debug("ipam.block.left", "block", empty.cidr(), "to", holder, "why", end);
    return false;
  }

  /** Gives an empty block back whose pool does not select this node any more. */
  void abandonIfUnselected(Prefix cidr, List<Pool> pools) {
    Optional<Pool> pool =
        pools.stream().filter(p -> !p.disabled() && p.cidr().contains(cidr)).findFirst();
    if (pool.isEmpty() || pool.get().node().matches()) {
      return;
    }
    Abandonment.End end = claims.abandon(new Abandonment(owner, cidr, true, OptionalLong.empty()));
    if (end instanceof Abandonment.End.Abandoned) {
      LOG.info(
          "ipam.block.given_up",
          "block",
          cidr,
          "pool",
          pool.get().name(),
          "selector",
          pool.get().node().selector());
    }
  }

  private Map<Prefix, Block> existing() {
    var existing = new HashMap<Prefix, Block>();
    for (Stored<Block> block : allBlocks.get()) {
      if (!block.value().deleted()) {
        existing.put(block.value().cidr(), block.value());
      }
    }
    return existing;
  }

  private Candidates candidates(Search search, Map<Prefix, Block> existing, Set<Prefix> skip) {
    var orders = new ArrayList<BlockOrder>();
    for (Pool pool : search.pools().pools()) {
      boolean single = pool.blockSize() == pool.family().bits();
      long seed = single ? random.nextLong() : BlockOrder.seed(owner.name());
      orders.add(BlockOrder.of(pool.cidr(), pool.blockSize(), seed));
    }
    return Candidates.among(orders, existing, skip, owner, search.rules().reserved());
  }
}

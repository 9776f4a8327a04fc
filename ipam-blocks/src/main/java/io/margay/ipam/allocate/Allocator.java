package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.BlockCommit.Edited;
import io.margay.ipam.allocate.BlockCommit.Outcome;
import io.margay.ipam.block.Assignment;
import io.margay.ipam.block.Occupancy;
import io.margay.ipam.block.Reserved;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import io.margay.ipam.store.BlockStore;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.ipam.store.Stored;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/**
 * Gives addresses to the pods and tunnels of one node and takes them back. Called by any number of
 * threads, each for one request; a caller waits while the store is asked, and shares the write of a
 * block with all who want one of its addresses at the time.
 *
 * <p>Order of writes: the handle, then the block; at release the block, then the handle. Whatever
 * breaks off in between, no address is given twice and each can be released by its handle.
 */
public final class Allocator {
  private static final EventLog LOG = EventLog.of(Allocator.class);

  private final Owner owner;
  private final Supplier<List<Pool>> pools;
  private final HandleLocks locks = new HandleLocks();
  private final AllocatorStats.Counters counters = new AllocatorStats.Counters();
  private final TwoPhase<Prefix, Block> blocks;
  private final BlockCommits commits;
  private final HandleCounts handles;
  private final BlockFinder finder;
  private final GivenAddress given;
  private final Releaser releaser;
  private final SharedRead<Rules> rules;

  /**
   * @param node the node's name, as in {@code host:<node>}
   * @param pools the cluster's pools as this node sees them, both families, disabled ones included;
   *     asked for each request
   * @param clock the system's time, for claims
   * @param random orders pools whose blocks hold one address
   */
  public Allocator(
      String node,
      BlockStore store,
      Supplier<List<Pool>> pools,
      InstantSource clock,
      RandomGenerator random) {
    this.owner = Owner.host(node);
    this.pools = pools;
    this.blocks = new TwoPhase<>(store.blocks(), Block::cidr);
    this.handles = new HandleCounts(new TwoPhase<>(store.handles(), Handle::id));
    this.commits = new BlockCommits(blocks, counters);
    var claims = new ClaimRunner(blocks, new TwoPhase<>(store.affinities(), Affinity::key));
    this.finder = new BlockFinder(owner, store, commits, claims, clock, random, counters);
    this.given = new GivenAddress(owner, blocks, commits, handles, claims, clock);
    this.releaser = new Releaser(owner, store, commits, handles, finder, locks);
    this.rules =
        new SharedRead<>(() -> new Rules(store.config(), Reserved.of(store.reservations())));
  }

  /** Gives any address that the request allows. */
  public AssignResult assign(AssignRequest request) {
    return counted(
        request.handle(), () -> locks.shared(request.handle(), () -> tryAssign(request)));
  }

  /** Gives this address, reserved or not. */
  public AssignResult assignGiven(GivenRequest request) {
    return counted(
        request.handle(),
        () ->
            locks.shared(
                request.handle(), () -> given.assign(request, pools.get(), rules.get().config())));
  }

  /** Takes all addresses of a handle back. Doing it again is safe. */
  public ReleaseResult releaseHandle(String handle) {
    return released(() -> releaser.releaseHandle(handle, pools.get()));
  }

  /**
   * Takes single addresses back; those that are free already are passed over. When one is another's
   * by now, nothing of its block is released and the result says so.
   */
  public ReleaseResult release(List<ReleaseRequest> requests) {
    return released(() -> releaser.release(requests, pools.get()));
  }

  /**
   * Who has an address; empty when it is free, or in no pool.
   *
   * @throws StoreUnavailableException when the store does not answer
   */
  public Optional<Attributes> holder(Ip ip) {
    return blockAround(ip)
        .flatMap(blocks::get)
        .map(Stored::value)
        .flatMap(block -> block.attributesOf(block.ordinal(ip).orElseThrow()));
  }

  /**
   * The addresses that a handle has, in order.
   *
   * @throws StoreUnavailableException when the store does not answer
   */
  public List<Ip> addressesOf(String handle) {
    var ips = new ArrayList<Ip>();
    Map<Prefix, Integer> counted =
        handles.get(handle).map(h -> h.value().blocks()).orElseGet(Map::of);
    for (Prefix cidr : counted.keySet()) {
      blocks.get(cidr).ifPresent(block -> ips.addAll(Occupancy.of(block.value(), handle)));
    }
    return ips;
  }

  public AllocatorStats stats() {
    return counters.snapshot();
  }

  private Optional<Prefix> blockAround(Ip ip) {
    return pools.get().stream()
        .filter(pool -> pool.cidr().contains(ip))
        .findFirst()
        .map(pool -> Prefix.containing(ip, pool.blockSize()));
  }

  private AssignResult tryAssign(AssignRequest request) {
    List<Pool> all = pools.get();
    return switch (PoolChoice.of(all, request)) {
      case PoolChoice.None(var why) -> new AssignResult.Refused(why);
      case PoolChoice.Chosen chosen ->
          tryAssign(request, new BlockFinder.Search(request.family(), chosen, all, rules.get()));
    };
  }

  private AssignResult tryAssign(AssignRequest request, BlockFinder.Search search) {
    for (int i = 0; i < Tries.MOST; i++) {
      Optional<AssignResult> result =
          switch (finder.find(search)) {
            case BlockFinder.Found.Nothing(var why) -> Optional.of(new AssignResult.Refused(why));
            case BlockFinder.Found.Own(var block) -> take(request, search, block, false);
            case BlockFinder.Found.Foreign(var cidrs) -> borrow(request, search, cidrs);
          };
      if (result.isPresent()) {
        return result.get();
      }
    }
    return new AssignResult.Refused(
        new Refusal.Contended("pools " + search.pools().names(), Tries.MOST));
  }

  private Optional<AssignResult> borrow(
      AssignRequest request, BlockFinder.Search search, List<Prefix> cidrs) {
    for (Prefix cidr : cidrs) {
      Optional<AssignResult> result = take(request, search, commits.of(cidr), true);
      if (result.isPresent()) {
        return result;
      }
    }
    return Optional.empty();
  }

  /** Takes an address of the block; empty when it has none for us any more. */
  private Optional<AssignResult> take(
      AssignRequest request, BlockFinder.Search search, BlockCommit block, boolean borrowed) {
    Prefix cidr = block.cidr();
    boolean promised = !borrowed;
    boolean raised = false;
    try {
      raised = handles.raise(request.handle(), cidr);
    } finally {
      if (!raised && promised) {
        block.takeBackPromise();
      }
    }
    if (!raised) {
      return Optional.of(
          new AssignResult.Refused(
              new Refusal.Contended("handle \"" + request.handle() + "\"", Tries.MOST)));
    }
    var attributes = Attributes.of(request.handle(), request.attributes());
    Reserved reserved = search.rules().reserved();
    Outcome<Assignment> outcome =
        block.commit(b -> next(b, attributes, reserved, borrowed), promised);
    if (outcome instanceof Outcome.Done<Assignment>(Assignment.Given(_, var ip))) {
      String pool = search.pools().around(cidr).map(Pool::name).orElse("");
      return Optional.of(new AssignResult.Assigned(ip, cidr, pool, borrowed));
    }
    handles.lower(request.handle(), cidr, 1);
    return outcome instanceof Outcome.Contended<Assignment>
        ? Optional.of(new AssignResult.Refused(new Refusal.Contended("block " + cidr, Tries.MOST)))
        : Optional.empty();
  }

  /** A block that is not ours any more counts as full, unless we borrow. */
  private Edited<Assignment> next(
      Block block, Attributes attributes, Reserved reserved, boolean borrowed) {
    boolean ours = block.affinity().filter(owner::equals).isPresent();
    Assignment assignment =
        ours || borrowed ? Assignment.next(block, attributes, reserved) : new Assignment.Full();
    return assignment instanceof Assignment.Given(var after, _)
        ? new Edited<>(after, assignment)
        : new Edited<>(block, assignment);
  }

  private AssignResult counted(String handle, Supplier<AssignResult> work) {
    AssignResult result;
    try {
      result = work.get();
    } catch (StoreUnavailableException e) {
      result = new AssignResult.Refused(new Refusal.StoreFailed(reason(e)));
    }
    switch (result) {
      case AssignResult.Assigned assigned -> {
        counters.assigned.increment();
        LOG.debug("ipam.address.assigned", "ip", assigned.ip(), "handle", handle);
      }
      case AssignResult.Refused(var why) -> {
        counters.refused.increment();
        LOG.debug("ipam.address.refused", "handle", handle, "why", why.text());
      }
    }
    return result;
  }

  private ReleaseResult released(Supplier<ReleaseResult> work) {
    ReleaseResult result;
    try {
      result = work.get();
    } catch (StoreUnavailableException e) {
      result = new ReleaseResult.Failed(reason(e));
    }
    switch (result) {
      case ReleaseResult.Released(var ips) -> counters.released.add(ips.size());
      case ReleaseResult.NoSuchHandle _ -> {}
      case ReleaseResult.Failed(var why) -> LOG.warn("ipam.release.failed", "why", why);
    }
    return result;
  }

  private static String reason(StoreUnavailableException e) {
    String message = e.getMessage();
    return message == null ? e.toString() : message;
  }
}

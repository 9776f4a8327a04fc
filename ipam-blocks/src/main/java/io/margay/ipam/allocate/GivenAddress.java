package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.BlockCommit.Edited;
import io.margay.ipam.allocate.BlockCommit.Outcome;
import io.margay.ipam.block.Assignment;
import io.margay.ipam.claim.Claim;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Block.Attributes;
import io.margay.ipam.store.IpamConfig;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.Stored;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;

/**
 * Gives an address that was asked for by number. As Calico: selectors, modes, reservations and the
 * limit of blocks are not asked, and a block that does not exist is claimed.
 */
final class GivenAddress {
  private final Owner owner;
  private final TwoPhase<Prefix, Block> blocks;
  private final BlockCommits commits;
  private final HandleCounts handles;
  private final ClaimRunner claims;
  private final InstantSource clock;

  GivenAddress(
      Owner owner,
      TwoPhase<Prefix, Block> blocks,
      BlockCommits commits,
      HandleCounts handles,
      ClaimRunner claims,
      InstantSource clock) {
    this.owner = owner;
    this.blocks = blocks;
    this.commits = commits;
    this.handles = handles;
    this.claims = claims;
    this.clock = clock;
  }

  AssignResult assign(GivenRequest request, List<Pool> pools, IpamConfig config) {
    Ip ip = request.ip();
    List<Pool> enabled =
        pools.stream().filter(p -> !p.disabled() && p.family() == ip.family()).toList();
    Optional<Pool> pool = enabled.stream().filter(p -> p.cidr().contains(ip)).findFirst();
    if (pool.isEmpty()) {
      return refused(new Refusal.NotInPool(ip, enabled.stream().map(Pool::name).toList()));
    }
    Prefix cidr = Prefix.containing(ip, pool.get().blockSize());
    for (int i = 0; i < Tries.MOST; i++) {
      Optional<Stored<Block>> found = blocks.get(cidr);
      if (found.isEmpty()) {
        // Whether we or another got it: the next look at the block tells.
        claims.claim(new Claim(owner, cidr, clock.instant()));
        continue;
      }
      Optional<Refusal> refusal = whyNot(found.get().value(), ip, config);
      if (refusal.isPresent()) {
        return refused(refusal.get());
      }
      Optional<AssignResult> result = take(request, cidr, pool.get().name(), config);
      if (result.isPresent()) {
        return result.get();
      }
    }
    return refused(new Refusal.Contended("block " + cidr, Tries.MOST));
  }

  /** Asked before the handle is raised, so that a refusal costs no write. */
  private Optional<Refusal> whyNot(Block block, Ip ip, IpamConfig config) {
    if (config.strictAffinity() && !isOurs(block)) {
      return Optional.of(
          new Refusal.ForeignBlock(
              ip, block.cidr(), block.affinity().map(Owner::toString).orElse("nobody")));
    }
    return block
        .attributesOf(block.ordinal(ip).orElseThrow())
        .map(holder -> new Refusal.AlreadyAssigned(ip, holder.handleId()));
  }

  /** Empty when the block was lost meanwhile. */
  private Optional<AssignResult> take(
      GivenRequest request, Prefix cidr, String pool, IpamConfig config) {
    if (!handles.raise(request.handle(), cidr)) {
      return Optional.of(
          refused(new Refusal.Contended("handle \"" + request.handle() + "\"", Tries.MOST)));
    }
    Outcome<Taken> outcome = commits.of(cidr).commit(b -> edit(b, request, config), false);
    if (outcome instanceof Outcome.Done<Taken>(var taken)
        && taken.assignment() instanceof Assignment.Given(_, var ip)) {
      return Optional.of(new AssignResult.Assigned(ip, cidr, pool, !taken.ours()));
    }
    handles.lower(request.handle(), cidr, 1);
    return Optional.empty();
  }

  private record Taken(Assignment assignment, boolean ours) {}

  private Edited<Taken> edit(Block block, GivenRequest request, IpamConfig config) {
    boolean ours = isOurs(block);
    if (config.strictAffinity() && !ours) {
      return new Edited<>(block, new Taken(new Assignment.Full(), false));
    }
    var attributes = Attributes.of(request.handle(), request.attributes());
    Assignment assignment = Assignment.given(block, request.ip(), attributes);
    Block after = assignment instanceof Assignment.Given(var changed, _) ? changed : block;
    return new Edited<>(after, new Taken(assignment, ours));
  }

  private boolean isOurs(Block block) {
    return block.affinity().filter(owner::equals).isPresent();
  }

  private static AssignResult refused(Refusal why) {
    return new AssignResult.Refused(why);
  }
}

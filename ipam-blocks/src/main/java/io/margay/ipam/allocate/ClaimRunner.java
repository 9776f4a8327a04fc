package io.margay.ipam.allocate;

import io.margay.foundation.addr.Prefix;
import io.margay.ipam.claim.AbandonMachine;
import io.margay.ipam.claim.AbandonState;
import io.margay.ipam.claim.Abandonment;
import io.margay.ipam.claim.Claim;
import io.margay.ipam.claim.ClaimAction;
import io.margay.ipam.claim.ClaimEvent;
import io.margay.ipam.claim.ClaimMachine;
import io.margay.ipam.claim.ClaimState;
import io.margay.ipam.claim.Step;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Stored;
import java.util.Optional;

/** Runs the machines of {@code claim} against the store, anew when they are interrupted. */
final class ClaimRunner {
  private final TwoPhase<Prefix, Block> blocks;
  private final TwoPhase<Affinity.Key, Affinity> affinities;

  ClaimRunner(TwoPhase<Prefix, Block> blocks, TwoPhase<Affinity.Key, Affinity> affinities) {
    this.blocks = blocks;
    this.affinities = affinities;
  }

  /** Claims a block that the owner may have no affinity for. */
  Claim.End claim(Claim claim) {
    Claim.End end = run(claim, ClaimMachine.begin(claim));
    for (int i = 1; end instanceof Claim.End.Interrupted && i < Tries.MOST; i++) {
      end = run(claim, ClaimMachine.begin(claim));
    }
    return end;
  }

  /** Loads a block by an affinity that was read, and finishes its claim or its withdrawal. */
  Claim.End load(Claim claim, Stored<Affinity> read) {
    Claim.End end = run(claim, ClaimMachine.begin(claim, read));
    for (int i = 1; end instanceof Claim.End.Interrupted && i < Tries.MOST; i++) {
      Optional<Stored<Affinity>> again = affinities.get(read.value().key());
      if (again.isEmpty()) {
        return new Claim.End.NotOurs(Optional.empty());
      }
      end = run(claim, ClaimMachine.begin(claim, again.get()));
    }
    return end;
  }

  Abandonment.End abandon(Abandonment wish) {
    Abandonment.End end = run(wish);
    for (int i = 1; end instanceof Abandonment.End.Interrupted && i < Tries.MOST; i++) {
      end = run(wish);
    }
    return end;
  }

  private Claim.End run(Claim claim, Step<ClaimState> first) {
    Step<ClaimState> step = first;
    while (true) {
      if (step.state() instanceof ClaimState.Ended(var end)) {
        return end;
      }
      step = ClaimMachine.step(claim, step.state(), perform(step.action().orElseThrow()));
    }
  }

  private Abandonment.End run(Abandonment wish) {
    Step<AbandonState> step = AbandonMachine.begin(wish);
    while (true) {
      if (step.state() instanceof AbandonState.Ended(var end)) {
        return end;
      }
      step = AbandonMachine.step(wish, step.state(), perform(step.action().orElseThrow()));
    }
  }

  private ClaimEvent perform(ClaimAction action) {
    return switch (action) {
      case ClaimAction.ReadAffinity(var key) -> new ClaimEvent.AffinityRead(affinities.get(key));
      case ClaimAction.CreateAffinity(var affinity) ->
          new ClaimEvent.AffinityWritten(affinities.create(affinity));
      case ClaimAction.UpdateAffinity(var affinity, var revision) ->
          new ClaimEvent.AffinityWritten(affinities.update(affinity, revision));
      case ClaimAction.DeleteAffinity(var affinity) ->
          new ClaimEvent.AffinityDeleted(affinities.delete(affinity));
      case ClaimAction.ReadBlock(var cidr) -> new ClaimEvent.BlockRead(blocks.get(cidr));
      case ClaimAction.CreateBlock(var block) -> new ClaimEvent.BlockWritten(blocks.create(block));
      case ClaimAction.UpdateBlock(var block, var revision) ->
          new ClaimEvent.BlockWritten(blocks.update(block, revision));
      case ClaimAction.DeleteBlock(var block) -> new ClaimEvent.BlockDeleted(blocks.delete(block));
    };
  }
}

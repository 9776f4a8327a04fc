package io.margay.ipam.claim;

import io.margay.ipam.block.Occupancy;
import io.margay.ipam.claim.AbandonState.Deleting;
import io.margay.ipam.claim.AbandonState.Disowning;
import io.margay.ipam.claim.AbandonState.Ended;
import io.margay.ipam.claim.AbandonState.Finding;
import io.margay.ipam.claim.AbandonState.Forgetting;
import io.margay.ipam.claim.AbandonState.Loading;
import io.margay.ipam.claim.AbandonState.Marking;
import io.margay.ipam.claim.ClaimAction.DeleteAffinity;
import io.margay.ipam.claim.ClaimAction.DeleteBlock;
import io.margay.ipam.claim.ClaimAction.ReadAffinity;
import io.margay.ipam.claim.ClaimAction.ReadBlock;
import io.margay.ipam.claim.ClaimAction.UpdateAffinity;
import io.margay.ipam.claim.ClaimAction.UpdateBlock;
import io.margay.ipam.claim.ClaimEvent.AffinityDeleted;
import io.margay.ipam.claim.ClaimEvent.AffinityRead;
import io.margay.ipam.claim.ClaimEvent.AffinityWritten;
import io.margay.ipam.claim.ClaimEvent.BlockDeleted;
import io.margay.ipam.claim.ClaimEvent.BlockRead;
import io.margay.ipam.claim.ClaimEvent.BlockWritten;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.Optional;

/**
 * How a block is given up: affinity pendingDeletion, block deleted or disowned, affinity deleted.
 * Calico: libcalico-go/lib/ipam releaseBlockAffinity; besides, an affinity whose block does not
 * exist is taken away, which there stays.
 */
public final class AbandonMachine {
  private AbandonMachine() {}

  public static Step<AbandonState> begin(Abandonment wish) {
    return Step.to(new Finding(), new ReadAffinity(new Affinity.Key(wish.owner(), wish.cidr())));
  }

  /**
   * Takes one answer.
   *
   * @throws IllegalStateException when it is no answer to what the state asked for
   */
  public static Step<AbandonState> step(Abandonment wish, AbandonState state, ClaimEvent event) {
    return switch (state) {
      case Finding _ when event instanceof AffinityRead(var found) -> onAffinityFound(wish, found);
      case Loading(var affinity) when event instanceof BlockRead(var found) ->
          onBlockFound(wish, affinity, found);
      case Marking(var block) when event instanceof AffinityWritten(var outcome) ->
          onMarked(block, outcome);
      case Deleting(var marked) when event instanceof BlockDeleted(var outcome) ->
          outcome == DeleteOutcome.CONFLICT
              ? interrupted()
              : forget(marked, new Abandonment.End.Abandoned(true));
      case Disowning(var marked) when event instanceof BlockWritten(var outcome) ->
          outcome instanceof WriteOutcome.Written<Block>
              ? forget(marked, new Abandonment.End.Abandoned(false))
              : interrupted();
      case Forgetting(var end) when event instanceof AffinityDeleted(var outcome) ->
          outcome == DeleteOutcome.CONFLICT ? interrupted() : Step.end(new Ended(end));
      case Finding _, Loading _, Marking _, Deleting _, Disowning _, Forgetting _, Ended _ ->
          throw new IllegalStateException(state + " did not ask for " + event);
    };
  }

  private static Step<AbandonState> onAffinityFound(
      Abandonment wish, Optional<Stored<Affinity>> found) {
    return found.isEmpty()
        ? Step.end(new Ended(new Abandonment.End.NothingThere()))
        : Step.to(new Loading(found.get()), new ReadBlock(wish.cidr()));
  }

  private static Step<AbandonState> onBlockFound(
      Abandonment wish, Stored<Affinity> affinity, Optional<Stored<Block>> found) {
    if (found.isEmpty()) {
      return forget(affinity, new Abandonment.End.NothingThere());
    }
    Block block = found.get().value();
    if (wish.sequenceNumber().isPresent()
        && wish.sequenceNumber().getAsLong() != block.sequenceNumber()) {
      return Step.end(new Ended(new Abandonment.End.Changed()));
    }
    if (block.affinity().isPresent() && !block.affinity().get().equals(wish.owner())) {
      return forget(affinity, new Abandonment.End.NotOurs(block.affinity()));
    }
    if (wish.requireEmpty() && !Occupancy.isEmpty(block)) {
      return Step.end(new Ended(new Abandonment.End.NotEmpty(Occupancy.inUse(block))));
    }
    return Step.to(
        new Marking(found.get()),
        new UpdateAffinity(
            affinity.value().in(Affinity.State.PENDING_DELETION), affinity.revision()));
  }

  private static Step<AbandonState> onMarked(Stored<Block> block, WriteOutcome<Affinity> outcome) {
    if (!(outcome instanceof WriteOutcome.Written<Affinity>(var marked))) {
      return interrupted();
    }
    return Occupancy.isEmpty(block.value())
        ? Step.to(new Deleting(marked), new DeleteBlock(block))
        : Step.to(
            new Disowning(marked),
            new UpdateBlock(
                block.value().withoutAffinity().withNextSequenceNumber(), block.revision()));
  }

  private static Step<AbandonState> forget(Stored<Affinity> affinity, Abandonment.End end) {
    return Step.to(new Forgetting(end), new DeleteAffinity(affinity));
  }

  private static Step<AbandonState> interrupted() {
    return Step.end(new Ended(new Abandonment.End.Interrupted()));
  }
}

package io.margay.ipam.claim;

import io.margay.ipam.block.NewBlock;
import io.margay.ipam.claim.ClaimAction.CreateAffinity;
import io.margay.ipam.claim.ClaimAction.CreateBlock;
import io.margay.ipam.claim.ClaimAction.DeleteAffinity;
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
import io.margay.ipam.claim.ClaimState.Announcing;
import io.margay.ipam.claim.ClaimState.Checking;
import io.margay.ipam.claim.ClaimState.Confirming;
import io.margay.ipam.claim.ClaimState.Creating;
import io.margay.ipam.claim.ClaimState.Ended;
import io.margay.ipam.claim.ClaimState.Finding;
import io.margay.ipam.claim.ClaimState.Inspecting;
import io.margay.ipam.claim.ClaimState.Loading;
import io.margay.ipam.claim.ClaimState.Preparing;
import io.margay.ipam.claim.ClaimState.Reclaiming;
import io.margay.ipam.claim.ClaimState.Renewing;
import io.margay.ipam.claim.ClaimState.Touching;
import io.margay.ipam.claim.ClaimState.Withdrawing;
import io.margay.ipam.store.Affinity;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.Optional;

/**
 * How a block is claimed: affinity pending, block, affinity confirmed. A claim that broke off
 * anywhere is finished by the next one of the same owner, and a confirmed affinity always names a
 * block that is its owner's. Calico: libcalico-go/lib/ipam getPendingAffinity,
 * getBlockFromAffinity, claimAffineBlock.
 */
public final class ClaimMachine {
  private ClaimMachine() {}

  /** A claim of a block that the owner may have no affinity for. */
  public static Step<ClaimState> begin(Claim claim) {
    return Step.to(
        new Announcing(),
        new CreateAffinity(Affinity.of(claim.owner(), claim.cidr(), Affinity.State.PENDING)));
  }

  /** A claim of a block by an affinity that was read just now. */
  public static Step<ClaimState> begin(Claim claim, Stored<Affinity> affinity) {
    return Step.to(new Loading(affinity), new ReadBlock(claim.cidr()));
  }

  /**
   * Takes one answer.
   *
   * @throws IllegalStateException when it is no answer to what the state asked for
   */
  public static Step<ClaimState> step(Claim claim, ClaimState state, ClaimEvent event) {
    return switch (event) {
      case AffinityRead(var found) -> onAffinityRead(claim, state, found);
      case BlockRead(var found) -> onBlockRead(claim, state, found);
      case AffinityWritten(var outcome) -> onAffinityWritten(claim, state, outcome);
      case BlockWritten(var outcome) -> onBlockWritten(claim, state, outcome);
      case AffinityDeleted _ -> onAffinityDeleted(state);
      case BlockDeleted _ -> throw unasked(state, event);
    };
  }

  private static Step<ClaimState> onAffinityRead(
      Claim claim, ClaimState state, Optional<Stored<Affinity>> found) {
    return switch (state) {
      case Finding _ when found.isEmpty() -> interrupted();
      case Finding _ when isConfirmed(found.get()) -> begin(claim, found.get());
      case Finding _ -> Step.to(new Renewing(), pending(found.get()));
      case Checking(var block) when found.filter(ClaimMachine::isConfirmed).isPresent() ->
          claimed(block, false);
      case Checking _ -> interrupted();
      case Announcing _,
          Renewing _,
          Loading _,
          Preparing _,
          Creating _,
          Inspecting _,
          Reclaiming _,
          Touching _,
          Confirming _,
          Withdrawing _,
          Ended _ ->
          throw unasked(state, new AffinityRead(found));
    };
  }

  private static Step<ClaimState> onBlockRead(
      Claim claim, ClaimState state, Optional<Stored<Block>> found) {
    return switch (state) {
      // Calico writes an affinity as pending once more when it is so already; that tells nobody
      // anything: whoever acts on the same revision fails at the block.
      case Loading(var affinity)
          when found.isEmpty() && affinity.value().state() == Affinity.State.PENDING ->
          create(claim, affinity);
      case Loading(var affinity) when found.isEmpty() ->
          Step.to(new Preparing(), pending(affinity));
      case Loading(var affinity) when !isOwners(claim, found.get()) ->
          withdraw(affinity, found.get());
      case Loading(var affinity) when isConfirmed(affinity) -> claimed(found.get(), false);
      case Loading(var affinity) -> Step.to(new Reclaiming(found.get()), pending(affinity));
      case Inspecting _ when found.isEmpty() -> interrupted();
      case Inspecting(var pending) when isOwners(claim, found.get()) ->
          confirm(pending, found.get(), false);
      case Inspecting(var pending) -> withdraw(pending, found.get());
      case Announcing _,
          Finding _,
          Renewing _,
          Preparing _,
          Creating _,
          Reclaiming _,
          Touching _,
          Confirming _,
          Checking _,
          Withdrawing _,
          Ended _ ->
          throw unasked(state, new BlockRead(found));
    };
  }

  private static Step<ClaimState> onAffinityWritten(
      Claim claim, ClaimState state, WriteOutcome<Affinity> outcome) {
    Optional<Stored<Affinity>> written = stored(outcome);
    return switch (state) {
      case Announcing _ when outcome instanceof WriteOutcome.AlreadyExists<Affinity> ->
          Step.to(new Finding(), new ReadAffinity(key(claim)));
      case Confirming(var block, _) when written.isEmpty() ->
          Step.to(new Checking(block), new ReadAffinity(key(claim)));
      case Announcing _, Renewing _, Preparing _, Reclaiming _ when written.isEmpty() ->
          interrupted();
      case Announcing _, Renewing _ -> begin(claim, written.get());
      case Preparing _ -> create(claim, written.get());
      case Reclaiming(var block) ->
          Step.to(
              new Touching(written.get()),
              new UpdateBlock(block.value().withNextSequenceNumber(), block.revision()));
      case Confirming(var block, boolean created) -> claimed(block, created);
      case Finding _,
          Loading _,
          Creating _,
          Inspecting _,
          Touching _,
          Checking _,
          Withdrawing _,
          Ended _ ->
          throw unasked(state, new AffinityWritten(outcome));
    };
  }

  private static Step<ClaimState> onBlockWritten(
      Claim claim, ClaimState state, WriteOutcome<Block> outcome) {
    Optional<Stored<Block>> written = stored(outcome);
    return switch (state) {
      case Creating(var pending) when written.isPresent() -> confirm(pending, written.get(), true);
      case Creating(var pending) -> Step.to(new Inspecting(pending), new ReadBlock(claim.cidr()));
      case Touching(var pending) when written.isPresent() -> confirm(pending, written.get(), false);
      case Touching _ -> interrupted();
      case Announcing _,
          Finding _,
          Renewing _,
          Loading _,
          Preparing _,
          Inspecting _,
          Reclaiming _,
          Confirming _,
          Checking _,
          Withdrawing _,
          Ended _ ->
          throw unasked(state, new BlockWritten(outcome));
    };
  }

  // Whether the deletion worked or another was first: the next look at the affinity finds out.
  private static Step<ClaimState> onAffinityDeleted(ClaimState state) {
    if (state instanceof Withdrawing(var holder)) {
      return Step.end(new Ended(new Claim.End.NotOurs(holder)));
    }
    throw new IllegalStateException(state + " did not ask for a deletion");
  }

  private static Step<ClaimState> claimed(Stored<Block> block, boolean created) {
    return Step.end(new Ended(new Claim.End.Claimed(block, created)));
  }

  private static Step<ClaimState> interrupted() {
    return Step.end(new Ended(new Claim.End.Interrupted()));
  }

  private static Step<ClaimState> create(Claim claim, Stored<Affinity> pending) {
    return Step.to(
        new Creating(pending),
        new CreateBlock(NewBlock.of(claim.cidr(), claim.owner(), claim.at())));
  }

  private static Step<ClaimState> confirm(
      Stored<Affinity> pending, Stored<Block> block, boolean created) {
    return Step.to(
        new Confirming(block, created),
        new UpdateAffinity(pending.value().in(Affinity.State.CONFIRMED), pending.revision()));
  }

  private static Step<ClaimState> withdraw(Stored<Affinity> affinity, Stored<Block> block) {
    return Step.to(new Withdrawing(block.value().affinity()), new DeleteAffinity(affinity));
  }

  private static ClaimAction pending(Stored<Affinity> affinity) {
    return new UpdateAffinity(affinity.value().in(Affinity.State.PENDING), affinity.revision());
  }

  private static boolean isConfirmed(Stored<Affinity> affinity) {
    return affinity.value().state() == Affinity.State.CONFIRMED;
  }

  private static boolean isOwners(Claim claim, Stored<Block> block) {
    return block.value().affinity().filter(claim.owner()::equals).isPresent();
  }

  private static Affinity.Key key(Claim claim) {
    return new Affinity.Key(claim.owner(), claim.cidr());
  }

  private static <T> Optional<Stored<T>> stored(WriteOutcome<T> outcome) {
    return outcome instanceof WriteOutcome.Written<T>(var stored)
        ? Optional.of(stored)
        : Optional.empty();
  }

  private static IllegalStateException unasked(ClaimState state, ClaimEvent event) {
    return new IllegalStateException(state + " did not ask for " + event);
  }
}

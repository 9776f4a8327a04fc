package io.margay.ipam.allocate;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.ipam.allocate.BlockCommit.Edited;
import io.margay.ipam.allocate.BlockCommit.Outcome;
import io.margay.ipam.block.HandleId;
import io.margay.ipam.block.Release;
import io.margay.ipam.store.Block;
import io.margay.ipam.store.BlockStore;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.Owner;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.Stored;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** Takes addresses back: out of the block first, then off the handle. */
final class Releaser {
  private final Owner owner;
  private final BlockStore store;
  private final BlockCommits commits;
  private final HandleCounts handles;
  private final BlockFinder finder;
  private final HandleLocks locks;

  Releaser(
      Owner owner,
      BlockStore store,
      BlockCommits commits,
      HandleCounts handles,
      BlockFinder finder,
      HandleLocks locks) {
    this.owner = owner;
    this.store = store;
    this.commits = commits;
    this.handles = handles;
    this.finder = finder;
    this.locks = locks;
  }

  ReleaseResult releaseHandle(String id, List<Pool> pools) {
    String handle = HandleId.clean(id);
    return locks.alone(handle, () -> releaseAll(handle, pools));
  }

  private ReleaseResult releaseAll(String handle, List<Pool> pools) {
    Optional<Stored<Handle>> found = handles.get(handle);
    if (found.isEmpty()) {
      return new ReleaseResult.NoSuchHandle(handle);
    }
    var ips = new ArrayList<Ip>();
    for (Prefix cidr : found.get().value().blocks().keySet()) {
      Outcome<Freed> outcome =
          commits.of(cidr).commit(b -> freed(Release.ofHandle(b, handle), b), false);
      switch (outcome) {
        case Outcome.Done<Freed>(var freed) -> {
          ips.addAll(freed.ips());
          abandonIfUnselected(freed, cidr, pools);
        }
        // A handle may count what never was, in a block that is not there any more.
        case Outcome.Missing<Freed> _ -> {}
        case Outcome.Contended<Freed> _ -> {
          return contended(cidr);
        }
      }
      // Nothing under this handle is left in the block, also where the handle counted too much.
      handles.forget(handle, cidr);
    }
    return new ReleaseResult.Released(ips);
  }

  ReleaseResult release(List<ReleaseRequest> requests, List<Pool> pools) {
    var ips = new ArrayList<Ip>();
    for (var e : byBlock(requests, pools).entrySet()) {
      Prefix cidr = e.getKey();
      Outcome<Freed> outcome =
          commits.of(cidr).commit(b -> freed(Release.ofAddresses(b, e.getValue()), b), false);
      switch (outcome) {
        case Outcome.Done<Freed>(var freed) -> {
          if (freed.refusal().isPresent()) {
            return new ReleaseResult.Failed(freed.refusal().get());
          }
          ips.addAll(freed.ips());
          freed.byHandle().forEach((handle, count) -> handles.lower(handle, cidr, count));
          abandonIfUnselected(freed, cidr, pools);
        }
        case Outcome.Missing<Freed> _ -> {}
        case Outcome.Contended<Freed> _ -> {
          return contended(cidr);
        }
      }
    }
    return new ReleaseResult.Released(ips);
  }

  /** What an edit tells. */
  private record Freed(
      List<Ip> ips, Map<String, Integer> byHandle, Optional<String> refusal, Optional<Owner> of) {}

  private static Edited<Freed> freed(Release release, Block block) {
    return switch (release) {
      case Release.Freed(var after, var ips, var byHandle) ->
          new Edited<>(after, new Freed(ips, byHandle, Optional.empty(), block.affinity()));
      case Release.OtherHandle(var ip, var holder) ->
          refused(block, ip + " belongs to handle " + holder.orElse("<none>") + " by now");
      case Release.OtherSequenceNumber(var ip, var found) ->
          refused(
              block,
              ip
                  + " was given anew since; its sequence number is "
                  + (found.isPresent() ? found.getAsLong() : "gone"));
    };
  }

  private static Edited<Freed> refused(Block block, String why) {
    return new Edited<>(block, new Freed(List.of(), Map.of(), Optional.of(why), block.affinity()));
  }

  private void abandonIfUnselected(Freed freed, Prefix cidr, List<Pool> pools) {
    if (!freed.ips().isEmpty() && freed.of().filter(owner::equals).isPresent()) {
      finder.abandonIfUnselected(cidr, pools);
    }
  }

  /** Pools tell the block of an address; without one, the blocks that exist are looked through. */
  private Map<Prefix, List<Release.Wanted>> byBlock(
      List<ReleaseRequest> requests, List<Pool> pools) {
    var byBlock = new TreeMap<Prefix, List<Release.Wanted>>();
    Optional<List<Prefix>> existing = Optional.empty();
    for (ReleaseRequest request : requests) {
      Ip ip = request.ip();
      Optional<Prefix> block =
          pools.stream()
              .filter(p -> p.cidr().contains(ip))
              .findFirst()
              .map(p -> Prefix.containing(ip, p.blockSize()));
      if (block.isEmpty()) {
        if (existing.isEmpty()) {
          existing =
              Optional.of(store.blocks().list().stream().map(b -> b.value().cidr()).toList());
        }
        block = existing.get().stream().filter(c -> c.contains(ip)).findFirst();
      }
      block.ifPresent(cidr ->
          byBlock
              .computeIfAbsent(cidr, _ -> new ArrayList<>())
              .add(new Release.Wanted(ip, request.handle(), request.sequenceNumber())));
    }
    return byBlock;
  }

  private static ReleaseResult contended(Prefix cidr) {
    return new ReleaseResult.Failed(
        "block " + cidr + " changed under each of " + Tries.MOST + " attempts to write it");
  }
}

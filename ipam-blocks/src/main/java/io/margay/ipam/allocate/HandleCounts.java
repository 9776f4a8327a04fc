package io.margay.ipam.allocate;

import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.block.HandleCount;
import io.margay.ipam.store.DeleteOutcome;
import io.margay.ipam.store.Handle;
import io.margay.ipam.store.Stored;
import io.margay.ipam.store.WriteOutcome;
import java.util.Map;
import java.util.Optional;

/** Keeps handles: raised before the block is written, lowered after. */
final class HandleCounts {
  private static final EventLog LOG = EventLog.of(HandleCounts.class);

  private final TwoPhase<String, Handle> handles;

  HandleCounts(TwoPhase<String, Handle> handles) {
    this.handles = handles;
  }

  Optional<Stored<Handle>> get(String id) {
    return handles.get(id);
  }

  /** One more address in the block. False when others were faster, each time. */
  boolean raise(String id, Prefix block) {
    // Most handles are new: a pod has one address.
    WriteOutcome<Handle> outcome = handles.create(Handle.of(id, Map.of(block, 1)));
    for (int i = 0; i < Tries.MOST; i++) {
      if (outcome instanceof WriteOutcome.Written<Handle>) {
        return true;
      }
      outcome =
          handles
              .get(id)
              .map(stored ->
                  handles.update(HandleCount.raise(stored.value(), block), stored.revision()))
              .orElseGet(() -> handles.create(Handle.of(id, Map.of(block, 1))));
    }
    return false;
  }

  /**
   * So many addresses less in the block. What cannot be lowered is logged and left: counts are
   * upper bounds.
   */
  void lower(String id, Prefix block, int count) {
    for (int i = 0; i < Tries.MOST; i++) {
      Optional<Stored<Handle>> found = handles.get(id);
      if (found.isEmpty() || tryLower(found.get(), block, count)) {
        return;
      }
    }
    LOG.warn("ipam.handle.contended", "handle", id, "block", block, "tries", Tries.MOST);
  }

  /** The handle has no address in the block any more, whatever it says. */
  void forget(String id, Prefix block) {
    for (int i = 0; i < Tries.MOST; i++) {
      Optional<Stored<Handle>> found = handles.get(id);
      Integer count = found.map(s -> s.value().blocks().get(block)).orElse(null);
      if (found.isEmpty() || count == null || tryLower(found.get(), block, count)) {
        return;
      }
    }
    LOG.warn("ipam.handle.contended", "handle", id, "block", block, "tries", Tries.MOST);
  }

  /** False when somebody else wrote the handle. */
  private boolean tryLower(Stored<Handle> found, Prefix block, int count) {
    return switch (HandleCount.lower(found.value(), block, count)) {
      case HandleCount.Lowered(var handle) ->
          !(handles.update(handle, found.revision()) instanceof WriteOutcome.Conflict<Handle>);
      case HandleCount.Emptied _ -> handles.delete(found) != DeleteOutcome.CONFLICT;
      case HandleCount.TooFew(var where, int has, int wanted) -> {
        LOG.warn(
            "ipam.handle.low",
            "handle",
            found.value().id(),
            "block",
            where,
            "has",
            has,
            "released",
            wanted);
        yield true;
      }
    };
  }
}

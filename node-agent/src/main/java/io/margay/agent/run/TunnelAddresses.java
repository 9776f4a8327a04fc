package io.margay.agent.run;

import io.margay.agent.stage.Plan;
import io.margay.agent.stage.TunnelAddressStage;
import io.margay.agent.stage.TunnelAddressStage.Question;
import io.margay.agent.stage.TunnelAddressStage.Task;
import io.margay.agent.stage.TunnelAddressStage.Which;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Backoff;
import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.allocate.ReleaseResult;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.kube.client.ApiException;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.Lookup;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import java.time.Duration;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the node's tunnel addresses: of each kind one from IPAM while a pool asks for it, in the
 * node's annotation; none otherwise. Looks again whenever pools or the node changed, on a virtual
 * thread.
 */
final class TunnelAddresses {
  private static final EventLog LOG = EventLog.of(TunnelAddresses.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));

  private final NodeName self;
  private final Allocator allocator;
  private final ClusterReads reads;
  private final NodeStatusWriter writer;
  private final Supplier<ClusterImage> image;
  private final Supplier<Optional<Plan.Ends>> planned;
  private final Runnable onRefused;
  private final Semaphore wanted = new Semaphore(0);

  /** The types for which IPAM gives none. */
  private final Set<Which> refused = ConcurrentHashMap.newKeySet();

  /** Those of which IPAM may hold one for this node; owned by the thread. */
  private final Set<Which> mayHold = EnumSet.allOf(Which.class);

  /** What was told last of each; owned by the thread. */
  private final Map<Which, String> told = new EnumMap<>(Which.class);

  /**
   * @param planned what the last plan says; empty before the first
   * @param onRefused called when IPAM gives no address: nobody should wait for one
   */
  TunnelAddresses(
      NodeName self,
      Allocator allocator,
      ClusterReads reads,
      NodeStatusWriter writer,
      Supplier<ClusterImage> image,
      Supplier<Optional<Plan.Ends>> planned,
      Runnable onRefused) {
    this.self = self;
    this.allocator = allocator;
    this.reads = reads;
    this.writer = writer;
    this.image = image;
    this.planned = planned;
    this.onRefused = onRefused;
  }

  /**
   * Whether an image has what will be: the addresses that pools ask for, or none where none is
   * asked for or none can be had.
   */
  boolean isSettled(ClusterImage now) {
    for (Which which : Which.values()) {
      Optional<Question> question = TunnelAddressStage.question(now, self, which, kept());
      if (question.isEmpty() || (!question.get().isSettled() && !refused.contains(which))) {
        return false;
      }
    }
    return true;
  }

  void start() {
    Thread.ofVirtual().name("tunnel-address").start(this::work);
  }

  /** Pools, or this node, may be otherwise than before. */
  void look() {
    wanted.release();
  }

  private void work() {
    try {
      while (true) {
        wanted.acquire();
        for (int failures = 1; !isDone(); failures++) {
          // Tried again by time, and at once when something changed.
          if (wanted.tryAcquire(BACKOFF.nanosAfter(failures), TimeUnit.NANOSECONDS)) {
            failures = 0;
          }
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("tunnel.address.stopped");
    }
  }

  /** One attempt for each; false when one has to be made again. */
  private boolean isDone() {
    wanted.drainPermits();
    boolean all = true;
    for (Which which : Which.values()) {
      all &= isDone(which);
    }
    return all;
  }

  private boolean isDone(Which which) {
    try {
      boolean done = attempt(which);
      if (done) {
        told.remove(which);
      }
      return done;
    } catch (ApiException | StoreUnavailableException e) {
      if (isNews(which, String.valueOf(e.getMessage()))) {
        LOG.warn("tunnel.address.waits", "type", which, "why", e.getMessage());
      }
    } catch (RuntimeException e) {
      if (isNews(which, e.toString())) {
        LOG.error("tunnel.address.failed", e, "type", which);
      }
    }
    return false;
  }

  private boolean isNews(Which which, String why) {
    return !why.equals(told.put(which, why));
  }

  private boolean attempt(Which which) {
    ClusterImage now = image.get();
    Node watched = now.nodes().get(self);
    Optional<Question> known = TunnelAddressStage.question(now, self, which, kept());
    if (watched == null || known.isEmpty() || isDone(which, task(known.get()))) {
      return true; // a node that is not there will be looked at when it is
    }
    // The image may not have our own last write yet: by it we would release what was just assigned.
    return switch (reads.node(self)) {
      case Lookup.Found<Node>(Node node) ->
          isPlanned(node) && carryOut(node, which, task(known.get().of(node)));
      case Lookup.Broken<Node> _ -> carryOut(watched, which, task(known.get()));
      case Lookup.Absent<Node> _ -> true;
    };
  }

  /** Before the first plan nobody knows, so all of them. */
  private Set<Which> kept() {
    return planned.get().map(Plan.Ends::kept).orElse(Set.of(Which.values()));
  }

  /**
   * Whether the plans have caught up with the node. Else the next one would be made for an address
   * that went and came again meanwhile, and take its end away after another one announced it.
   */
  private boolean isPlanned(Node node) {
    return planned.get().map(ends -> ends.isFor(node)).orElse(true);
  }

  private Task task(Question question) {
    return TunnelAddressStage.decide(
        self, question, question.annotated().flatMap(allocator::holder));
  }

  private boolean isDone(Which which, Task task) {
    return switch (task) {
      case Task.Nothing _ -> true;
      case Task.GiveBack _ -> !mayHold.contains(which);
      case Task.Release _, Task.Complete _, Task.Assign _ -> false;
    };
  }

  private boolean carryOut(Node node, Which which, Task task) {
    return switch (task) {
      case Task.Nothing _ -> true;
      case Task.GiveBack(String handle) -> giveBack(which, handle);
      case Task.Release(String handle, String why) ->
          write(node, which, Optional.empty(), why) && giveBack(which, handle);
      case Task.Complete(Ip address, String why) -> write(node, which, Optional.of(address), why);
      case Task.Assign(AssignRequest request, boolean releaseFirst, String why) -> {
        mayHold.add(which);
        if (releaseFirst) {
          allocator.releaseHandle(request.handle());
        }
        yield assign(node, which, request, why);
      }
    };
  }

  private boolean giveBack(Which which, String handle) {
    boolean done = !(allocator.releaseHandle(handle) instanceof ReleaseResult.Failed);
    if (done) {
      mayHold.remove(which);
    }
    return done;
  }

  private boolean assign(Node node, Which which, AssignRequest request, String why) {
    return switch (allocator.assign(request)) {
      case AssignResult.Assigned assigned -> write(node, which, Optional.of(assigned.ip()), why);
      case AssignResult.Refused(var refusal) -> {
        if (isNews(which, refusal.text())) {
          LOG.warn("tunnel.address.refused", "type", which, "why", refusal.text());
        }
        if (refused.add(which)) {
          onRefused.run();
        }
        yield false;
      }
    };
  }

  private boolean write(Node node, Which which, Optional<Ip> address, String why) {
    refused.remove(which);
    Map<String, Optional<String>> annotations =
        TunnelAddressStage.annotations(which, node, address);
    var outcome =
        address.isPresent()
            ? writer.annotate(annotations)
            : writer.annotate(annotations, now -> TunnelAddressStage.mayClear(which, now));
    if (outcome == NodeStatusWriter.Outcome.WRITTEN) {
      LOG.info(
          "tunnel.address.set",
          "type",
          which,
          "address",
          address.map(Ip::toString).orElse("none"),
          "why",
          why);
    }
    return switch (outcome) {
      case WRITTEN, UNCHANGED, NO_NODE -> true;
      case CONFLICT, UNFIT -> false;
    };
  }
}

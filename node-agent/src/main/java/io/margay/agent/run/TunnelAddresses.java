package io.margay.agent.run;

import io.margay.agent.stage.TunnelAddressStage;
import io.margay.agent.stage.TunnelAddressStage.Question;
import io.margay.agent.stage.TunnelAddressStage.Task;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.reconcile.Backoff;
import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.kube.client.ApiException;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.Lookup;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the node's IPIP tunnel address: one from IPAM while a pool asks for IPIP, in the node's
 * annotation; none otherwise. Looks again whenever pools or the node changed, on a virtual thread.
 */
final class TunnelAddresses {
  private static final EventLog LOG = EventLog.of(TunnelAddresses.class);
  private static final Backoff BACKOFF = new Backoff(Duration.ofSeconds(1), Duration.ofSeconds(15));

  private final NodeName self;
  private final Allocator allocator;
  private final ClusterReads reads;
  private final NodeStatusWriter writer;
  private final Supplier<ClusterImage> image;
  private final Runnable onRefused;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean refused;

  /** What was told last; owned by the thread. */
  private String told = "";

  /**
   * @param onRefused called when IPAM gives no address: nobody should wait for one
   */
  TunnelAddresses(
      NodeName self,
      Allocator allocator,
      ClusterReads reads,
      NodeStatusWriter writer,
      Supplier<ClusterImage> image,
      Runnable onRefused) {
    this.self = self;
    this.allocator = allocator;
    this.reads = reads;
    this.writer = writer;
    this.image = image;
    this.onRefused = onRefused;
  }

  /**
   * Whether an image has what will be: the address that pools ask for, or none where none is asked
   * for or none can be had.
   */
  boolean isSettled(ClusterImage now) {
    return refused || TunnelAddressStage.isSettled(now, self);
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

  /** One attempt; false when it has to be made again. */
  private boolean isDone() {
    wanted.drainPermits();
    try {
      boolean done = attempt();
      told = done ? "" : told;
      return done;
    } catch (ApiException | StoreUnavailableException e) {
      if (isNews(String.valueOf(e.getMessage()))) {
        LOG.warn("tunnel.address.waits", "why", e.getMessage());
      }
    } catch (RuntimeException e) {
      if (isNews(e.toString())) {
        LOG.error("tunnel.address.failed", e);
      }
    }
    return false;
  }

  private boolean isNews(String why) {
    boolean news = !why.equals(told);
    told = why;
    return news;
  }

  private boolean attempt() {
    Optional<Question> known = TunnelAddressStage.question(image.get(), self);
    if (known.isEmpty() || task(known.get()) instanceof Task.Nothing) {
      return true; // a node that is not there will be looked at when it is
    }
    // The image may not have our own last write yet: by it we would release what was just assigned.
    Optional<Question> fresh = fresh(known.get());
    return fresh.isEmpty() || carryOut(task(fresh.get()));
  }

  private Task task(Question question) {
    return TunnelAddressStage.decide(
        self, question, question.annotated().flatMap(allocator::holder));
  }

  private Optional<Question> fresh(Question known) {
    return switch (reads.node(self)) {
      case Lookup.Found<Node>(Node node) ->
          Optional.of(new Question(known.eligible(), node.tunnels().ipip()));
      case Lookup.Broken<Node> _ -> Optional.of(known);
      case Lookup.Absent<Node> _ -> Optional.empty();
    };
  }

  private boolean carryOut(Task task) {
    return switch (task) {
      case Task.Nothing _ -> true;
      case Task.Release(String handle, String why) -> {
        allocator.releaseHandle(handle);
        yield write(Optional.empty(), why);
      }
      case Task.Assign(AssignRequest request, boolean releaseFirst, String why) -> {
        if (releaseFirst) {
          allocator.releaseHandle(request.handle());
        }
        yield assign(request, why);
      }
    };
  }

  private boolean assign(AssignRequest request, String why) {
    return switch (allocator.assign(request)) {
      case AssignResult.Assigned assigned -> write(Optional.of(assigned.ip().toString()), why);
      case AssignResult.Refused(var refusal) -> {
        if (isNews(refusal.text())) {
          LOG.warn("tunnel.address.refused", "why", refusal.text());
        }
        if (!refused) {
          refused = true;
          onRefused.run();
        }
        yield false;
      }
    };
  }

  private boolean write(Optional<String> address, String why) {
    LOG.info("tunnel.address.set", "address", address.orElse("none"), "why", why);
    refused = false;
    return switch (writer.annotate(Map.of(NodeAnnotations.IPIP_TUNNEL_ADDRESS, address))) {
      case WRITTEN, UNCHANGED, NO_NODE -> true;
      case CONFLICT -> false;
    };
  }
}

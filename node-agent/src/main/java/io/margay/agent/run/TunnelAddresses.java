package io.margay.agent.run;

import io.margay.agent.stage.TunnelAddressStage;
import io.margay.agent.stage.TunnelAddressStage.Question;
import io.margay.agent.stage.TunnelAddressStage.Task;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.kube.client.ApiException;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * Keeps the node's IPIP tunnel address: one from IPAM while a pool asks for IPIP, in the node's
 * annotation; none otherwise. Looks again whenever pools or the node changed, on a virtual thread.
 */
final class TunnelAddresses {
  private static final EventLog LOG = EventLog.of(TunnelAddresses.class);
  private static final Duration PAUSE = Duration.ofSeconds(1);

  private final NodeName self;
  private final Allocator allocator;
  private final NodeStatusWriter writer;
  private final Supplier<ClusterImage> image;
  private final Runnable onRefused;
  private final Semaphore wanted = new Semaphore(0);
  private volatile boolean refused;

  /**
   * @param onRefused called when IPAM gives no address: nobody should wait for one
   */
  TunnelAddresses(
      NodeName self,
      Allocator allocator,
      NodeStatusWriter writer,
      Supplier<ClusterImage> image,
      Runnable onRefused) {
    this.self = self;
    this.allocator = allocator;
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
        wanted.drainPermits();
        while (!done()) {
          Thread.sleep(PAUSE);
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("tunnel.address.stopped");
    }
  }

  /** One attempt; false when the API server did not let it be finished. */
  private boolean done() {
    try {
      Optional<Question> question = TunnelAddressStage.question(image.get(), self);
      if (question.isEmpty()) {
        return true; // the node is not there: it will be looked at when it is
      }
      return carryOut(
          TunnelAddressStage.decide(
              self, question.get(), question.get().annotated().flatMap(allocator::holder)));
    } catch (ApiException | StoreUnavailableException e) {
      LOG.warn("tunnel.address.waits", "why", e.getMessage());
      return false;
    }
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
        if (!refused) {
          LOG.warn("tunnel.address.refused", "why", refusal.text());
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

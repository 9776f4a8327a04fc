package io.margay.agent.run;

import io.margay.agent.stage.TunnelAddressStage;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.log.EventLog;
import io.margay.ipam.allocate.Allocator;
import io.margay.ipam.allocate.AssignRequest;
import io.margay.ipam.allocate.AssignResult;
import io.margay.ipam.store.Pool;
import io.margay.ipam.store.StoreUnavailableException;
import io.margay.kube.client.ApiException;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.NodeAnnotations;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.TunnelAddress;
import io.margay.tunnel.plan.TunnelAddress.Decision;
import java.time.Duration;
import java.util.List;
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
    return refused
        || TunnelAddressStage.question(now, self)
            .filter(q -> q.eligible().isEmpty() || q.annotated().isPresent())
            .isPresent();
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
      ClusterImage now = image.get();
      Optional<TunnelAddressStage.Question> question = TunnelAddressStage.question(now, self);
      if (question.isEmpty()) {
        return true; // the node is not there: it will be looked at when it is
      }
      TunnelAddress.Holder holder =
          question
              .get()
              .annotated()
              .flatMap(allocator::holder)
              .<TunnelAddress.Holder>map(held ->
                  new TunnelAddress.Holder.Somebody(
                      held.activeOwner().getOrDefault("type", ""),
                      held.activeOwner().getOrDefault("node", "")))
              .orElse(new TunnelAddress.Holder.Nobody());
      return carryOut(
          TunnelAddress.decide(
              TunnelAddress.Type.IPIP,
              self.value(),
              question.get().eligible(),
              question.get().annotated(),
              holder));
    } catch (ApiException | StoreUnavailableException e) {
      LOG.warn("tunnel.address.waits", "why", e.getMessage());
      return false;
    }
  }

  private boolean carryOut(Decision decision) {
    return switch (decision) {
      case Decision.Keep _, Decision.Nothing _ -> true;
      case Decision.Release(var why) -> {
        allocator.releaseHandle(TunnelAddress.Type.IPIP.handle(self.value()));
        yield write(Optional.empty(), why.name());
      }
      case Decision.Assign(List<Prefix> pools, boolean releaseFirst, var why) -> {
        if (releaseFirst) {
          allocator.releaseHandle(TunnelAddress.Type.IPIP.handle(self.value()));
        }
        yield assign(pools, why.name());
      }
    };
  }

  private boolean assign(List<Prefix> pools, String why) {
    var request =
        new AssignRequest(
            Family.IPV4,
            Pool.Use.TUNNEL,
            TunnelAddress.Type.IPIP.handle(self.value()),
            Map.of("node", self.value(), "type", TunnelAddress.Type.IPIP.attribute()),
            pools.stream().map(Prefix::toString).toList(),
            Optional.empty());
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

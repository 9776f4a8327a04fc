package io.margay.agent.run;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.stage.KernelFacts;
import io.margay.agent.stage.NodeAddressStage;
import io.margay.agent.stage.NodeAddressStage.Announcement;
import io.margay.agent.stage.NodeAddressWatch;
import io.margay.foundation.log.EventLog;
import io.margay.foundation.time.Clock;
import io.margay.kube.client.ApiException;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.NodeStatusWriter;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;

/**
 * Keeps the node's own addresses in its annotations: once at the start, and then, where they are
 * detected, by time and as soon as one of them was replaced. All nodes act on that.
 */
final class NodeAddresses {
  private static final EventLog LOG = EventLog.of(NodeAddresses.class);

  private final AgentConfig config;
  private final NodeName self;
  private final NodeStatusWriter writer;
  private final Supplier<ClusterImage> image;
  private final Supplier<KernelFacts> kernel;
  private final Clock clock;
  private final Semaphore changed = new Semaphore(0);

  /** The trouble that was told last; owned by the thread. */
  private String told = "";

  NodeAddresses(
      AgentConfig config,
      NodeStatusWriter writer,
      Supplier<ClusterImage> image,
      Supplier<KernelFacts> kernel,
      Clock clock) {
    this.config = config;
    this.self = new NodeName(config.nodeName());
    this.writer = writer;
    this.image = image;
    this.kernel = kernel;
    this.clock = clock;
  }

  /**
   * Writes down what is found now, on the caller's thread.
   *
   * @param node this node as it is known; nothing is written on one with other addresses
   * @return what is missing, or nothing
   * @throws ApiException when the server cannot be asked
   */
  Optional<String> write(Node node) {
    return switch (NodeAddressStage.announcement(image.get(), node, config, kernel.get())) {
      case Announcement.Missing(List<String> why) -> Optional.of(String.join("; ", why));
      case Announcement.Ready ready when ready.annotations().isEmpty() -> Optional.empty();
      case Announcement.Ready ready -> write(node, ready);
    };
  }

  private Optional<String> write(Node node, Announcement.Ready ready) {
    return switch (writer.annotate(
        ready.annotations(), now -> NodeAddressStage.isDecidedFor(now, node))) {
      case WRITTEN -> {
        ready
            .changed()
            .forEach(chosen ->
                LOG.info("node.address.chosen", "address", chosen.address(), "why", chosen.why()));
        yield Optional.empty();
      }
      case UNCHANGED -> Optional.empty();
      case NO_NODE -> Optional.of("Node object \"" + self + "\": it is not there");
      case UNFIT ->
          Optional.of("Node object \"" + self + "\": somebody wrote other addresses meanwhile");
      case CONFLICT -> Optional.of("Node object \"" + self + "\": others write it all the time");
    };
  }

  /** Follows them from now on, where they are detected. */
  void follow() {
    if (NodeAddressStage.isFollowed(config)) {
      Thread.ofVirtual().name("node-address").start(this::work);
    }
  }

  /** The kernel is otherwise than before, or this node. */
  void look() {
    changed.release();
  }

  private void work() {
    var times = new NodeAddressTimes(config.addressInterval(), clock.nanos());
    var watch = new NodeAddressWatch(config);
    try {
      while (true) {
        long wait = times.untilDue(isReplaced(watch), clock.nanos());
        if (wait <= 0) {
          times.attempted(attempt(), clock.nanos());
        } else if (changed.tryAcquire(wait, TimeUnit.NANOSECONDS)) {
          changed.drainPermits();
        }
      }
    } catch (InterruptedException e) {
      LOG.debug("node.address.stopped");
    }
  }

  private boolean isReplaced(NodeAddressWatch watch) {
    Node node = image.get().nodes().get(self);
    return node != null && watch.isReplaced(node, kernel.get());
  }

  /** One attempt; false when it is to be made again. */
  private boolean attempt() {
    Optional<String> missing = tryOnce();
    if (missing.isPresent() && !missing.get().equals(told)) {
      LOG.warn("node.address.waits", "for", missing.get());
    }
    told = missing.orElse("");
    return missing.isEmpty();
  }

  private Optional<String> tryOnce() {
    Node node = image.get().nodes().get(self);
    if (node == null) {
      return Optional.empty(); // who deleted it wants no address of it
    }
    try {
      return write(node);
    } catch (ApiException e) {
      return Optional.of("the API server: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("node.address.failed", e);
      return Optional.of(e.toString());
    }
  }
}

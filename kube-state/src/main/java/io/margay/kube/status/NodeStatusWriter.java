package io.margay.kube.status;

import io.margay.foundation.log.EventLog;
import io.margay.foundation.tree.Problems;
import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Written;
import io.margay.kube.types.Interner;
import io.margay.kube.types.Kind;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import io.margay.kube.types.StoredObject;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * What the node's agent writes on its Node object, all through {@code nodes/status}, the only part
 * that Calico's role lets it write. Any thread may call; methods wait for the server and throw
 * {@link io.margay.kube.client.ApiException}.
 */
public final class NodeStatusWriter {
  private static final EventLog LOG = EventLog.of(NodeStatusWriter.class);
  private static final int TRIES = 10;

  /** What became of a write. */
  public enum Outcome {
    WRITTEN,
    /** It says so already. */
    UNCHANGED,
    /** There is no such node. */
    NO_NODE,
    /** Others wrote the node each time that we were about to. */
    CONFLICT,
    /** The node is not what this may be written on. */
    UNFIT
  }

  private final KubeApi api;
  private final NodeName node;
  private final ObjectKey key;

  public NodeStatusWriter(KubeApi api, NodeName node) {
    this.api = api;
    this.node = node;
    this.key = ObjectKey.cluster(node.value());
  }

  /**
   * Sets annotations, takes away those with an empty value, and leaves all others. The whole object
   * goes back as it was read, so that nobody's field is lost; when others were faster it is read
   * again.
   */
  public Outcome annotate(Map<String, Optional<String>> annotations) {
    return write(annotations, _ -> true);
  }

  /**
   * As {@link #annotate(Map)}, but only on a node that fits: nothing is written on one that was
   * changed meanwhile and does not fit any more.
   *
   * @param fits asked anew for each node that was read
   */
  public Outcome annotate(Map<String, Optional<String>> annotations, Predicate<Node> fits) {
    return write(
        annotations,
        object ->
            Node.read(StoredObject.of(Kind.NODE, object, new Problems(), Interner.none()))
                .filter(fits)
                .isPresent());
  }

  private Outcome write(
      Map<String, Optional<String>> annotations, Predicate<Map<String, Object>> fits) {
    for (int i = 0; i < TRIES; i++) {
      Optional<Map<String, Object>> read = api.get(Kind.NODE, key);
      if (read.isEmpty()) {
        return Outcome.NO_NODE;
      }
      Map<String, Object> object = read.get();
      if (!fits.test(object)) {
        return Outcome.UNFIT;
      }
      if (!change(object, annotations)) {
        return Outcome.UNCHANGED;
      }
      switch (api.replaceStatus(Kind.NODE, key, object)) {
        case Written.Done _ -> {
          LOG.info("kube.node.annotated", "node", node, "annotations", annotations.keySet());
          return Outcome.WRITTEN;
        }
        case Written.NotFound _ -> {
          return Outcome.NO_NODE;
        }
        case Written.Conflict _, Written.AlreadyExists _ -> LOG.debug("kube.node.conflict");
      }
    }
    return Outcome.CONFLICT;
  }

  /** Tells the scheduler that pods have a network here (condition NetworkUnavailable is False). */
  public Outcome networkUp(Instant now) {
    return condition("False", "CalicoIsUp", "Calico is running on this node", now);
  }

  /** Tells the scheduler that the agent goes: no new pods, please. */
  public Outcome networkDown(Instant now) {
    return condition("True", "CalicoIsDown", "Calico is shutting down on this node", now);
  }

  private Outcome condition(String status, String reason, String message, Instant now) {
    String time = now.truncatedTo(ChronoUnit.SECONDS).toString();
    var condition = new LinkedHashMap<String, Object>();
    condition.put("type", "NetworkUnavailable");
    condition.put("status", status);
    condition.put("lastHeartbeatTime", time);
    condition.put("lastTransitionTime", time);
    condition.put("reason", reason);
    condition.put("message", message);
    Map<String, Object> patch = Map.of("status", Map.of("conditions", List.of(condition)));
    return switch (api.patchStatus(Kind.NODE, key, patch)) {
      case Written.Done _ -> {
        LOG.info("kube.node.condition", "node", node, "reason", reason);
        yield Outcome.WRITTEN;
      }
      case Written.NotFound _ -> Outcome.NO_NODE;
      case Written.Conflict _, Written.AlreadyExists _ -> Outcome.CONFLICT;
    };
  }

  private static boolean change(
      Map<String, Object> object, Map<String, Optional<String>> annotations) {
    Map<String, Object> meta = Trees.members(object, "metadata");
    Map<String, Object> all = Trees.members(meta, "annotations");
    // No copyOf: an annotation may be null in what a server gives back.
    var before = new LinkedHashMap<>(all);
    annotations.forEach((name, value) -> {
      if (value.isPresent()) {
        all.put(name, value.get());
      } else {
        all.remove(name);
      }
    });
    meta.put("annotations", all);
    object.put("metadata", meta);
    return !all.equals(before);
  }
}

package io.margay.kube.status;

import io.margay.kube.client.KubeApi;
import io.margay.kube.client.Written;
import io.margay.kube.types.Kind;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.ObjectKey;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The CalicoNodeStatus objects that ask for this node, and their status. The kind has no status
 * sub-resource: the object goes back whole. Any thread may call; methods wait for the server and
 * throw {@link io.margay.kube.client.ApiException}.
 */
public final class NodeReports {
  /** What Calico fills in where an object does not say how often it wants news. */
  private static final Duration DEFAULT_PERIOD = Duration.ofSeconds(10);

  /** Parts of a status, by the words of {@code spec.classes}. */
  public enum Part {
    AGENT("Agent", "agent"),
    BGP("BGP", "bgp"),
    ROUTES("Routes", "routes");

    private final String word;
    private final String field;

    Part(String word, String field) {
      this.word = word;
      this.field = field;
    }
  }

  /**
   * What an object asks for.
   *
   * @param period between two reports; zero asks for one report, and one when this changes
   */
  public record Request(String name, Set<Part> parts, Duration period) {
    public Request {
      parts = Set.copyOf(parts);
    }
  }

  /** What became of a report. */
  public enum Outcome {
    WRITTEN,
    /** It says so already. */
    UNCHANGED,
    /** The object is gone. */
    GONE,
    /** Somebody wrote the object meanwhile: the next report begins with what it is then. */
    CONFLICT
  }

  private final KubeApi api;
  private final NodeName node;

  public NodeReports(KubeApi api, NodeName node) {
    this.api = api;
    this.node = node;
  }

  /** What is asked of this node now. */
  public List<Request> requests() {
    var requests = new ArrayList<Request>();
    for (Map<String, Object> object : api.list(Kind.CALICO_NODE_STATUS, "")) {
      Map<String, Object> spec = Trees.members(object, "spec");
      String name = Trees.text(Trees.members(object, "metadata"), "name");
      if (Trees.text(spec, "node").equals(node.value()) && !name.isEmpty()) {
        requests.add(new Request(name, parts(spec), period(spec)));
      }
    }
    return requests;
  }

  /**
   * Writes parts of a status; the others, and a status that says so already, stay as they are.
   *
   * @param parts the content of each part
   */
  public Outcome write(String name, Map<Part, Map<String, Object>> parts, Instant now) {
    ObjectKey key = ObjectKey.cluster(name);
    Optional<Map<String, Object>> read = api.get(Kind.CALICO_NODE_STATUS, key);
    if (read.isEmpty()) {
      return Outcome.GONE;
    }
    Map<String, Object> object = read.get();
    Map<String, Object> before = Trees.members(object, "status");
    Map<String, Object> status = Trees.members(object, "status");
    parts.forEach((part, content) -> status.put(part.field, content));
    if (status.equals(before)) {
      return Outcome.UNCHANGED;
    }
    status.put("lastUpdated", now.truncatedTo(ChronoUnit.SECONDS).toString());
    object.put("status", status);
    return switch (api.replace(Kind.CALICO_NODE_STATUS, key, object)) {
      case Written.Done _ -> Outcome.WRITTEN;
      case Written.NotFound _ -> Outcome.GONE;
      case Written.Conflict _, Written.AlreadyExists _ -> Outcome.CONFLICT;
    };
  }

  private static Set<Part> parts(Map<String, Object> spec) {
    Set<Part> parts = EnumSet.noneOf(Part.class);
    if (spec.get("classes") instanceof List<?> classes) {
      for (Part part : Part.values()) {
        if (classes.contains(part.word)) {
          parts.add(part);
        }
      }
    }
    return parts;
  }

  private static Duration period(Map<String, Object> spec) {
    return spec.get("updatePeriodSeconds") instanceof Number seconds
        ? Duration.ofSeconds(Math.clamp(seconds.longValue(), 0, 86_400))
        : DEFAULT_PERIOD;
  }
}

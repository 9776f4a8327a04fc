package io.margay.e2e;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.cluster.ControlPlane;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.image.ImageBuilder;
import io.margay.kube.image.ImageEvent;
import io.margay.kube.types.Kind;
import io.margay.kube.types.ObjectKey;
import java.lang.reflect.RecordComponent;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;

/** The cluster by kubectl's word, and what an agent's image has otherwise. */
final class Truth {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final TypeReference<Map<String, Object>> OBJECT = new TypeReference<>() {};

  private Truth() {}

  /** Waits until the image is what kubectl says, all kinds. */
  static void await(ControlPlane plane, Agent agent) throws Exception {
    var last = new ArrayList<String>();
    try {
      Wait.until(
          "the image is what kubectl says",
          () -> {
            last.clear();
            last.addAll(differences(of(plane, Kind.watched()), agent.image()));
            return last.isEmpty() && agent.sync().stale().isEmpty();
          });
    } catch (AssertionError e) {
      throw new AssertionError(
          e.getMessage() + ": " + last + ", stale: " + agent.sync().stale(), e);
    }
  }

  /** What kubectl gets, read as the agent reads it: that is judged elsewhere. */
  static ClusterImage of(ControlPlane plane, Set<Kind> kinds) throws Exception {
    String names =
        kinds.stream()
            .map(kind -> kind.group().isEmpty() ? kind.plural() : kind.definition())
            .collect(Collectors.joining(","));
    String list =
        plane.kubectl().run("get", names, "--all-namespaces", "-o", "json").orThrow().out();
    var events = new ArrayList<ImageEvent>();
    for (JsonNode item : JSON.readTree(list).get("items")) {
      Kind kind =
          EnumSet.copyOf(kinds).stream()
              .filter(each -> each.word().equals(item.path("kind").asText()))
              .findFirst()
              .orElseThrow();
      JsonNode meta = item.path("metadata");
      var key = new ObjectKey(meta.path("namespace").asText(), meta.path("name").asText());
      events.add(new ImageEvent.Seen(kind, key, JSON.convertValue(item, OBJECT)));
    }
    return new ImageBuilder().apply(events).image();
  }

  /** What one of the images has and the other not, or otherwise; the version is the agent's own. */
  static List<String> differences(ClusterImage truth, ClusterImage image) throws Exception {
    var differences = new ArrayList<String>();
    for (RecordComponent part : ClusterImage.class.getRecordComponents()) {
      if (part.getAccessor().invoke(truth) instanceof Map<?, ?> there
          && part.getAccessor().invoke(image) instanceof Map<?, ?> here) {
        var keys = new HashSet<Object>(there.keySet());
        keys.addAll(here.keySet());
        for (Object key : keys) {
          if (!Objects.equals(there.get(key), here.get(key))) {
            differences.add(
                "%s %s: there %s, here %s"
                    .formatted(part.getName(), key, there.get(key), here.get(key)));
          }
        }
      }
    }
    return differences;
  }
}

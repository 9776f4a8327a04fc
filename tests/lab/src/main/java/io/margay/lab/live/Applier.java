package io.margay.lab.live;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.margay.lab.api.ApiServer;
import io.margay.lab.api.ResourceKind;
import io.margay.lab.cluster.ClusterObjects;
import io.margay.lab.cluster.StoredObject;
import io.margay.lab.kubelet.Placement;
import io.margay.lab.kubelet.Scheduler;
import io.margay.lab.manifest.ManifestReader;
import io.margay.lab.manifest.Manifests;
import io.margay.lab.manifest.Workloads;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;

/** Applies and deletes manifests: what kubectl, controllers and the scheduler do elsewhere. */
public final class Applier {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LOOK = Duration.ofMillis(50);

  /** What others need comes first; the rest keeps the order of the files. */
  private static final List<ResourceKind> FIRST =
      List.of(
          ResourceKind.NAMESPACE,
          ResourceKind.IP_POOL,
          ResourceKind.SERVICE_ACCOUNT,
          ResourceKind.NETWORK_POLICY);

  private final ApiServer api;
  private final Progress progress;

  public Applier(ApiServer api, Progress progress) {
    this.api = api;
    this.progress = progress;
  }

  /**
   * Applies files, by name, and waits until their pods run.
   *
   * @param wanted the kinds that are applied; others of the files are left for another time
   * @return whether all went well; what did not was said
   */
  public boolean apply(Map<String, String> files, Predicate<ResourceKind> wanted, Duration patience)
      throws InterruptedException {
    Optional<List<StoredObject>> read = read(files);
    if (read.isEmpty()) {
      return false;
    }
    var pods = new ArrayList<ObjectNode>();
    boolean good = true;
    for (StoredObject object : read.get()) {
      if (wanted.test(object.kind())) {
        good &= applyOne(object, pods);
      }
    }
    for (ObjectNode pod : pods) {
      good &= applyPod(pod);
    }
    return awaitRunning(pods, patience) && good;
  }

  private boolean applyOne(StoredObject object, List<ObjectNode> pods) {
    if (object.kind().namespaced() && !namespaceExists(namespace(object.object()))) {
      progress.say(
          "%s \"%s\": there is no namespace \"%s\""
              .formatted(object.kind().kind(), object.name(), namespace(object.object())));
      return false;
    }
    if (object.kind().equals(ResourceKind.POD)) {
      pods.add(object.object());
      return true;
    }
    if (object.kind().equals(ResourceKind.NAMESPACE)) {
      for (StoredObject basic : ClusterObjects.namespace(object.name())) {
        basic.object().withObject("/metadata/labels").setAll(labels(object.object()));
        api.apply(basic.kind(), basic.object());
      }
      return true;
    }
    api.apply(object.kind(), object.object());
    if (object.kind().equals(ResourceKind.DEPLOYMENT)) {
      List<ObjectNode> wanted = Workloads.pods(object.object());
      pods.addAll(wanted);
      deleteSurplus(object, wanted.size());
    }
    return true;
  }

  private static ObjectNode labels(ObjectNode object) {
    return object.path("metadata").path("labels") instanceof ObjectNode labels
        ? labels
        : JSON.createObjectNode();
  }

  private void deleteSurplus(StoredObject deployment, int wanted) {
    int kept = 0;
    for (JsonNode pod : ownPods(deployment)) {
      if (++kept > wanted) {
        api.delete(path(pod), 30);
      }
    }
  }

  private List<JsonNode> ownPods(StoredObject deployment) {
    return api.list(ResourceKind.POD).stream()
        .filter(pod -> namespace(pod).equals(namespace(deployment.object())))
        .filter(pod ->
            pod.path("metadata")
                .path("labels")
                .path(Workloads.OWNER_LABEL)
                .asText()
                .equals(deployment.name()))
        .sorted(Comparator.comparing(pod -> pod.path("metadata").path("name").asText()))
        .toList();
  }

  /** A pod that is there gets the labels; its containers cannot be changed, as in Kubernetes. */
  private boolean applyPod(ObjectNode pod) {
    Optional<JsonNode> existing = api.get(path(pod));
    if (existing.isPresent()) {
      ObjectNode change = JSON.createObjectNode();
      ObjectNode metadata = change.putObject("metadata");
      metadata.set("labels", pod.path("metadata").path("labels").deepCopy());
      api.mergeStatus(path(pod), change);
      return true;
    }
    return switch (Scheduler.choose(pod, api.list(ResourceKind.NODE), load())) {
      case Placement.On on -> {
        pod.withObject("/spec").put("nodeName", on.node());
        api.apply(ResourceKind.POD, pod);
        yield true;
      }
      case Placement.Nowhere nowhere -> {
        progress.say("pod " + name(pod) + ": " + nowhere.why());
        yield false;
      }
    };
  }

  private Map<String, Integer> load() {
    var load = new HashMap<String, Integer>();
    for (JsonNode pod : api.list(ResourceKind.POD)) {
      load.merge(pod.path("spec").path("nodeName").asText(), 1, Integer::sum);
    }
    return load;
  }

  private boolean awaitRunning(List<ObjectNode> pods, Duration patience)
      throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    Set<String> waiting = new LinkedHashSet<>();
    pods.forEach(pod -> waiting.add(path(pod)));
    while (!waiting.isEmpty() && System.nanoTime() < deadline) {
      waiting.removeIf(
          path -> api.get(path).filter(pod -> phase(pod).equals("Running")).isPresent());
      if (!waiting.isEmpty()) {
        Thread.sleep(LOOK);
      }
    }
    for (String path : waiting) {
      String why =
          api.get(path)
              .map(pod -> pod.path("status").path("conditions").path(0).path("message").asText())
              .filter(text -> !text.isEmpty())
              .orElse("its node has not begun with it");
      progress.say(path + " does not run after " + patience.toSeconds() + " s: " + why);
    }
    return waiting.isEmpty();
  }

  /**
   * Deletes what files name, and waits until the pods are gone.
   *
   * @return whether all went well; what did not was said
   */
  public boolean delete(Map<String, String> files, Duration patience) throws InterruptedException {
    Optional<List<StoredObject>> read = read(files);
    if (read.isEmpty()) {
      return false;
    }
    var pods = new ArrayList<String>();
    for (StoredObject object : read.get().reversed()) {
      if (object.kind().equals(ResourceKind.DEPLOYMENT)) {
        ownPods(object).forEach(pod -> pods.add(path(pod)));
      }
      String path = object.kind().collection(namespace(object.object())) + "/" + object.name();
      if (object.kind().equals(ResourceKind.POD)) {
        pods.add(path);
      } else {
        api.delete(path, 0);
      }
    }
    pods.forEach(path -> api.delete(path, 30));
    long deadline = System.nanoTime() + patience.toNanos();
    while (pods.removeIf(path -> api.get(path).isEmpty()) || !pods.isEmpty()) {
      if (System.nanoTime() > deadline) {
        progress.say(
            "still there after " + patience.toSeconds() + " s: " + String.join(", ", pods));
        return false;
      }
      Thread.sleep(LOOK);
    }
    return true;
  }

  private Optional<List<StoredObject>> read(Map<String, String> files) {
    Manifests manifests = ManifestReader.read(files);
    manifests.skipped().forEach(what -> progress.say("skipped: " + what));
    manifests.problems().forEach(problem -> progress.say("error: " + problem));
    if (!manifests.problems().isEmpty()) {
      progress.say("nothing was changed");
      return Optional.empty();
    }
    return Optional.of(
        manifests.objects().stream()
            .sorted(
                Comparator.comparingInt(object -> {
                  int at = FIRST.indexOf(object.kind());
                  return at < 0 ? FIRST.size() : at;
                }))
            .toList());
  }

  private boolean namespaceExists(String namespace) {
    return api.get(ResourceKind.NAMESPACE.collection("") + "/" + namespace).isPresent();
  }

  private static String namespace(JsonNode object) {
    return object.path("metadata").path("namespace").asText();
  }

  private static String name(JsonNode object) {
    return namespace(object) + "/" + object.path("metadata").path("name").asText();
  }

  private static String path(JsonNode pod) {
    return ResourceKind.POD.collection(namespace(pod))
        + "/"
        + pod.path("metadata").path("name").asText();
  }

  private static String phase(JsonNode pod) {
    return pod.path("status").path("phase").asText();
  }
}

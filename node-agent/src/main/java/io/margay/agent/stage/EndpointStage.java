package io.margay.agent.stage;

import io.margay.cni.protocol.PodName;
import io.margay.cni.verb.Endpoint;
import io.margay.cni.verb.Endpoints.Datastore;
import io.margay.cni.verb.Endpoints.LocalPod;
import io.margay.cni.verb.Endpoints.PodFacts;
import io.margay.cni.verb.Endpoints.Recording;
import io.margay.cni.verb.Endpoints.Service;
import io.margay.cni.verb.Endpoints.Wiring;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.reconcile.Reached;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.status.PodStatusWriter;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.policy.render.RenderKey;
import io.margay.route.fib.FibKey;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What CNI is told of pods and their interfaces, from image, plan and what the kernel took. */
public final class EndpointStage {
  /** So many of the items that are not confirmed are named to kubelet. */
  private static final int NAMED = 5;

  private EndpointStage() {}

  /** What has to be in the kernel before an endpoint may go on. */
  public sealed interface Awaited<K> {
    /** These, as a plan of this version wants them. */
    record Items<K>(long version, Set<K> keys) implements Awaited<K> {}

    /** Nothing that is planned would serve the endpoint. */
    record Unplanned<K>(String why) implements Awaited<K> {}
  }

  public static PodKey key(PodName name) {
    return new PodKey(name.namespace(), name.name());
  }

  /** Whether the datastore may be used, by ClusterInformation {@code default}. */
  public static Datastore datastore(ClusterImage image) {
    ClusterInformation known = image.clusterInformations().get("default");
    if (known == null) {
      return new Datastore.NotReady("ClusterInformation \"default\" does not exist yet");
    }
    return known.datastoreReady().orElse(true)
        ? new Datastore.Ready()
        : new Datastore.NotReady("ClusterInformation \"default\": datastoreReady is false");
  }

  /** Whether an ADD can succeed; no policy, no pod. */
  public static Service service(Optional<String> policyBroken) {
    return policyBroken
        .<Service>map(why -> new Service.Unavailable("policy cannot be programmed: " + why))
        .orElseGet(Service.Available::new);
  }

  /** A pod as CNI looks at it. */
  public static PodFacts facts(Pod pod, Optional<Namespace> namespace) {
    return new PodFacts(
        new PodName(pod.key().namespace(), pod.key().name()),
        Optional.of(pod.uid()).filter(uid -> !uid.isEmpty()),
        pod.annotations(),
        namespace.map(Namespace::labels).orElse(Map.of()),
        namespace.map(Namespace::annotations).orElse(Map.of()));
  }

  /** A pair that CNI made, its host end still down. */
  public static LocalPods.Wired wired(Endpoint endpoint) {
    return new LocalPods.Wired(
        endpoint.containerId(),
        endpoint.ifName(),
        endpoint.hostInterface(),
        endpoint.addresses(),
        false);
  }

  /** The chains and sets that judge a pod's packets. */
  public static Awaited<RenderKey> policy(Planner planner, Plan plan, PodKey pod) {
    Set<RenderKey> keys = planner.policy().keysOf(PolicyStage.key(pod));
    return keys.isEmpty()
        ? new Awaited.Unplanned<>("policy knows no pod " + pod + " on this node")
        : new Awaited.Items<>(plan.version(), keys);
  }

  /** A route to each of these addresses. */
  public static Awaited<FibKey> routes(Plan plan, List<Ip> addresses) {
    Set<FibKey> keys =
        addresses.stream()
            .flatMap(ip -> Optional.ofNullable(plan.routes().pods().get(ip)).stream())
            .filter(pod -> pod.route().isPresent())
            .map(Plan.PodRoute::key)
            .collect(Collectors.toSet());
    return keys.size() < addresses.size()
        ? new Awaited.Unplanned<>("no route is planned for each of " + addresses)
        : new Awaited.Items<>(plan.version(), keys);
  }

  /** What the kernel took of these by the deadline. */
  public static <K> Wiring wiring(Set<K> keys, Reached<K> reached) {
    return switch (reached) {
      case Reached.Yes<K> _ -> new Wiring.InForce();
      case Reached.NotYet<K> _ ->
          new Wiring.Late(
              keys.stream()
                  .map(String::valueOf)
                  .sorted()
                  .limit(NAMED)
                  .collect(Collectors.joining(", ")));
      case Reached.Refused<K>(K key, String reason) -> new Wiring.Refused(key + ": " + reason);
    };
  }

  /** What became of a pod's annotations. */
  public static Recording recording(PodStatusWriter.Outcome outcome, String containerId) {
    return switch (outcome) {
      case WRITTEN, NO_POD -> new Recording.Done();
      case OTHER_POD, OTHER_SANDBOX -> new Recording.Superseded(containerId);
      case CONFLICT -> new Recording.Failed("the pod changed under each attempt to write it");
    };
  }

  /**
   * The pods that are scheduled to a node and not finished.
   *
   * @param containerOf a pod's container, as far as known
   */
  public static List<LocalPod> localPods(
      ClusterImage image, NodeName self, Function<Pod, Optional<String>> containerOf) {
    return image.pods().values().stream()
        .filter(pod -> pod.node().filter(self::equals).isPresent())
        .filter(pod -> !pod.finished())
        .map(pod ->
            new LocalPod(
                new PodName(pod.key().namespace(), pod.key().name()), containerOf.apply(pod)))
        .toList();
  }
}

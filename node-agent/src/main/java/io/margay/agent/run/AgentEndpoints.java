package io.margay.agent.run;

import io.margay.agent.stage.LocalPods;
import io.margay.agent.stage.Planner;
import io.margay.cni.protocol.PodName;
import io.margay.cni.verb.Endpoint;
import io.margay.cni.verb.Endpoints;
import io.margay.foundation.reconcile.Reached;
import io.margay.foundation.time.Clock;
import io.margay.kube.client.ApiException;
import io.margay.kube.status.ClusterReads;
import io.margay.kube.status.Lookup;
import io.margay.kube.status.PodStatusWriter;
import io.margay.kube.types.ClusterInformation;
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.policy.model.WorkloadKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import io.margay.route.fib.FibRoute;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** What CNI asks of the agent, answered by the stages, the loops and the API server. */
final class AgentEndpoints implements Endpoints {
  private final NodeName self;
  private final StageThread stage;
  private final ReconcileLoop<FibKey, FibRoute> fib;
  private final ReconcileLoop<RenderKey, Rendered> policy;
  private final ClusterReads reads;
  private final PodStatusWriter pods;
  private final Clock clock;
  private final Supplier<Service> service;

  /** What the answers come from. */
  record Parts(
      NodeName self,
      StageThread stage,
      ReconcileLoop<FibKey, FibRoute> fib,
      ReconcileLoop<RenderKey, Rendered> policy,
      ClusterReads reads,
      PodStatusWriter pods,
      Clock clock,
      Supplier<Service> service) {}

  AgentEndpoints(Parts parts) {
    this.self = parts.self();
    this.stage = parts.stage();
    this.fib = parts.fib();
    this.policy = parts.policy();
    this.reads = parts.reads();
    this.pods = parts.pods();
    this.clock = parts.clock();
    this.service = parts.service();
  }

  @Override
  public Datastore datastore() {
    Optional<ClusterInformation> known =
        ask(planner -> Optional.ofNullable(planner.image().clusterInformations().get("default")));
    if (known.isEmpty()) {
      return new Datastore.NotReady("ClusterInformation \"default\" does not exist yet");
    }
    return known.get().datastoreReady().orElse(true)
        ? new Datastore.Ready()
        : new Datastore.NotReady("ClusterInformation \"default\": datastoreReady is false");
  }

  @Override
  public PodLookup pod(PodName name) {
    PodKey key = key(name);
    try {
      Optional<Pod> known = ask(planner -> Optional.ofNullable(planner.image().pods().get(key)));
      Lookup<Pod> pod = known.isPresent() ? new Lookup.Found<>(known.get()) : reads.pod(key);
      return switch (pod) {
        case Lookup.Absent<Pod> _ -> new PodLookup.Missing();
        case Lookup.Broken<Pod>(var problems) ->
            new PodLookup.Unavailable("the pod cannot be read: " + problems);
        case Lookup.Found<Pod>(Pod found) -> {
          stage.tell(planner -> planner.early(found));
          yield new PodLookup.Found(facts(name, found));
        }
      };
    } catch (ApiException e) {
      return new PodLookup.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private PodFacts facts(PodName name, Pod pod) {
    Optional<Namespace> known =
        ask(planner -> Optional.ofNullable(planner.image().namespaces().get(name.namespace())));
    Optional<Namespace> namespace =
        known.isPresent() ? known : reads.namespace(name.namespace()).found();
    return new PodFacts(
        name,
        Optional.of(pod.uid()).filter(uid -> !uid.isEmpty()),
        pod.annotations(),
        namespace.map(Namespace::labels).orElse(Map.of()),
        namespace.map(Namespace::annotations).orElse(Map.of()));
  }

  /** What a plan made of an endpoint: its version, and what has to be real for it. */
  private record Asked<K>(long version, Set<K> keys) {}

  @Override
  public Wiring policyInForce(Endpoint endpoint, long deadlineNanos) {
    if (endpoint.pod().isEmpty()) {
      return new Wiring.Refused(
          "the container is no pod of Kubernetes (CNI_ARGS has no K8S_POD_NAME)");
    }
    PodKey pod = key(endpoint.pod().get());
    var wired =
        new LocalPods.Wired(
            endpoint.containerId(),
            endpoint.ifName(),
            endpoint.hostInterface(),
            endpoint.addresses(),
            false);
    WorkloadKey workload = new WorkloadKey(pod.namespace(), pod.name());
    Asked<RenderKey> asked =
        await(
            stage.planned(
                planner -> planner.wired(pod, wired),
                planner -> plan -> new Asked<>(plan.version(), planner.policy().keysOf(workload))));
    if (asked.keys().isEmpty()) {
      return new Wiring.Refused("policy knows no pod " + pod + " on this node");
    }
    return wiring(policy, asked, deadlineNanos);
  }

  @Override
  public Wiring routed(Endpoint endpoint, long deadlineNanos) {
    if (endpoint.pod().isEmpty()) {
      return new Wiring.InForce();
    }
    PodKey pod = key(endpoint.pod().get());
    Asked<FibKey> asked =
        await(
            stage.planned(
                planner -> planner.up(pod, endpoint.containerId()),
                _ ->
                    plan -> {
                      var keys = new HashSet<FibKey>();
                      plan.routes().wanted().keySet().stream()
                          .filter(key ->
                              key.destination().isHost()
                                  && endpoint.addresses().contains(key.destination().address()))
                          .forEach(keys::add);
                      return new Asked<>(plan.version(), keys);
                    }));
    if (asked.keys().size() < endpoint.addresses().size()) {
      return new Wiring.Refused("no route is planned for each of " + endpoint.addresses());
    }
    return wiring(fib, asked, deadlineNanos);
  }

  private <K> Wiring wiring(ReconcileLoop<K, ?> loop, Asked<K> asked, long deadlineNanos) {
    try {
      Duration left = Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanos()));
      return switch (loop.await(asked.version(), asked.keys(), left)) {
        case Reached.Yes<K> _ -> new Wiring.InForce();
        case Reached.NotYet<K> _ ->
            new Wiring.Late(
                asked.keys().stream()
                    .map(String::valueOf)
                    .sorted()
                    .limit(5)
                    .collect(Collectors.joining(", ")));
        case Reached.Refused<K>(K key, String reason) -> new Wiring.Refused(key + ": " + reason);
      };
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Wiring.Late("the agent is stopping");
    }
  }

  @Override
  public void forget(String containerId) {
    stage.tell(planner -> planner.forget(containerId));
  }

  @Override
  public Recording recordAddresses(Endpoint endpoint, Optional<String> uid) {
    if (endpoint.pod().isEmpty()) {
      return new Recording.Done();
    }
    PodKey pod = key(endpoint.pod().get());
    return recording(
        () -> pods.addressed(pod, uid.orElse(""), endpoint.addresses(), endpoint.containerId()),
        endpoint.containerId());
  }

  @Override
  public Recording clearAddresses(PodName name, String containerId) {
    PodKey pod = key(name);
    Recording done = recording(() -> pods.cleared(pod, containerId), containerId);
    if (done instanceof Recording.Done) {
      stage.tell(planner -> planner.forgetPod(pod, containerId));
    }
    return done;
  }

  private static Recording recording(Supplier<PodStatusWriter.Outcome> write, String containerId) {
    try {
      return switch (write.get()) {
        case WRITTEN, NO_POD -> new Recording.Done();
        case OTHER_POD, OTHER_SANDBOX -> new Recording.Superseded(containerId);
        case CONFLICT -> new Recording.Failed("the pod changed under each attempt to write it");
      };
    } catch (ApiException e) {
      return new Recording.Failed(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Service service() {
    return service.get();
  }

  @Override
  public List<LocalPod> localPods() {
    return ask(planner ->
        planner.image().pods().values().stream()
            .filter(pod -> pod.node().filter(self::equals).isPresent())
            .filter(pod -> !pod.finished())
            .map(pod ->
                new LocalPod(
                    new PodName(pod.key().namespace(), pod.key().name()), planner.containerOf(pod)))
            .toList());
  }

  private <T> T ask(Function<Planner, T> question) {
    return await(stage.ask(question));
  }

  private static <T> T await(CompletableFuture<T> answer) {
    try {
      return answer.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted", e);
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    }
  }

  private static PodKey key(PodName name) {
    return new PodKey(name.namespace(), name.name());
  }
}

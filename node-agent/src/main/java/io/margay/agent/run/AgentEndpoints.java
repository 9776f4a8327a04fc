package io.margay.agent.run;

import io.margay.agent.stage.EndpointStage;
import io.margay.agent.stage.EndpointStage.Awaited;
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
import io.margay.kube.types.Namespace;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Carries what CNI asks to the stages, the loops and the API server, and {@link EndpointStage}'s
 * answers back.
 */
final class AgentEndpoints implements Endpoints {
  private final NodeName self;
  private final StageThread stage;
  private final Waiting<FibKey> fib;
  private final ReconcileLoop<RenderKey, Rendered> policy;
  private final ClusterReads reads;
  private final PodStatusWriter pods;
  private final Clock clock;

  /** Waits as {@link ReconcileLoop#await} does. */
  @FunctionalInterface
  interface Waiting<K> {
    Reached<K> await(long version, Set<K> keys, Duration limit) throws InterruptedException;
  }

  /** What the answers come from. */
  record Parts(
      NodeName self,
      StageThread stage,
      Waiting<FibKey> fib,
      ReconcileLoop<RenderKey, Rendered> policy,
      ClusterReads reads,
      PodStatusWriter pods,
      Clock clock) {}

  AgentEndpoints(Parts parts) {
    this.self = parts.self();
    this.stage = parts.stage();
    this.fib = parts.fib();
    this.policy = parts.policy();
    this.reads = parts.reads();
    this.pods = parts.pods();
    this.clock = parts.clock();
  }

  @Override
  public Datastore datastore() {
    return ask(planner -> EndpointStage.datastore(planner.image()));
  }

  @Override
  public PodLookup pod(PodName name) {
    PodKey key = EndpointStage.key(name);
    try {
      Optional<Pod> known = ask(planner -> Optional.ofNullable(planner.image().pods().get(key)));
      Lookup<Pod> pod = known.isPresent() ? new Lookup.Found<>(known.get()) : reads.pod(key);
      return switch (pod) {
        case Lookup.Absent<Pod> _ -> new PodLookup.Missing();
        case Lookup.Broken<Pod>(var problems) ->
            new PodLookup.Unavailable("the pod cannot be read: " + problems);
        case Lookup.Found<Pod>(Pod found) -> {
          stage.tell(planner -> planner.early(found));
          yield new PodLookup.Found(EndpointStage.facts(found, namespace(name.namespace())));
        }
      };
    } catch (ApiException e) {
      return new PodLookup.Unavailable(String.valueOf(e.getMessage()));
    }
  }

  private Optional<Namespace> namespace(String name) {
    Optional<Namespace> known =
        ask(planner -> Optional.ofNullable(planner.image().namespaces().get(name)));
    return known.isPresent() ? known : reads.namespace(name).found();
  }

  @Override
  public Wiring policyInForce(Endpoint endpoint, long deadlineNanos) {
    if (endpoint.pod().isEmpty()) {
      return new Wiring.Refused(
          "the container is no pod of Kubernetes (CNI_ARGS has no K8S_POD_NAME)");
    }
    PodKey pod = EndpointStage.key(endpoint.pod().get());
    return inForce(
        policy::await,
        stage.planned(
            planner -> planner.wired(pod, EndpointStage.wired(endpoint)),
            planner -> plan -> EndpointStage.policy(planner, plan, pod)),
        deadlineNanos);
  }

  @Override
  public Wiring routed(Endpoint endpoint, long deadlineNanos) {
    if (endpoint.pod().isEmpty()) {
      return new Wiring.InForce();
    }
    PodKey pod = EndpointStage.key(endpoint.pod().get());
    return inForce(
        fib,
        stage.planned(
            planner -> planner.up(pod, endpoint.containerId()),
            _ -> plan -> EndpointStage.routes(plan, endpoint.addresses())),
        deadlineNanos);
  }

  private <K> Wiring inForce(
      Waiting<K> loop, CompletableFuture<Awaited<K>> planned, long deadlineNanos) {
    return switch (Asked.within(left(deadlineNanos), planned).orElse(null)) {
      case null -> new Wiring.Late("the plan of this node");
      case Awaited.Unplanned<K>(String why) -> new Wiring.Refused(why);
      case Awaited.Items<K> items -> {
        try {
          yield EndpointStage.wiring(
              items.keys(), loop.await(items.version(), items.keys(), left(deadlineNanos)));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          yield new Wiring.Late("the agent is stopping");
        }
      }
    };
  }

  private Duration left(long deadlineNanos) {
    return Duration.ofNanos(Math.max(0, deadlineNanos - clock.nanos()));
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
    PodKey pod = EndpointStage.key(endpoint.pod().get());
    return recording(
        () -> pods.addressed(pod, uid.orElse(""), endpoint.addresses(), endpoint.containerId()),
        endpoint.containerId());
  }

  @Override
  public Recording clearAddresses(PodName name, String containerId) {
    PodKey pod = EndpointStage.key(name);
    Recording done = recording(() -> pods.cleared(pod, containerId), containerId);
    if (done instanceof Recording.Done) {
      stage.tell(planner -> planner.forgetPod(pod, containerId));
    }
    return done;
  }

  private static Recording recording(Supplier<PodStatusWriter.Outcome> write, String containerId) {
    try {
      return EndpointStage.recording(write.get(), containerId);
    } catch (ApiException e) {
      return new Recording.Failed(String.valueOf(e.getMessage()));
    }
  }

  @Override
  public Service service() {
    return EndpointStage.service(policy.broken());
  }

  @Override
  public List<LocalPod> localPods() {
    return ask(planner -> EndpointStage.localPods(planner.image(), self, planner::containerOf));
  }

  private <T> T ask(Function<Planner, T> question) {
    return Asked.answer(stage.ask(question));
  }
}

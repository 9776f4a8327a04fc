package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.agent.config.ServiceLoopPrevention;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Diff;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.SecretState;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import io.margay.route.fib.FibKey;
import io.margay.tunnel.plan.IpipSupport;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Joins the stages: takes in what changed, from the API server, BGP, the kernel and CNI, and says
 * what each subsystem should have. The same facts give the same plan, whatever the way there. Owned
 * by the stage thread.
 */
public final class Planner {
  private final Settings settings;
  private final PolicyPart policy;
  private final NetworkPart network;
  private final SpeakerPart speaker;
  private final ServiceLoopPart serviceLoop;
  private final LocalPods local = new LocalPods();
  private final Map<PodKey, Pod> early = new HashMap<>();

  /** The image's pods of this node: a plan looks at no others. */
  private final Map<PodKey, Pod> here = new HashMap<>();

  private final Map<Prefix, BestRoute> best = new HashMap<>();

  private ClusterImage image = ClusterImage.EMPTY;
  private OwnBlocks blocks;
  private ClusterDelta pending = ClusterDelta.NONE;
  private final Set<PodKey> touched = new LinkedHashSet<>();
  private KernelFacts kernel = KernelFacts.NONE;
  private NextHopTable kernelRoutes = new NextHopTable(List.of());
  private long version;

  /**
   * What does not change while the agent runs.
   *
   * @param serviceLoop empty: FelixConfiguration says it
   * @param kernel its release, as {@code uname -r} says it
   * @param hostInterface the name of a pod's host end, by Calico's rule
   */
  public record Settings(
      NodeName self,
      Backend backend,
      RouterId routerId,
      RenderSettings policy,
      Optional<ServiceLoopPrevention> serviceLoop,
      IpipSupport ipip,
      String kernel,
      AgentConfig.Tunnels tunnels,
      Uplinks uplinks,
      Function<PodKey, String> hostInterface) {}

  public Planner(Settings settings) {
    this.settings = settings;
    this.policy = new PolicyPart(settings.self(), settings.policy(), settings.hostInterface());
    this.serviceLoop = new ServiceLoopPart(settings.self(), settings.serviceLoop());
    this.blocks = OwnBlocks.of(image, settings.self());
    this.speaker = new SpeakerPart(settings.routerId(), blocks);
    this.network =
        new NetworkPart(
            new NetworkPart.Settings(
                settings.self(),
                settings.backend(),
                settings.ipip(),
                settings.kernel(),
                settings.tunnels(),
                settings.uplinks()));
  }

  /** A new image; {@code delta} made it of the one before. */
  public void image(ClusterImage next, ClusterDelta delta) {
    blocks = blocks.next(image, next, delta);
    image = next;
    pending = pending.then(delta);
    speaker.update(delta, blocks);
    network.update(next, delta);
    serviceLoop.update(next, delta);
    for (PodKey key : delta.pods().keySet()) {
      early.remove(key);
      Optional<Pod> pod = Optional.ofNullable(next.pods().get(key));
      if (pod.isEmpty()) {
        local.gone(key);
      }
      pod.filter(one -> one.node().filter(settings.self()::equals).isPresent())
          .ifPresentOrElse(one -> here.put(key, one), () -> here.remove(key));
    }
  }

  /** What BGP chose anew. */
  public void best(List<BestChange> changes) {
    for (BestChange change : changes) {
      change
          .after()
          .ifPresentOrElse(
              route -> best.put(change.prefix(), route), () -> best.remove(change.prefix()));
      network.touched(change.prefix());
    }
  }

  /** What is known of the Secrets that the last plan named. */
  public void secrets(Map<String, SecretState> states) {
    speaker.secrets(states);
  }

  /** What the kernel looks like now. */
  public void kernel(KernelFacts facts) {
    kernel = facts;
    kernelRoutes = new NextHopTable(facts.onward());
  }

  /** A pod that a GET found before its watch event. */
  public void early(Pod pod) {
    if (!image.pods().containsKey(pod.key())) {
      early.put(pod.key(), pod);
      touched.add(pod.key());
    }
  }

  /** CNI made a pair for a pod. */
  public void wired(PodKey pod, LocalPods.Wired pair) {
    local.wired(pod, pair);
    touched.add(pod);
  }

  /** CNI set a pod's host end up. */
  public void up(PodKey pod, String containerId) {
    local.up(pod, containerId);
  }

  /** CNI takes a container away; what another container of the pod has stays. */
  public void forget(String containerId) {
    local
        .podOf(containerId)
        .ifPresent(pod -> {
          if (local.forget(pod, containerId)) {
            touched.add(pod);
          }
        });
  }

  /** CNI takes a pod's container away that an earlier agent wired. */
  public void forgetPod(PodKey pod, String containerId) {
    if (local.forget(pod, containerId)) {
      touched.add(pod);
    }
  }

  /** A pod's container: what CNI of this process knows, else what an earlier one wrote down. */
  public Optional<String> containerOf(Pod pod) {
    return local.isForgotten(pod.key())
        ? Optional.empty()
        : local.wiring(pod.key()).map(LocalPods.Wired::containerId).or(pod::containerId);
  }

  public ClusterImage image() {
    return image;
  }

  public KernelFacts kernel() {
    return kernel;
  }

  /** What policy depends on and makes; for views. */
  public PolicyEngine policy() {
    return policy.engine();
  }

  /** The routes to this node's own pods and blocks, by the last plan. */
  public Set<FibKey> localRoutes() {
    return network.routes().local();
  }

  /** All routes as the last plan has them; for views. */
  public PlannedRoutes routes() {
    return network.routes().all();
  }

  /** The other nodes as the last plan has them; for views. */
  public List<NodeReach> reaches() {
    return network.reaches();
  }

  /** This node's pods with their interfaces, as of now. */
  public Map<PodKey, LocalPods.LocalPod> localPods() {
    return local.all(here.values(), settings.hostInterface());
  }

  /**
   * The plan for all that is known now. What it changes in policy and routes is in the next one
   * too, until {@link #taken} was called: a plan that fails on its way takes no change with it.
   *
   * @param now nanoseconds of a clock that only goes forward
   */
  public Plan plan(long now) {
    version++;
    var notes = new ArrayList<>(network.notes());
    Optional<Node> self = Optional.ofNullable(image.nodes().get(settings.self()));
    TunnelSettings tunnelSettings = network.tunnelSettings();
    Sides sides = network.sides(image, now);
    Diff<RenderKey, Rendered> changed = policy(sides, tunnelSettings, notes);
    Map<PodKey, LocalPods.LocalPod> pods = localPods();
    Optional<PeerStage.Result> speech =
        self.filter(_ -> settings.backend() == Backend.BIRD)
            .map(node -> speaker.plan(image, node, notes));
    PeerWays peers =
        speech.map(result -> PeerWays.of(result.gateways(), kernelRoutes)).orElse(PeerWays.NONE);
    NextHopTable nextHops = peers.behind(kernelRoutes);
    RoutePart routes =
        network.routes(
            image,
            sides,
            new NetworkPart.Facts(pods.values(), blocks, best, peers, kernel, nextHops));
    TunnelStage.Result tunnels = network.tunnels(image, sides, kernel);
    return new Plan(
        version,
        new Plan.Routes(routes.changed(), routes.pods(), routes.counts()),
        tunnels.items(),
        changed,
        speech.flatMap(PeerStage.Result::config),
        speech.map(PeerStage.Result::secrets).orElse(Set.of()),
        originated(pods, sides),
        nextHops,
        tunnels.podMtu(),
        tunnelSettings.checksums(),
        network.ends(image, sides, kernel),
        notes);
  }

  /** Whoever the last plan was for has it. */
  public void taken() {
    policy.taken();
    network.routes().taken();
  }

  private Diff<RenderKey, Rendered> policy(
      Sides sides, TunnelSettings tunnels, List<String> notes) {
    Diff<RenderKey, Rendered> changed =
        policy.plan(
            settings
                .policy()
                .with(sides.rendered(), tunnels.vxlanPort(), tunnels.externalNodes())
                .with(serviceLoop.serviceLoop(notes)),
            new PolicyPart.Changes(image, pending, touched, local, early),
            notes);
    pending = ClusterDelta.NONE;
    touched.clear();
    return changed;
  }

  private Map<Prefix, LocalRoute> originated(Map<PodKey, LocalPods.LocalPod> pods, Sides sides) {
    return settings.backend() == Backend.BIRD
        ? OriginStage.routes(image, blocks, pods.values(), sides.ipipAddress(), kernel)
        : Map.of();
  }
}

package io.margay.agent.stage;

import io.margay.agent.config.Backend;
import io.margay.agent.config.RouterId;
import io.margay.bgp.filter.RoutePriorities;
import io.margay.bgp.rib.BestChange;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.LocalRoute;
import io.margay.foundation.addr.InterfaceAddress;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.reconcile.Diff;
import io.margay.foundation.tree.Problem;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.BgpPeer;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.types.PodKey;
import io.margay.kube.types.SecretState;
import io.margay.policy.engine.PolicyEngine;
import io.margay.policy.model.PolicyKey;
import io.margay.policy.render.RenderKey;
import io.margay.policy.render.RenderSettings;
import io.margay.policy.render.Rendered;
import io.margay.tunnel.plan.ForwardingTable;
import io.margay.tunnel.plan.IpipSupport;
import io.margay.tunnel.plan.Mtu;
import io.margay.tunnel.plan.TunnelItem;
import io.margay.tunnel.plan.TunnelKey;
import io.margay.tunnel.plan.TunnelPlan;
import io.margay.tunnel.plan.TunnelPool;
import io.margay.tunnel.plan.Ways;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Joins the stages: takes in what changed, from the API server, BGP, the kernel and CNI, and says
 * what each subsystem should have. The same facts give the same plan, whatever the way there. Owned
 * by the stage thread.
 */
public final class Planner {
  private final Settings settings;
  private final PolicyStage policyStage;
  private final PolicyEngine engine;
  private final LocalPods local = new LocalPods();
  private final Map<PodKey, Pod> early = new HashMap<>();
  private final Map<Prefix, BestRoute> best = new HashMap<>();

  private Map<String, SecretState> secrets = Map.of();

  private ClusterImage image = ClusterImage.EMPTY;
  private ClusterDelta pending = ClusterDelta.NONE;
  private final Set<PodKey> touched = new LinkedHashSet<>();
  private final Map<PolicyKey, List<Problem>> policyProblems = new TreeMap<>();
  private KernelFacts kernel = KernelFacts.NONE;
  private NextHopTable kernelRoutes = new NextHopTable(List.of());
  private long version;

  /** Policy's part of the plans that were made since one was taken. */
  private Diff<RenderKey, Rendered> untaken = new Diff<>(Map.of(), Set.of());

  /**
   * What does not change while the agent runs.
   *
   * @param hostInterface the name of a pod's host end, by Calico's rule
   * @param ipipMtu 0: from the uplink
   */
  public record Settings(
      NodeName self,
      Backend backend,
      RouterId routerId,
      RenderSettings policy,
      IpipSupport ipip,
      int ipipMtu,
      Pattern uplinks,
      Function<PodKey, String> hostInterface) {}

  public Planner(Settings settings) {
    this.settings = settings;
    this.policyStage = new PolicyStage(settings.self(), settings.hostInterface());
    this.engine = new PolicyEngine(settings.policy());
  }

  /** A new image; {@code delta} made it of the one before. */
  public void image(ClusterImage next, ClusterDelta delta) {
    image = next;
    pending = pending.then(delta);
    for (PodKey key : delta.pods().keySet()) {
      early.remove(key);
      if (!next.pods().containsKey(key)) {
        local.gone(key);
      }
    }
  }

  /** What BGP chose anew. */
  public void best(List<BestChange> changes) {
    for (BestChange change : changes) {
      change
          .after()
          .ifPresentOrElse(
              route -> best.put(change.prefix(), route), () -> best.remove(change.prefix()));
    }
  }

  /** What is known of the Secrets that the last plan named. */
  public void secrets(Map<String, SecretState> states) {
    secrets = Map.copyOf(states);
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
    return engine;
  }

  /** This node's pods with their interfaces, as of now. */
  public Map<PodKey, LocalPods.LocalPod> localPods() {
    return local.all(image.pods(), settings.self(), settings.hostInterface());
  }

  /**
   * The plan for all that is known now. What it changes in policy is in the next one too, until
   * {@link #taken} was called: a plan that fails on its way takes no change with it.
   */
  public Plan plan() {
    version++;
    var notes = new ArrayList<String>();
    Optional<Node> self = Optional.ofNullable(image.nodes().get(settings.self()));
    List<TunnelPool> pools = PoolStage.forTunnels(image);
    boolean ipip = TunnelPlan.usesIpip(pools, Optional.empty());
    Diff<RenderKey, Rendered> policy = policy(ipip);
    policyProblems.values().forEach(all -> all.forEach(one -> notes.add(one.toString())));
    var pods = localPods();
    Optional<PeerStage.Result> speaker = self.flatMap(node -> speaker(node, notes));
    PeerWays peers =
        speaker.map(result -> PeerWays.of(result.gateways(), kernelRoutes)).orElse(PeerWays.NONE);
    NextHopTable nextHops = peers.behind(kernelRoutes);
    RouteStage.Result routes = routes(self, pools, pods, peers, nextHops);
    int ipipMtu = Mtu.ofIpip(hostMtu(), OptionalInt.of(settings.ipipMtu()));
    Optional<Ip4> tunnelAddress =
        self.flatMap(node -> node.tunnels().ipip())
            .flatMap(ip -> ip instanceof Ip4 v4 ? Optional.of(v4) : Optional.empty())
            .filter(_ -> ipip);
    return new Plan(
        version,
        new Plan.Routes(routes.routes(), routes.causes(), routes.left(), routes.pods()),
        tunnels(self, tunnelAddress, ipipMtu, routes),
        policy,
        speaker.flatMap(PeerStage.Result::config),
        speaker.map(PeerStage.Result::secrets).orElse(Set.of()),
        originated(pods, tunnelAddress),
        nextHops,
        Mtu.ofPods(hostMtu(), ipip ? List.of(ipipMtu) : List.of()),
        notes);
  }

  /** Whoever the last plan was for has it. */
  public void taken() {
    untaken = new Diff<>(Map.of(), Set.of());
  }

  private Diff<RenderKey, Rendered> policy(boolean ipip) {
    untaken =
        both(
            untaken,
            engine.reconfigure(
                settings.policy().withIpip(ipip, ipip ? List.of(TunnelKey.TUNL0) : List.of())));
    PolicyStage.Result result =
        policyStage.delta(
            image, pending, touched, local, key -> Optional.ofNullable(early.get(key)));
    policyProblems.putAll(result.problems());
    policyProblems.values().removeIf(List::isEmpty);
    untaken = both(untaken, engine.apply(result.delta()));
    pending = ClusterDelta.NONE;
    touched.clear();
    return untaken;
  }

  private static Diff<RenderKey, Rendered> both(
      Diff<RenderKey, Rendered> first, Diff<RenderKey, Rendered> later) {
    if (first.isEmpty()) {
      return later;
    }
    var put = new LinkedHashMap<>(first.put());
    var remove = new LinkedHashSet<>(first.remove());
    put.putAll(later.put());
    remove.removeAll(later.put().keySet());
    later.remove().forEach(put::remove);
    remove.addAll(later.remove());
    return new Diff<>(put, remove);
  }

  private RouteStage.Result routes(
      Optional<Node> self,
      List<TunnelPool> pools,
      Map<PodKey, LocalPods.LocalPod> pods,
      PeerWays peers,
      NextHopTable nextHops) {
    Optional<Prefix> subnet =
        self.flatMap(node -> node.bgp().ipv4()).map(InterfaceAddress::network);
    return RouteStage.plan(
        new RouteStage.Input(
            pods.values(),
            kernel.readyInterfaces(),
            settings.backend() == Backend.BIRD
                ? OriginStage.blackholes(image, settings.self())
                : List.of(),
            best,
            peers,
            new Ways(pools, subnet),
            kernel.readyInterfaces().contains(TunnelKey.TUNL0),
            nextHops,
            new RoutePriorities(
                configuration().ipv4RoutePriority(), configuration().ipv6RoutePriority())));
  }

  private BgpConfiguration configuration() {
    return image
        .bgpConfigurations()
        .getOrDefault(BgpConfiguration.DEFAULT, BgpConfiguration.defaults());
  }

  private Map<TunnelKey, TunnelItem> tunnels(
      Optional<Node> self, Optional<Ip4> address, int mtu, RouteStage.Result routes) {
    Optional<Ip4> local = self.flatMap(node -> node.bgp().ipv4()).map(a -> (Ip4) a.ip());
    if (local.isEmpty()) {
      return Map.of();
    }
    Set<Prefix> sources = new HashSet<>();
    for (Node node : image.nodes().values()) {
      node.bgp().ipv4().ifPresent(a -> sources.add(a.ip().asPrefix()));
    }
    return TunnelPlan.ipip(
        settings.ipip(),
        address,
        mtu,
        new ForwardingTable(local.get(), routes.tunnelled(), sources));
  }

  private int hostMtu() {
    return Mtu.ofHost(
        kernel.mtus().entrySet().stream()
            .map(e ->
                new Mtu.Uplink(
                    e.getKey(), e.getValue(), kernel.readyInterfaces().contains(e.getKey())))
            .toList(),
        settings.uplinks());
  }

  private Optional<PeerStage.Result> speaker(Node self, List<String> notes) {
    if (settings.backend() != Backend.BIRD) {
      return Optional.empty();
    }
    FilterStage.Filters filters = FilterStage.of(image);
    PeerStage.Result result =
        PeerStage.plan(
            new PeerStage.Input(
                self,
                image.nodes().values().stream().sorted(Comparator.comparing(Node::name)).toList(),
                image.bgpConfigurations(),
                image.bgpPeers().values().stream()
                    .sorted(Comparator.comparing(BgpPeer::name))
                    .toList(),
                filters.exports(),
                filters.imports(),
                OriginStage.export(image, settings.self(), notes),
                secrets),
            settings.routerId());
    notes.addAll(ConfigurationNotes.of(image, self.name()));
    notes.addAll(filters.notes());
    notes.addAll(result.notes());
    return Optional.of(result);
  }

  private Map<Prefix, LocalRoute> originated(
      Map<PodKey, LocalPods.LocalPod> pods, Optional<Ip4> tunnelAddress) {
    return settings.backend() == Backend.BIRD
        ? OriginStage.routes(
            image, settings.self(), pods.values(), tunnelAddress.map(ip -> (Ip) ip), kernel)
        : Map.of();
  }
}

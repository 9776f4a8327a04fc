package io.margay.agent.run;

import io.margay.agent.host.AddressNews;
import io.margay.agent.metric.BgpMetrics;
import io.margay.agent.metric.ChoreMetrics;
import io.margay.agent.metric.ClusterMetrics;
import io.margay.agent.metric.HostMetrics;
import io.margay.agent.metric.IpamMetrics;
import io.margay.agent.metric.KernelMetrics;
import io.margay.agent.metric.PolicyMetrics;
import io.margay.agent.metric.ProcessMetrics;
import io.margay.agent.metric.ReconcileMetrics;
import io.margay.agent.metric.Registry;
import io.margay.agent.metric.RouteMetrics;
import io.margay.agent.metric.StageMetrics;
import io.margay.agent.metric.TunnelMetrics;
import io.margay.agent.metric.WarmMetrics;
import io.margay.agent.stage.Plan;
import io.margay.bgp.view.PeerView;
import io.margay.bgp.view.SpeakerView;
import io.margay.foundation.reconcile.ReconcileStatus;
import io.margay.ipam.allocate.AllocatorStats;
import io.margay.kube.types.NodeName;
import io.margay.route.target.KernelWatch;
import io.margay.tunnel.control.ForwarderStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/** All that an agent binds to its registry, but for what parts count themselves. */
final class AgentMetrics {
  private AgentMetrics() {}

  /** A reconciler; see {@link ReconcileMetrics#bind}. */
  record Loop(
      String name,
      Supplier<? extends Optional<? extends ReconcileStatus<?>>> status,
      BooleanSupplier broken) {
    static Loop of(ReconcileLoop<?, ?> loop) {
      return new Loop(loop.name(), loop::status, () -> loop.broken().isPresent());
    }
  }

  /** Where the values come from; each is asked at a scrape. */
  record Sources(
      NodeName self,
      Latest latest,
      LongSupplier warmFailures,
      BooleanSupplier elected,
      List<Loop> loops,
      BooleanSupplier stageBroken,
      Supplier<List<PeerView>> peers,
      Supplier<Optional<SpeakerView>> speaker,
      Supplier<AllocatorStats> ipam,
      Supplier<KernelWatch.Stats> kernel,
      Supplier<AddressNews.Stats> announced,
      Supplier<List<ForwarderStatus>> forwarders,
      LongSupplier forwarderStarts,
      Supplier<Optional<PolicyMetrics.Counts>> policy) {}

  static void bind(Registry registry, Sources sources) {
    ProcessMetrics.bind(registry);
    ClusterMetrics.bind(registry, sources.self(), sources.latest()::image, sources.latest()::sync);
    WarmMetrics.bind(registry, sources.latest()::sync, sources.warmFailures());
    ChoreMetrics.bind(registry, sources.elected());
    StageMetrics.bind(registry, sources.stageBroken());
    for (Loop loop : sources.loops()) {
      ReconcileMetrics.bind(registry, loop.name(), loop.status(), loop.broken());
    }
    Supplier<Optional<Plan.Counts>> routes =
        () -> sources.latest().plan().map(plan -> plan.routes().counts());
    RouteMetrics.bind(
        registry,
        () -> routes.get().map(Plan.Counts::wanted).orElse(0),
        () -> routes.get().map(Plan.Counts::left).orElse(0));
    PolicyMetrics.bind(registry, sources.policy());
    BgpMetrics.bind(registry, sources.peers(), sources.speaker());
    IpamMetrics.bind(registry, sources.ipam());
    KernelMetrics.bind(registry, sources.kernel());
    HostMetrics.bind(registry, sources.announced());
    TunnelMetrics.bind(registry, sources.forwarders(), sources.forwarderStarts());
  }
}

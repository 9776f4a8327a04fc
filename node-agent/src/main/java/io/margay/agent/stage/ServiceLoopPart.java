package io.margay.agent.stage;

import io.margay.agent.config.ServiceLoopPrevention;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problem;
import io.margay.foundation.tree.Problems;
import io.margay.kube.image.ClusterDelta;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.NodeName;
import io.margay.policy.render.RenderSettings.DenyAction;
import io.margay.policy.render.ServiceLoop;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/**
 * What becomes of packets to services that are none, in the ranges that BGPConfiguration {@code
 * default} names. Owned by the stage thread.
 */
final class ServiceLoopPart {
  private final NodeName self;
  private final Optional<ServiceLoopPrevention> environment;
  private ServiceLoop now = ServiceLoop.ALLOWED;
  private List<String> notes = List.of();

  /**
   * @param environment stands before what FelixConfigurations say
   */
  ServiceLoopPart(NodeName self, Optional<ServiceLoopPrevention> environment) {
    this.self = self;
    this.environment = environment;
  }

  /** Takes in an image; {@code delta} made it of those before. */
  void update(ClusterImage image, ClusterDelta delta) {
    if (delta.felixConfigurations().isEmpty()
        && delta.bgpConfigurations().isEmpty()
        && !delta.nodes().containsKey(self)) {
      return;
    }
    var problems = new Problems();
    FelixSettings felix = FelixSettings.of(image, self, problems);
    ServiceLoopPrevention action =
        environment
            .or(() ->
                felix.first(
                    "serviceLoopPrevention", tree -> tree.choice(ServiceLoopPrevention.words())))
            .orElse(ServiceLoopPrevention.DROP);
    notes = problems.all().stream().map(Problem::toString).toList();
    now =
        switch (action) {
          case DROP -> new ServiceLoop(DenyAction.DROP, services(image));
          case REJECT -> new ServiceLoop(DenyAction.REJECT, services(image));
          case DISABLED -> ServiceLoop.ALLOWED;
        };
  }

  /**
   * What is to be done.
   *
   * @param told what of it cannot be used
   */
  ServiceLoop serviceLoop(Collection<String> told) {
    told.addAll(notes);
    return now;
  }

  private static List<Prefix> services(ClusterImage image) {
    BgpConfiguration cluster = image.bgpConfigurations().get(BgpConfiguration.DEFAULT);
    if (cluster == null) {
      return List.of();
    }
    var services = new ArrayList<>(cluster.services().clusterIps());
    services.addAll(cluster.services().externalIps());
    services.addAll(cluster.services().loadBalancerIps());
    return services;
  }
}

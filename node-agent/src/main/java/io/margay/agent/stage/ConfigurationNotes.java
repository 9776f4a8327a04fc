package io.margay.agent.stage;

import io.margay.foundation.addr.Prefix;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.BgpConfiguration;
import io.margay.kube.types.NodeName;
import java.util.ArrayList;
import java.util.List;

/** What BGPConfigurations say that has no effect here. */
final class ConfigurationNotes {
  private ConfigurationNotes() {}

  static List<String> of(ClusterImage image, NodeName self) {
    var notes = new ArrayList<String>();
    BgpConfiguration cluster = image.bgpConfigurations().get(BgpConfiguration.DEFAULT);
    if (cluster != null) {
      ofCluster(cluster, notes);
    }
    BgpConfiguration own = image.bgpConfigurations().get(BgpConfiguration.nameOf(self));
    if (own != null) {
      ofNode(own, notes);
    }
    return notes;
  }

  private static void ofCluster(BgpConfiguration it, List<String> notes) {
    BgpConfiguration.Services services = it.services();
    String noServices = "services are not announced yet";
    announced(it, services.clusterIps(), "serviceClusterIPs", notes);
    announced(it, services.externalIps(), "serviceExternalIPs", notes);
    announced(it, services.loadBalancerIps(), "serviceLoadBalancerIPs", notes);
    note(
        it,
        !services.aggregateLoadBalancers(),
        "serviceLoadBalancerAggregation",
        noServices,
        notes);
    note(
        it,
        !it.localWorkloadPeering().isEmpty(),
        "localWorkloadPeeringIPV4 or localWorkloadPeeringIPV6",
        "there are no sessions with pods yet",
        notes);
    note(
        it,
        !it.programClusterRoutes(),
        "programClusterRoutes",
        "the agent programs the routes that BGP brings, whoever does in Calico",
        notes);
  }

  private static void announced(
      BgpConfiguration it, List<Prefix> ranges, String field, List<String> notes) {
    if (!ranges.isEmpty()) {
      notes.add(
          "BGPConfiguration \"%s\": spec.%s: services are not announced yet; addresses of none are dropped"
              .formatted(it.name(), field));
    }
  }

  private static void ofNode(BgpConfiguration it, List<String> notes) {
    String clusters = "it counts in BGPConfiguration \"default\" only, as in Calico";
    note(it, !it.nodeToNodeMesh(), "nodeToNodeMeshEnabled", clusters, notes);
    note(it, it.asNumber().isPresent(), "asNumber", clusters, notes);
    note(it, it.nodeMeshPassword().isPresent(), "nodeMeshPassword", clusters, notes);
    note(it, it.nodeMeshMaxRestartTime().isPresent(), "nodeMeshMaxRestartTime", clusters, notes);
    note(it, it.bindToNodeIp(), "bindMode", clusters, notes);
    note(it, !it.ignoredInterfaces().isEmpty(), "ignoredInterfaces", clusters, notes);
    if (it.ebgpRequiresPolicy()) {
      notes.add(
          "BGPConfiguration \"%s\": %s has no effect: it counts in BGPConfiguration \"default\" and in BGPPeers"
              .formatted(it.name(), BgpConfiguration.EBGP_REQUIRES_POLICY));
    }
  }

  private static void note(
      BgpConfiguration it, boolean set, String field, String why, List<String> notes) {
    if (set) {
      notes.add("BGPConfiguration \"" + it.name() + "\": spec." + field + " has no effect: " + why);
    }
  }
}

package io.margay.agent.metric;

import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.IpamBlock;
import io.margay.kube.types.NodeName;
import io.margay.kube.types.Pod;
import io.margay.kube.watch.SyncState;
import java.util.function.Supplier;
import java.util.stream.Stream;

/** The cluster as this node knows it, and how far that can be trusted. */
public final class ClusterMetrics {
  private ClusterMetrics() {}

  public static void bind(
      Registry registry, NodeName self, Supplier<ClusterImage> image, Supplier<SyncState> sync) {
    registry.gauge(
        "felix_cluster_num_hosts",
        "Nodes of the cluster; worry when it differs between nodes.",
        () -> image.get().nodes().size());
    registry.gauge(
        "felix_cluster_num_workload_endpoints",
        "Pods with an interface, on all nodes; worry when it differs between nodes.",
        () -> image.get().pods().values().stream().filter(Pod::isEndpoint).count());
    registry.gauge(
        "felix_cluster_num_policies",
        "NetworkPolicies of the cluster; worry when it differs between nodes.",
        () -> image.get().networkPolicies().size());
    registry.gauge(
        "felix_cluster_num_profiles",
        "Namespaces and service accounts of the cluster; worry when it differs between nodes.",
        () -> image.get().namespaces().size() + image.get().serviceAccounts().size());
    registry.gauge(
        "felix_resync_state",
        "1: waits for the API server, 2: reads, 3: in sync; worry when it stays below 3.",
        () -> resync(image.get(), sync.get()));
    registry.gauge(
        "margay_image_stale_kinds",
        "Kinds of objects whose watch is down; worry when it is not 0 for a minute.",
        () -> sync.get().stale().size());
    addresses(registry, self, image);
  }

  private static int resync(ClusterImage image, SyncState sync) {
    if (sync.isSynced()) {
      return 3;
    }
    return image.version() == 0 || sync.isUsable() ? 1 : 2;
  }

  private static void addresses(Registry registry, NodeName self, Supplier<ClusterImage> image) {
    registry.gauge(
        "margay_ipam_node_addresses",
        "Addresses in the blocks of this node by use; worry when free is near 0 and pools are full.",
        () -> own(self, image).mapToDouble(IpamBlock::used).sum(),
        "state",
        "used");
    registry.gauge(
        "margay_ipam_node_addresses",
        "Addresses in the blocks of this node by use; worry when free is near 0 and pools are full.",
        () -> own(self, image).mapToDouble(block -> size(block) - block.used()).sum(),
        "state",
        "free");
  }

  private static Stream<IpamBlock> own(NodeName self, Supplier<ClusterImage> image) {
    return image.get().ipamBlocks().values().stream()
        .filter(block -> !block.deleted() && block.node().filter(self::equals).isPresent());
  }

  private static double size(IpamBlock block) {
    return Math.pow(2, block.cidr().family().bits() - block.cidr().length());
  }
}

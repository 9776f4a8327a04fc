package io.margay.kube.types;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * How the cluster speaks BGP: the object {@code default}, and {@code node.NAME} for what one node
 * does otherwise.
 *
 * @param nodeToNodeMesh only means something on {@code default}
 * @param listenPort where nodes listen; empty means 179, or what {@code default} says
 * @param communities names for community values
 * @param nodeMeshMaxRestartTime graceful restart time in the mesh; empty means 120 s
 * @param programClusterRoutes whether BGP programs the routes of pods
 * @param ebgpRequiresPolicy with BGPPeers of other ASes no routes are exchanged in a direction for
 *     which no BGPFilter has rules (RFC 8212)
 */
public record BgpConfiguration(
    String name,
    boolean nodeToNodeMesh,
    Optional<AsNumber> asNumber,
    OptionalInt listenPort,
    Services services,
    Map<String, String> communities,
    List<PrefixAdvertisement> prefixAdvertisements,
    Optional<SecretKey> nodeMeshPassword,
    Optional<Duration> nodeMeshMaxRestartTime,
    boolean bindToNodeIp,
    List<String> ignoredInterfaces,
    List<Ip> localWorkloadPeering,
    boolean programClusterRoutes,
    int ipv4RoutePriority,
    int ipv6RoutePriority,
    boolean ebgpRequiresPolicy) {

  /** The object that holds for the whole cluster. */
  public static final String DEFAULT = "default";

  /** The autonomous system of a cluster that names none. */
  public static final AsNumber DEFAULT_AS_NUMBER = new AsNumber(64512);

  /** Annotation of it and of BGPPeers, {@code true} or {@code false}: Calico has no such field. */
  public static final String EBGP_REQUIRES_POLICY = "margay.io/ebgp-requires-policy";

  /** The port of nodes that name none. */
  public static final int DEFAULT_PORT = 179;

  /** Ranges of service addresses that nodes announce. */
  public record Services(
      List<Prefix> clusterIps,
      List<Prefix> externalIps,
      List<Prefix> loadBalancerIps,
      boolean aggregateLoadBalancers) {}

  /** Communities that routes inside of a range get; names or values. */
  public record PrefixAdvertisement(Prefix cidr, List<String> communities) {}

  /** The name of the object that holds for one node only. */
  public static String nameOf(NodeName node) {
    return "node." + node;
  }

  /** What holds where no object is there. */
  public static BgpConfiguration defaults() {
    return new BgpConfiguration(
        DEFAULT,
        true,
        Optional.empty(),
        OptionalInt.empty(),
        new Services(List.of(), List.of(), List.of(), true),
        Map.of(),
        List.of(),
        Optional.empty(),
        Optional.empty(),
        false,
        List.of(),
        List.of(),
        true,
        1024,
        1024,
        false);
  }

  /** Reads a configuration. */
  public static Optional<BgpConfiguration> read(StoredObject object) {
    return BgpConfigurationReader.read(object);
  }
}

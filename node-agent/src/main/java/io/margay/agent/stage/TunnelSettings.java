package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.ExternalNodes;
import io.margay.agent.config.FeatureOverride;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.ChecksumOffload;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.VxlanSettings;
import java.util.Collection;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What is configured about tunnels. An MTU of 0: from the uplink's.
 *
 * @param ipip {@code ipipEnabled}; empty: as the pools say
 * @param vxlan {@code vxlanEnabled}; empty: as the pools say
 * @param externalNodes who may send encapsulated packets though it is no node ({@code
 *     externalNodesList})
 * @param checksums whether the devices of tunnels may make them
 */
record TunnelSettings(
    Optional<Boolean> ipip,
    Optional<Boolean> vxlan,
    int ipipMtu,
    int vxlanMtu,
    int vxlanMtuV6,
    int vxlanPort,
    int vxlanVni,
    List<Prefix> externalNodes,
    ChecksumOffload checksums) {
  private static final int MOST_MTU = 65535;
  private static final int MOST_VNI = (1 << 24) - 1;

  /**
   * By Felix's order: the environment, then the node's own FelixConfiguration, one that selects the
   * node, and the cluster's.
   *
   * @param kernel its release, as {@code uname -r} says it
   * @param notes told what cannot be used
   */
  static TunnelSettings of(
      AgentConfig.Tunnels environment,
      String kernel,
      ClusterImage image,
      NodeName self,
      Collection<String> notes) {
    var problems = new Problems();
    FelixSettings felix = FelixSettings.of(image, self, problems);
    var settings =
        new TunnelSettings(
            environment.ipip().or(() -> felix.flag("ipipEnabled")),
            environment.vxlan().or(() -> felix.flag("vxlanEnabled")),
            felix.number(environment.ipipMtu(), "ipipMTU", MOST_MTU, 0),
            felix.number(environment.vxlanMtu(), "vxlanMTU", MOST_MTU, 0),
            felix.number(environment.vxlanMtuV6(), "vxlanMTUV6", MOST_MTU, 0),
            felix.number(environment.vxlanPort(), "vxlanPort", 65535, VxlanSettings.DEFAULT_PORT),
            felix.number(environment.vxlanVni(), "vxlanVNI", MOST_VNI, VxlanSettings.DEFAULT_VNI),
            externalNodes(environment, felix),
            ChecksumOffload.of(
                kernel,
                environment
                    .checksumOffloadBroken()
                    .or(() -> felix.first("featureDetectOverride", TunnelSettings::broken))));
    problems.all().forEach(problem -> notes.add(problem.toString()));
    return settings;
  }

  /** What is not switched off. */
  Set<Encap> allowed(Set<Encap> encaps) {
    var allowed = EnumSet.noneOf(Encap.class);
    allowed.addAll(encaps);
    if (ipip.filter(on -> !on).isPresent()) {
      allowed.remove(Encap.IPIP);
    }
    if (vxlan.filter(on -> !on).isPresent()) {
      allowed.removeAll(Set.of(Encap.VXLAN, Encap.VXLAN_IPV6));
    }
    return allowed;
  }

  /** The configured MTU of the VXLAN device of a family. */
  int vxlanMtu(Family family) {
    return family == Family.IPV4 ? vxlanMtu : vxlanMtuV6;
  }

  private static List<Prefix> externalNodes(AgentConfig.Tunnels environment, FelixSettings felix) {
    if (!environment.externalNodes().isEmpty()) {
      return environment.externalNodes();
    }
    return felix
        .first(
            "externalNodesList",
            tree ->
                Optional.of(
                        tree.items().stream()
                            .flatMap(item ->
                                item.parsed(ExternalNodes::range, "an address or a CIDR").stream())
                            .toList())
                    .filter(ranges -> !ranges.isEmpty()))
        .orElse(List.of());
  }

  private static Optional<Boolean> broken(Tree tree) {
    return tree.parsed(FeatureOverride::checksumOffloadBroken, FeatureOverride.ACCEPTED)
        .flatMap(said -> said);
  }
}

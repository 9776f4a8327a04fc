package io.margay.agent.stage;

import io.margay.agent.config.AgentConfig;
import io.margay.agent.config.ExternalNodes;
import io.margay.agent.config.FeatureOverride;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Problems;
import io.margay.foundation.tree.Tree;
import io.margay.kube.image.ClusterImage;
import io.margay.kube.types.FelixConfiguration;
import io.margay.kube.types.Node;
import io.margay.kube.types.NodeName;
import io.margay.tunnel.plan.ChecksumOffload;
import io.margay.tunnel.plan.Encap;
import io.margay.tunnel.plan.VxlanSettings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

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
    List<Tree> objects = objects(image, self, problems);
    var settings =
        new TunnelSettings(
            environment.ipip().or(() -> flag(objects, "ipipEnabled")),
            environment.vxlan().or(() -> flag(objects, "vxlanEnabled")),
            number(environment.ipipMtu(), objects, "ipipMTU", MOST_MTU, 0),
            number(environment.vxlanMtu(), objects, "vxlanMTU", MOST_MTU, 0),
            number(environment.vxlanMtuV6(), objects, "vxlanMTUV6", MOST_MTU, 0),
            number(
                environment.vxlanPort(), objects, "vxlanPort", 65535, VxlanSettings.DEFAULT_PORT),
            number(
                environment.vxlanVni(), objects, "vxlanVNI", MOST_VNI, VxlanSettings.DEFAULT_VNI),
            externalNodes(environment, objects),
            ChecksumOffload.of(
                kernel,
                environment
                    .checksumOffloadBroken()
                    .or(() -> first(objects, "featureDetectOverride", TunnelSettings::broken))));
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

  private static List<Tree> objects(ClusterImage image, NodeName self, Problems problems) {
    var objects = new ArrayList<FelixConfiguration>();
    Optional.ofNullable(image.felixConfigurations().get("node." + self)).ifPresent(objects::add);
    Node node = image.nodes().get(self);
    Map<String, String> labels = node == null ? Map.of() : node.labels();
    image.felixConfigurations().values().stream()
        .filter(object -> !object.nodeSelector().isEmpty())
        .filter(object -> PoolStage.matches(object.nodeSelector(), labels))
        .sorted(Comparator.comparing(FelixConfiguration::name))
        .forEach(objects::add);
    Optional.ofNullable(image.felixConfigurations().get("default")).ifPresent(objects::add);
    return objects.stream()
        .map(object ->
            Tree.of(
                "FelixConfiguration \"" + object.name() + "\": spec", object.settings(), problems))
        .toList();
  }

  private static Optional<Boolean> flag(List<Tree> objects, String name) {
    return first(
        objects,
        name,
        tree -> {
          boolean value = tree.flag(false); // notes what is none
          return tree.raw().filter(Boolean.class::isInstance).map(_ -> value);
        });
  }

  /** A number of 0 says nothing, wherever it stands. */
  private static int number(
      int environment, List<Tree> objects, String name, int most, int fallback) {
    if (environment != 0) {
      return environment;
    }
    return first(
            objects,
            name,
            tree -> Optional.of(tree.integer(0, most, 0)).filter(number -> number != 0))
        .orElse(fallback);
  }

  private static List<Prefix> externalNodes(AgentConfig.Tunnels environment, List<Tree> objects) {
    if (!environment.externalNodes().isEmpty()) {
      return environment.externalNodes();
    }
    return first(
            objects,
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

  private static <T> Optional<T> first(
      List<Tree> objects, String name, Function<Tree, Optional<T>> reader) {
    for (Tree object : objects) {
      Optional<T> value = reader.apply(object.at(name));
      if (value.isPresent()) {
        return value;
      }
    }
    return Optional.empty();
  }
}

package io.margay.kube.types;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/** Reads a BGPConfiguration. */
final class BgpConfigurationReader {
  private static final Map<String, Boolean> ENABLED = Words.of("Enabled", true, "Disabled", false);
  // 3.33 tells encapsulated and plain routes apart; whoever enables one of them enables routes.
  private static final Map<String, Boolean> PROGRAM_ROUTES =
      Words.of(
          "Enabled", true, "Disabled", false, "EnabledIPIPOnly", true, "EnabledNoEncapOnly", true);
  private static final Map<String, Boolean> TRUTH = Words.of("true", true, "false", false);
  private static final Map<String, Boolean> BIND_MODES = Words.of("None", false, "NodeIP", true);

  private BgpConfigurationReader() {}

  static Optional<BgpConfiguration> read(StoredObject object) {
    Tree spec = object.spec();
    return Optional.of(
        new BgpConfiguration(
            object.meta().name(),
            spec.at("nodeToNodeMeshEnabled").flag(true),
            asNumber(spec.at("asNumber")),
            port(spec.at("listenPort")),
            services(spec),
            communities(spec.at("communities")),
            advertisements(spec.at("prefixAdvertisements")),
            SecretKey.read(spec.at("nodeMeshPassword")),
            restartTime(spec.at("nodeMeshMaxRestartTime")),
            Words.read(spec.at("bindMode"), BIND_MODES).orElse(false),
            texts(spec.at("ignoredInterfaces")),
            peeringAddresses(spec),
            Words.read(spec.at("programClusterRoutes"), PROGRAM_ROUTES).orElse(true),
            spec.at("ipv4NormalRoutePriority").integer(1, Integer.MAX_VALUE, 1024),
            spec.at("ipv6NormalRoutePriority").integer(1, Integer.MAX_VALUE, 1024),
            ebgpRequiresPolicy(object).orElse(false)));
  }

  static Optional<Boolean> ebgpRequiresPolicy(StoredObject object) {
    return Words.read(object.annotation(BgpConfiguration.EBGP_REQUIRES_POLICY), TRUTH);
  }

  /** RFC 4724, 3: a restart time has twelve bits. */
  static Optional<Duration> restartTime(Tree tree) {
    return GoDuration.seconds(tree, 0, 4095);
  }

  /** An AS number; Calico writes 0 for "none given". */
  static Optional<AsNumber> asNumber(Tree tree) {
    return AsNumber.read(tree).filter(as -> as.value() != 0);
  }

  /** A port; 0 means that none is given. */
  static OptionalInt port(Tree tree) {
    int port = tree.integer(0, 65535, 0);
    return port == 0 ? OptionalInt.empty() : OptionalInt.of(port);
  }

  static List<String> texts(Tree tree) {
    var texts = new ArrayList<String>();
    for (Tree item : tree.items()) {
      item.text().ifPresent(texts::add);
    }
    return List.copyOf(texts);
  }

  private static BgpConfiguration.Services services(Tree spec) {
    return new BgpConfiguration.Services(
        cidrs(spec.at("serviceClusterIPs")),
        cidrs(spec.at("serviceExternalIPs")),
        cidrs(spec.at("serviceLoadBalancerIPs")),
        Words.read(spec.at("serviceLoadBalancerAggregation"), ENABLED).orElse(true));
  }

  private static List<Prefix> cidrs(Tree tree) {
    var cidrs = new ArrayList<Prefix>();
    for (Tree item : tree.items()) {
      item.at("cidr").prefix().ifPresent(cidrs::add);
    }
    return List.copyOf(cidrs);
  }

  private static Map<String, String> communities(Tree tree) {
    var communities = new LinkedHashMap<String, String>();
    for (Tree item : tree.items()) {
      communities.put(item.at("name").requiredText(), item.at("value").requiredText());
    }
    return Collections.unmodifiableMap(communities);
  }

  private static List<BgpConfiguration.PrefixAdvertisement> advertisements(Tree tree) {
    var advertisements = new ArrayList<BgpConfiguration.PrefixAdvertisement>();
    for (Tree item : tree.items()) {
      List<String> communities = texts(item.at("communities"));
      item.at("cidr")
          .prefix()
          .map(cidr -> new BgpConfiguration.PrefixAdvertisement(cidr, communities))
          .ifPresent(advertisements::add);
    }
    return List.copyOf(advertisements);
  }

  private static List<Ip> peeringAddresses(Tree spec) {
    var ips = new ArrayList<Ip>();
    for (Family family : Family.values()) {
      Tree tree =
          spec.at(family == Family.IPV4 ? "localWorkloadPeeringIPV4" : "localWorkloadPeeringIPV6");
      if (tree.raw().filter(""::equals).isEmpty()) {
        tree.ip().ifPresent(ips::add);
      }
    }
    return List.copyOf(ips);
  }
}

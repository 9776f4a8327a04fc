package io.margay.cni.verb;

import io.margay.cni.protocol.CniArgs;
import io.margay.cni.protocol.CniError;
import io.margay.cni.protocol.Json;
import io.margay.cni.protocol.Netconf;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Which addresses a container is to get: the network configuration, the namespace's annotations
 * over it, the pod's over those.
 */
public sealed interface AddressWish {
  /** An annotation of Calico's on pods; ipv4pools, ipv6pools and ipFamilies also on namespaces. */
  String IP_ADDRS = "cni.projectcalico.org/ipAddrs";

  String IP_ADDRS_NO_IPAM = "cni.projectcalico.org/ipAddrsNoIpam";
  String POOLS_4 = "cni.projectcalico.org/ipv4pools";
  String POOLS_6 = "cni.projectcalico.org/ipv6pools";
  String FAMILIES = "cni.projectcalico.org/ipFamilies";

  /** One address of each family that is a key, from these pools (none: as their selectors say). */
  record FromPools(Map<Family, List<String>> pools) implements AddressWish {
    public FromPools {
      pools = Map.copyOf(pools);
    }
  }

  /** These addresses, given by IPAM. */
  record Given(List<Ip> ips) implements AddressWish {
    public Given {
      ips = List.copyOf(ips);
    }
  }

  /** These addresses; IPAM does not know of them. */
  record WithoutIpam(List<Ip> ips) implements AddressWish {
    public WithoutIpam {
      ips = List.copyOf(ips);
    }
  }

  /** What is asked for cannot be. */
  record Impossible(CniError error) implements AddressWish {}

  /** The wish of a call; {@code namespace} and {@code pod} are annotations. */
  static AddressWish of(
      Netconf netconf, CniArgs args, Map<String, String> namespace, Map<String, String> pod) {
    boolean exact = has(pod, IP_ADDRS);
    boolean exactWithoutIpam = has(pod, IP_ADDRS_NO_IPAM);
    if (exact && exactWithoutIpam) {
      return impossible("annotations ipAddrs and ipAddrsNoIpam exclude each other", "");
    }
    if (!(netconf.ipam() instanceof Netconf.Ipam.Blocks blocks)) {
      return impossible(
          "ipam.type \"" + ((Netconf.Ipam.Other) netconf.ipam()).type() + "\" is not served",
          "this agent gives addresses by ipam.type calico-ipam only");
    }
    if (exactWithoutIpam) {
      return netconf.addressesWithoutIpam()
          ? exactly(pod, IP_ADDRS_NO_IPAM)
          : impossible(
              "annotation ipAddrsNoIpam is not allowed",
              "set feature_control.ip_addrs_no_ipam to true in the network configuration");
    }
    if (exact) {
      return exactly(pod, IP_ADDRS);
    }
    if (args.address().isPresent()) {
      return new Given(List.of(args.address().get()));
    }
    return fromPools(blocks, namespace, pod);
  }

  private static AddressWish exactly(Map<String, String> pod, String annotation) {
    Optional<List<String>> texts = list(pod, annotation);
    if (texts.isEmpty()) {
      return notAList(annotation, pod.getOrDefault(annotation, ""));
    }
    var ips = new ArrayList<Ip>();
    var families = EnumSet.noneOf(Family.class);
    for (String text : texts.get()) {
      Optional<Ip> ip = Ip.parse(text);
      if (ip.isEmpty() || !families.add(ip.get().family())) {
        return impossible(
            "annotation " + annotation + " cannot be used",
            "found " + texts.get() + "; expected at most one IPv4 and one IPv6 address");
      }
      ips.add(ip.get());
    }
    if (ips.isEmpty()) {
      return impossible("annotation " + annotation + " lists no address", "");
    }
    ips.sort(null);
    return annotation.equals(IP_ADDRS) ? new Given(ips) : new WithoutIpam(ips);
  }

  private static AddressWish fromPools(
      Netconf.Ipam.Blocks blocks, Map<String, String> namespace, Map<String, String> pod) {
    Set<Family> families = EnumSet.noneOf(Family.class);
    if (blocks.assign4()) {
      families.add(Family.IPV4);
    }
    if (blocks.assign6()) {
      families.add(Family.IPV6);
    }
    Map<Family, List<String>> pools = new EnumMap<>(Family.class);
    pools.put(Family.IPV4, blocks.pools4());
    pools.put(Family.IPV6, blocks.pools6());
    for (Map<String, String> annotations : List.of(namespace, pod)) {
      for (String key : List.of(POOLS_4, POOLS_6, FAMILIES)) {
        if (!has(annotations, key)) {
          continue;
        }
        Optional<List<String>> texts = list(annotations, key);
        if (texts.isEmpty()) {
          return notAList(key, annotations.getOrDefault(key, ""));
        }
        switch (key) {
          case POOLS_4 -> pools.put(Family.IPV4, texts.get());
          case POOLS_6 -> pools.put(Family.IPV6, texts.get());
          default -> {
            Optional<Set<Family>> asked = families(texts.get());
            if (asked.isEmpty()) {
              return notAList(key, annotations.getOrDefault(key, ""));
            }
            families = asked.get();
          }
        }
      }
    }
    if (families.isEmpty()) {
      return impossible(
          "no address family is asked for",
          "ipam.assign_ipv4 and ipam.assign_ipv6 are both \"false\", or annotation "
              + FAMILIES
              + " is an empty list");
    }
    pools.keySet().retainAll(families);
    return new FromPools(pools);
  }

  private static Optional<Set<Family>> families(List<String> texts) {
    Set<Family> families = EnumSet.noneOf(Family.class);
    for (String text : texts) {
      switch (text) {
        case "IPv4" -> families.add(Family.IPV4);
        case "IPv6" -> families.add(Family.IPV6);
        default -> {
          return Optional.empty();
        }
      }
    }
    return Optional.of(families);
  }

  private static boolean has(Map<String, String> annotations, String key) {
    return !annotations.getOrDefault(key, "").isEmpty();
  }

  // A JSON list of texts; empty when it is anything else.
  private static Optional<List<String>> list(Map<String, String> annotations, String key) {
    return switch (Json.parse(annotations.getOrDefault(key, ""))) {
      case Json.Parsed.Document(List<?> items)
          when items.stream().allMatch(String.class::isInstance) ->
          Optional.of(items.stream().map(String.class::cast).toList());
      case Json.Parsed _ -> Optional.empty();
    };
  }

  private static Impossible notAList(String annotation, String found) {
    String example = annotation.equals(FAMILIES) ? "[\"IPv4\",\"IPv6\"]" : "[\"a\",\"b\"]";
    return impossible(
        "annotation " + annotation + " cannot be used",
        "found " + found + "; expected a JSON list such as " + example);
  }

  private static Impossible impossible(String msg, String details) {
    return new Impossible(new CniError(CniError.CONFIG, msg, details));
  }
}

package io.margay.bgp.filter;

import io.margay.bgp.attr.AnyCommunity;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;

/**
 * Calico's built-in export order (confd's BIRD template, steps 1 and 3 to 11; step 2 is the peer's
 * filters). The caller fills in the lists from pools, affinities and services.
 *
 * @param poolsNotExported pools with disableBGPExport
 * @param advertisements communities that routes inside a CIDR get
 * @param ownBlocks confirmed blocks of this node, which stand for all inside of them
 * @param servicePrefixes service CIDRs and addresses that this node advertises
 * @param reflectedPrefixes service CIDRs that a route reflector passes on; empty on other nodes
 * @param enabledPools all other pools
 */
public record CalicoExport(
    RoutePriorities priorities,
    List<Prefix> poolsNotExported,
    List<Advertisement> advertisements,
    List<Prefix> ownBlocks,
    List<Prefix> servicePrefixes,
    List<Prefix> reflectedPrefixes,
    List<Prefix> enabledPools) {
  /** A prefixAdvertisement: communities for all routes inside a CIDR. */
  public record Advertisement(Prefix cidr, List<AnyCommunity> communities) {
    public Advertisement {
      communities = List.copyOf(communities);
    }
  }

  public CalicoExport {
    poolsNotExported = List.copyOf(poolsNotExported);
    advertisements = List.copyOf(advertisements);
    ownBlocks = List.copyOf(ownBlocks);
    servicePrefixes = List.copyOf(servicePrefixes);
    reflectedPrefixes = List.copyOf(reflectedPrefixes);
    enabledPools = List.copyOf(enabledPools);
  }

  /** Step 1: the priority of a route, own or learned, leaves as its LOCAL_PREF. */
  RouteFacts withPriority(RouteFacts route) {
    long localPref = RoutePriorities.localPref(priority(route));
    return route.with(route.attributes().toBuilder().localPref(localPref).build());
  }

  /** Steps 3 to 11. */
  PolicyVerdict evaluate(RouteFacts route) {
    Optional<Prefix> hidden = around(poolsNotExported, route.prefix());
    if (hidden.isPresent()) {
      return reject(new PolicyReason.PoolNotExported(hidden.get()));
    }
    Optional<String> tunnel = route.interfaceName().filter(name -> isTunnel(name, route.peer()));
    if (tunnel.isPresent()) {
      return reject(new PolicyReason.TunnelInterface(tunnel.get()));
    }
    Attributes attributes = withCommunities(route);
    for (Prefix block : ownBlocks) {
      if (block.contains(route.prefix())) {
        return insideBlock(block, route, attributes);
      }
    }
    Optional<Prefix> service =
        around(servicePrefixes, route.prefix()).or(() -> around(reflectedPrefixes, route.prefix()));
    if (service.isPresent()) {
      return accept(attributes, new PolicyReason.ServicePrefix(service.get()));
    }
    return around(enabledPools, route.prefix())
        .map(pool -> accept(attributes, new PolicyReason.EnabledPool(pool)))
        .orElseGet(() -> reject(new PolicyReason.NothingMatched()));
  }

  private PolicyVerdict insideBlock(Prefix block, RouteFacts route, Attributes attributes) {
    if (block.equals(route.prefix())) {
      return accept(attributes, new PolicyReason.OwnBlock(block));
    }
    return priority(route) < priorities.normal(block.family())
        ? accept(attributes, new PolicyReason.ElevatedInsideOwnBlock(block))
        : reject(new PolicyReason.InsideOwnBlock(block));
  }

  // Steps 4 and 5.
  private static boolean isTunnel(String name, PeerType peer) {
    return (peer == PeerType.IBGP && (name.endsWith(".cali") || name.endsWith(".calico")))
        || (name.startsWith("bpf") && name.endsWith(".cali"));
  }

  private Attributes withCommunities(RouteFacts route) {
    AttributesBuilder out = route.attributes().toBuilder();
    for (Advertisement advertisement : advertisements) {
      if (advertisement.cidr().contains(route.prefix())) {
        advertisement.communities().forEach(out::add);
      }
    }
    return out.build();
  }

  private long priority(RouteFacts route) {
    return priorities.of(
        route.prefix().family(), route.attributes(), route.learned(), route.metric());
  }

  private static Optional<Prefix> around(List<Prefix> prefixes, Prefix inner) {
    for (Prefix prefix : prefixes) {
      if (prefix.contains(inner)) {
        return Optional.of(prefix);
      }
    }
    return Optional.empty();
  }

  private static PolicyVerdict accept(Attributes attributes, PolicyReason reason) {
    return new PolicyVerdict.Accept(attributes, reason);
  }

  private static PolicyVerdict reject(PolicyReason reason) {
    return new PolicyVerdict.Reject(reason);
  }
}

package io.margay.kube.types;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import io.margay.foundation.tree.Tree;
import java.util.Collections;
import java.util.EnumSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads an IPPool and fills in the defaults that Calico fills in when it reads one. */
final class IpPoolReader {
  private static final Prefix LINK_LOCAL4 = Prefix.of("169.254.0.0/16");
  private static final Prefix LINK_LOCAL6 = Prefix.of("fe80::/10");

  private static final Map<String, IpPool.Encapsulation> ENCAPSULATIONS =
      Words.of(
          "Never", IpPool.Encapsulation.NEVER,
          "Always", IpPool.Encapsulation.ALWAYS,
          "CrossSubnet", IpPool.Encapsulation.CROSS_SUBNET);
  private static final Map<String, IpPool.Use> USES =
      Words.of(
          "Workload", IpPool.Use.WORKLOAD,
          "Tunnel", IpPool.Use.TUNNEL,
          "LoadBalancer", IpPool.Use.LOAD_BALANCER);
  private static final Map<String, IpPool.AssignmentMode> MODES =
      Words.of(
          "Automatic", IpPool.AssignmentMode.AUTOMATIC,
          "Manual", IpPool.AssignmentMode.MANUAL);

  private IpPoolReader() {}

  static Optional<IpPool> read(StoredObject object) {
    Tree spec = object.spec();
    Optional<Prefix> cidr = cidr(spec.at("cidr"));
    var ipip = Words.read(spec.at("ipipMode"), ENCAPSULATIONS).orElse(IpPool.Encapsulation.NEVER);
    var vxlan = Words.read(spec.at("vxlanMode"), ENCAPSULATIONS).orElse(IpPool.Encapsulation.NEVER);
    Set<IpPool.Use> uses = uses(spec.at("allowedUses"));
    cidr.ifPresent(prefix -> checkEncapsulation(spec, prefix, ipip, vxlan));
    checkUses(spec, uses, ipip, vxlan);
    boolean natOutgoing = spec.at("natOutgoing").flag(false);
    boolean disabled = spec.at("disabled").flag(false) || object.meta().deleting();
    boolean disableBgpExport = spec.at("disableBGPExport").flag(false);
    var mode = Words.read(spec.at("assignmentMode"), MODES).orElse(IpPool.AssignmentMode.AUTOMATIC);
    return cidr.map(prefix ->
        new IpPool(
            object.meta().name(),
            prefix,
            ipip,
            vxlan,
            natOutgoing,
            disabled,
            disableBgpExport,
            blockSize(spec.at("blockSize"), prefix),
            selector(spec.at("nodeSelector"), "all()"),
            selector(spec.at("namespaceSelector"), ""),
            uses,
            mode,
            object.annotation(IpPool.ENCAPSULATION).text(""),
            isAllocatable(object.status())));
  }

  private static Optional<Prefix> cidr(Tree tree) {
    if (!tree.isPresent()) {
      tree.problem("a CIDR such as 10.0.0.0/16");
    }
    Optional<Prefix> cidr = tree.prefix();
    if (cidr.filter(c -> c.overlaps(LINK_LOCAL4) || c.overlaps(LINK_LOCAL6)).isPresent()) {
      tree.problem("a CIDR outside of " + LINK_LOCAL4 + " and " + LINK_LOCAL6);
      return Optional.empty();
    }
    return cidr;
  }

  private static void checkEncapsulation(
      Tree spec, Prefix cidr, IpPool.Encapsulation ipip, IpPool.Encapsulation vxlan) {
    if (ipip != IpPool.Encapsulation.NEVER && cidr.family() == Family.IPV6) {
      spec.at("ipipMode").problem("Never, as IPIP carries IPv4 only");
    }
    if (ipip != IpPool.Encapsulation.NEVER && vxlan != IpPool.Encapsulation.NEVER) {
      spec.at("vxlanMode").problem("Never, as ipipMode is set");
    }
  }

  private static void checkUses(
      Tree spec, Set<IpPool.Use> uses, IpPool.Encapsulation ipip, IpPool.Encapsulation vxlan) {
    boolean loadBalancer = uses.contains(IpPool.Use.LOAD_BALANCER);
    if (loadBalancer && uses.size() > 1) {
      spec.at("allowedUses").problem("LoadBalancer alone, or Workload and Tunnel");
    }
    boolean encapsulated =
        ipip != IpPool.Encapsulation.NEVER || vxlan != IpPool.Encapsulation.NEVER;
    if (loadBalancer && encapsulated) {
      spec.at("allowedUses").problem("no LoadBalancer, as the pool is encapsulated");
    }
    String selector = selector(spec.at("namespaceSelector"), "");
    if (uses.contains(IpPool.Use.TUNNEL) && !selector.isEmpty() && !selector.equals("all()")) {
      spec.at("namespaceSelector")
          .problem("none, as allowedUses has Tunnel and tunnels have no namespace");
    }
  }

  private static int blockSize(Tree tree, Prefix cidr) {
    boolean ipv4 = cidr.family() == Family.IPV4;
    int fallback = ipv4 ? 26 : 122;
    if (tree.raw().filter(v -> v instanceof Number n && n.longValue() == 0).isPresent()) {
      return fallback;
    }
    int size = tree.integer(ipv4 ? 20 : 116, ipv4 ? 32 : 128, fallback);
    if (size < cidr.length()) {
      tree.problem("a length of blocks that fit into " + cidr);
    }
    return size;
  }

  private static String selector(Tree tree, String fallback) {
    return tree.text().filter(text -> !text.isEmpty()).orElse(fallback);
  }

  private static Set<IpPool.Use> uses(Tree tree) {
    var uses = EnumSet.noneOf(IpPool.Use.class);
    for (Tree item : tree.items()) {
      Words.read(item, USES).ifPresent(uses::add);
    }
    return Collections.unmodifiableSet(
        uses.isEmpty() ? EnumSet.of(IpPool.Use.WORKLOAD, IpPool.Use.TUNNEL) : uses);
  }

  private static boolean isAllocatable(Tree status) {
    for (Tree condition : status.at("conditions").items()) {
      if (condition.at("type").text("").equals("Allocatable")) {
        return !condition.at("status").text("").equals("False");
      }
    }
    return true;
  }
}

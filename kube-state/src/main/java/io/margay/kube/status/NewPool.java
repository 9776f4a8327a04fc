package io.margay.kube.status;

import io.margay.foundation.addr.Prefix;
import io.margay.kube.types.IpPool;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The pool of a cluster that has none of its family. */
public record NewPool(
    String name,
    Prefix cidr,
    int blockSize,
    IpPool.Encapsulation ipip,
    IpPool.Encapsulation vxlan,
    boolean natOutgoing,
    String nodeSelector,
    boolean disableBgpExport) {

  /** The name of the pool that a node makes for IPv4. */
  public static final String DEFAULT_IPV4 = "default-ipv4-ippool";

  /** The name of the pool that a node makes for IPv6. */
  public static final String DEFAULT_IPV6 = "default-ipv6-ippool";

  Map<String, Object> spec() {
    var spec = new LinkedHashMap<String, Object>();
    spec.put("cidr", cidr.toString());
    spec.put("vxlanMode", word(vxlan));
    spec.put("ipipMode", word(ipip));
    spec.put("natOutgoing", natOutgoing);
    if (disableBgpExport) {
      spec.put("disableBGPExport", true);
    }
    spec.put("blockSize", blockSize);
    spec.put("nodeSelector", nodeSelector);
    spec.put("allowedUses", List.of("Workload", "Tunnel"));
    spec.put("assignmentMode", "Automatic");
    return spec;
  }

  private static String word(IpPool.Encapsulation encapsulation) {
    return switch (encapsulation) {
      case NEVER -> "Never";
      case ALWAYS -> "Always";
      case CROSS_SUBNET -> "CrossSubnet";
    };
  }
}

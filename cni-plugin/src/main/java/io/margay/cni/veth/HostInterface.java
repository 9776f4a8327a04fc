package io.margay.cni.veth;

import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Mac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.Map;

/** The node's end of a pair: the same name and addresses that Calico gives it. */
public final class HostInterface {
  /** Of every node's end. */
  public static final Mac MAC = Mac.of("ee:ee:ee:ee:ee:ee");

  /** The link-local address that goes with {@link #MAC}; next hop of IPv6 containers. */
  public static final Ip6 LINK_LOCAL = Ip6.of("fe80::ecee:eeff:feee:eeee");

  private static final int DIGITS = 11;

  private HostInterface() {}

  /** The name for a pod: prefix and the first 11 digits of SHA-1 of {@code namespace.pod}. */
  public static String ofPod(String prefix, String namespace, String pod) {
    byte[] text = (namespace + "." + pod).getBytes(StandardCharsets.UTF_8);
    return prefix + HexFormat.of().formatHex(sha1().digest(text)).substring(0, DIGITS);
  }

  /** The name for a container that is no pod: prefix and the first 11 characters of its id. */
  public static String ofContainer(String prefix, String containerId) {
    return prefix + containerId.substring(0, Math.min(DIGITS, containerId.length()));
  }

  /**
   * What a pod's packets need of its interface, by name below /proc/sys, in the order in which it
   * is set. A kernel without IPv6 has only some of them.
   *
   * @param ipv4 the pod has an address of it
   * @param ipv6 the pod has an address of it
   */
  public static Map<String, String> settings(String device, boolean ipv4, boolean ipv6) {
    var settings = new LinkedHashMap<String, String>();
    for (var setting : VethSettings.ofHost(device, ipv4, ipv6)) {
      settings.put(setting.name(), setting.value());
    }
    return settings;
  }

  // A name, no secret: what Calico and its tools look for.
  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-1", e);
    }
  }
}

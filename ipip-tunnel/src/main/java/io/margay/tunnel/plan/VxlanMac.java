package io.margay.tunnel.plan;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Mac;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/**
 * The MAC address of a node's VXLAN device where its annotation has none: each node of a cluster
 * works it out alike (Felix's {@code vxlan_resolver.go}).
 */
public final class VxlanMac {
  private static final byte FIRST = 'f';
  private static final String V6_SUFFIX = "-v6";

  private VxlanMac() {}

  /** The letter f, then the first five bytes of SHA-1 over the node's name. */
  public static Mac of(String nodeName, Family family) {
    String text =
        switch (family) {
          case IPV4 -> nodeName;
          case IPV6 -> nodeName + V6_SUFFIX;
        };
    byte[] sum = sha1().digest(text.getBytes(StandardCharsets.UTF_8));
    byte[] mac = new byte[6];
    mac[0] = FIRST;
    System.arraycopy(sum, 0, mac, 1, 5);
    return Mac.ofBytes(mac, 0);
  }

  private static MessageDigest sha1() {
    try {
      return MessageDigest.getInstance("SHA-1");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-1", e);
    }
  }
}

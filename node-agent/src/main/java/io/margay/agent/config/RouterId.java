package io.margay.agent.config;

import io.margay.foundation.addr.Ip4;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;

/** Where the BGP identifier comes from (CALICO_ROUTER_ID). */
public sealed interface RouterId {
  /** The node's IPv4 address. */
  record NodeAddress() implements RouterId {}

  /** Made from the node's name; for nodes without IPv4. */
  record HashOfName() implements RouterId {}

  /** This one. */
  record Fixed(Ip4 id) implements RouterId {}

  /** The identifier of a node; empty when it needs an IPv4 address that the node does not have. */
  default Optional<Ip4> of(String nodeName, Optional<Ip4> nodeAddress) {
    return switch (this) {
      case NodeAddress _ -> nodeAddress;
      case HashOfName _ -> Optional.of(hash(nodeName));
      case Fixed(Ip4 id) -> Optional.of(id);
    };
  }

  /** As Calico: the first four bytes of SHA-256, kept out of the multicast range. */
  private static Ip4 hash(String nodeName) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(nodeName.getBytes(StandardCharsets.UTF_8));
      if ((digest[0] & 0xff) > 223) {
        digest[0] = (byte) ((digest[0] & 0xff) - 32);
      }
      return Ip4.ofBytes(digest, 0);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}

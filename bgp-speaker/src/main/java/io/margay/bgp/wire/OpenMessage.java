package io.margay.bgp.wire;

import io.margay.foundation.addr.Ip4;
import java.util.List;
import java.util.Optional;

/**
 * OPEN (RFC 4271, 4.2).
 *
 * @param myAs the two-byte field: AS_TRANS when the number does not fit
 * @param holdSeconds 0 to 65535
 */
public record OpenMessage(
    int version, int myAs, int holdSeconds, Ip4 routerId, List<Capability> capabilities)
    implements BgpMessage {
  /** The one version there is. */
  public static final int VERSION = 4;

  /** Stands for an AS number that does not fit two bytes (RFC 6793, 9). */
  public static final int AS_TRANS = 23456;

  public OpenMessage {
    capabilities = List.copyOf(capabilities);
  }

  /** The two-byte field for an AS number. */
  public static int shortAs(long asn) {
    return asn > 0xffff ? AS_TRANS : (int) asn;
  }

  /** The sender's AS: by capability, else the two-byte field. */
  public long asn() {
    return first(Capability.FourOctetAs.class).map(Capability.FourOctetAs::asn).orElse((long) myAs);
  }

  /** The same for a peer that takes none (RFC 5492, 3). */
  public OpenMessage withoutCapabilities() {
    return new OpenMessage(version, myAs, holdSeconds, routerId, List.of());
  }

  /** The first capability of a kind; repeated ones change nothing. */
  public <C extends Capability> Optional<C> first(Class<C> kind) {
    return capabilities.stream().filter(kind::isInstance).map(kind::cast).findFirst();
  }
}

package io.margay.interop;

import io.margay.foundation.addr.Ip4;
import java.util.List;

/**
 * A speaker of the test's that tells routes to three routers at once. Some are of the routers' AS,
 * two of one other AS; the two equal router ids of different AS are RFC 6286's.
 */
record Sender(int number, Ip4 address, long asn, Ip4 routerId) {
  /** The routers' AS. */
  static final long ROUTERS_AS = 64512;

  static final List<Sender> ALL =
      List.of(
          of(1, 64601, "10.255.0.9"),
          of(2, 64601, "10.255.0.3"),
          of(3, 64602, "10.255.0.3"),
          of(4, ROUTERS_AS, "10.255.0.7"),
          of(5, ROUTERS_AS, "10.255.0.2"),
          of(6, ROUTERS_AS, "10.255.0.5"));

  private static Sender of(int number, long asn, String routerId) {
    return new Sender(number, Ip4.of("10.90.0." + (10 + number)), asn, Ip4.of(routerId));
  }

  boolean isInternal() {
    return asn == ROUTERS_AS;
  }

  /** Its name in the routers' files. */
  String label() {
    return "S" + number;
  }
}

package io.margay.bgp.rib;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Peers and attributes for tests. */
final class Routes {
  static final Identity SELF =
      new Identity(Ip4.of("10.0.0.1"), Optional.empty(), Set.of(Ip.of("10.0.0.1")));
  static final Prefix PREFIX = Prefix.of("10.1.0.0/26");

  private Routes() {}

  /** A peer with this last byte in address and id. */
  static Neighbour neighbour(int number, long asn) {
    return new Neighbour(
        "peer" + number,
        PeerKind.GLOBAL,
        Ip.of("10.0.0." + number),
        asn,
        64512,
        Ip4.of("10.0.0." + number),
        false,
        0);
  }

  static Neighbour internal(int number) {
    return neighbour(number, 64512);
  }

  static Neighbour external(int number) {
    return neighbour(number, 65000 + number);
  }

  static AttributesBuilder via(int number, Long... path) {
    return new AttributesBuilder().nextHop(Ip.of("10.0.0." + number)).asPath(AsPath.sequence(path));
  }

  static Attributes attributes(int number, Long... path) {
    return via(number, path).build();
  }

  static List<Prefix> one() {
    return List.of(PREFIX);
  }
}

package io.margay.bgp.rib;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Prefix;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A route of this node that peers may be told of.
 *
 * @param interfaceName where it leads, for rules that ask; empty for a blackhole
 * @param metric of the kernel route that it stands for; empty reads as the normal priority
 * @param attributes what it is announced with; no next hop, which is set when it is sent
 */
public record LocalRoute(
    Prefix prefix,
    Kind kind,
    Optional<String> interfaceName,
    OptionalLong metric,
    Attributes attributes) {
  /** Where the route comes from, with the preference that it has against the peers' routes. */
  public enum Kind {
    /** A block of this node: BIRD's static blackhole. */
    BLOCK(200),
    /** A service address or CIDR: static. */
    SERVICE(200),
    /** Configured by hand: static. */
    STATIC(200),
    /** A connected network or an own address, a tunnel's included. */
    DIRECT(240),
    /**
     * A pod of this node. Between an ordinary route from a peer (100) and one that says that the
     * pod is moving there (200); see docs/decisions/0020.
     */
    WORKLOAD(150),
    /** A route of the kernel that somebody else made: BIRD prefers all others to it. */
    KERNEL(10);

    private final int preference;

    Kind(int preference) {
      this.preference = preference;
    }

    /** BIRD's preference: the first thing that is compared, higher wins. */
    public int preference() {
      return preference;
    }
  }

  /** A route without interface and metric. */
  public static LocalRoute of(Prefix prefix, Kind kind) {
    return new LocalRoute(prefix, kind, Optional.empty(), OptionalLong.empty(), Attributes.LOCAL);
  }

  /** A route that leaves by an interface. */
  public static LocalRoute on(Prefix prefix, Kind kind, String interfaceName) {
    return new LocalRoute(
        prefix, kind, Optional.of(interfaceName), OptionalLong.empty(), Attributes.LOCAL);
  }
}

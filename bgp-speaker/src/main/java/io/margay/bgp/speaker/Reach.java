package io.margay.bgp.speaker;

/** How far away a peer may be, as TTLs. */
public sealed interface Reach {
  /** On a network of this node: packets go no hop further. */
  record Direct() implements Reach {}

  /** Anywhere. */
  record Multihop() implements Reach {}

  /** Not further than this many hops, checked on what is received (RFC 5082). */
  record Secured(int hops) implements Reach {
    public Secured {
      if (hops < 1 || hops > 255) {
        throw new IllegalArgumentException("ttlSecurity of " + hops + " hops; 1 to 255");
      }
    }
  }

  /** TTL of what is sent. */
  default int sentTtl() {
    return switch (this) {
      case Direct _ -> 1;
      case Multihop _ -> 64;
      case Secured _ -> 255;
    };
  }

  /** Least TTL of what is received; 0 asks nothing. */
  default int leastTtl() {
    return switch (this) {
      case Direct _, Multihop _ -> 0;
      case Secured(int hops) -> 255 - hops + 1;
    };
  }
}

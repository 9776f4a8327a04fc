package io.margay.bgp.attr;

import java.util.Optional;

/** A standard community (RFC 1997): AS number and value of 16 bits each in one int. */
public record Community(int value) implements AnyCommunity, Comparable<Community> {
  /** Not to be advertised outside the AS (RFC 1997). */
  public static final Community NO_EXPORT = new Community(0xffffff01);

  /** Not to be advertised at all (RFC 1997). */
  public static final Community NO_ADVERTISE = new Community(0xffffff02);

  /** Not to be advertised to any other AS, members of a confederation included (RFC 1997). */
  public static final Community NO_EXPORT_SUBCONFED = new Community(0xffffff03);

  /** The route is about to go: the last choice of all (RFC 8326). */
  public static final Community GRACEFUL_SHUTDOWN = new Community(0xffff0000);

  /** Kept for a peer that has been away for long: the last choice of all (RFC 9494, 3.2). */
  public static final Community LLGR_STALE = new Community(0xffff0006);

  /** Not to be kept for a peer that is away for long (RFC 9494, 3.3). */
  public static final Community NO_LLGR = new Community(0xffff0007);

  /** Reads {@code aa:nn}, both 0 to 65535; empty when the text is anything else. */
  public static Optional<Community> parse(String text) {
    long[] parts = LargeCommunity.parts(text, 2, 0xffff);
    return parts.length == 0
        ? Optional.empty()
        : Optional.of(new Community((int) (parts[0] << 16 | parts[1])));
  }

  @Override
  public int compareTo(Community other) {
    return Integer.compareUnsigned(value, other.value);
  }

  @Override
  public String toString() {
    return (value >>> 16) + ":" + (value & 0xffff);
  }
}

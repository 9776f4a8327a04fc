package io.margay.bgp.attr;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The path attributes of a route. Equal sets are interned to one int by the RIB that owns them.
 *
 * @param nextHop empty only for a route of this speaker, which gets one when it is sent
 * @param linkLocal second next hop of IPv6 (RFC 2545, 3)
 * @param med 0 to 4294967295
 * @param localPref 0 to 4294967295
 * @param onlyToCustomer the AS that sent it down, or sideways, first (RFC 9234, 5)
 * @param partial bit n is set when attribute n came with the Partial flag, which is kept
 * @param unknown in order of their codes
 */
public record Attributes(
    Origin origin,
    AsPath asPath,
    Optional<Ip> nextHop,
    Optional<Ip6> linkLocal,
    OptionalLong med,
    OptionalLong localPref,
    boolean atomicAggregate,
    Optional<Aggregator> aggregator,
    List<Community> communities,
    List<ExtendedCommunity> extendedCommunities,
    List<LargeCommunity> largeCommunities,
    Optional<Ip4> originatorId,
    List<Ip4> clusterList,
    OptionalLong onlyToCustomer,
    long partial,
    List<UnknownAttribute> unknown) {
  /** LOCAL_PREF of a route that has none (the default of BIRD and all others). */
  public static final long DEFAULT_LOCAL_PREF = 100;

  /** What a route of this speaker begins with: ORIGIN IGP and an empty path. */
  public static final Attributes LOCAL = new AttributesBuilder().build();

  public Attributes {
    communities = List.copyOf(communities);
    extendedCommunities = List.copyOf(extendedCommunities);
    largeCommunities = List.copyOf(largeCommunities);
    clusterList = List.copyOf(clusterList);
    unknown = List.copyOf(unknown);
  }

  /** A builder that starts with these values. */
  public AttributesBuilder toBuilder() {
    return new AttributesBuilder(this);
  }

  /** True when the route carries this community. */
  public boolean has(AnyCommunity community) {
    return switch (community) {
      case Community c -> communities.contains(c);
      case LargeCommunity c -> largeCommunities.contains(c);
    };
  }

  /** LOCAL_PREF, or its default. */
  public long effectiveLocalPref() {
    return localPref.orElse(DEFAULT_LOCAL_PREF);
  }
}

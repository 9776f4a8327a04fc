package io.margay.bgp.attr;

import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Collects attributes one by one. Used by one thread, for one set. */
public final class AttributesBuilder {
  private Origin origin = Origin.IGP;
  private AsPath asPath = AsPath.EMPTY;
  private Optional<Ip> nextHop = Optional.empty();
  private Optional<Ip6> linkLocal = Optional.empty();
  private OptionalLong med = OptionalLong.empty();
  private OptionalLong localPref = OptionalLong.empty();
  private boolean atomicAggregate;
  private Optional<Aggregator> aggregator = Optional.empty();
  private List<Community> communities = List.of();
  private List<ExtendedCommunity> extendedCommunities = List.of();
  private List<LargeCommunity> largeCommunities = List.of();
  private Optional<Ip4> originatorId = Optional.empty();
  private List<Ip4> clusterList = List.of();
  private OptionalLong onlyToCustomer = OptionalLong.empty();
  private long partial;
  private List<UnknownAttribute> unknown = List.of();

  /** Starts with {@link Attributes#LOCAL}. */
  public AttributesBuilder() {}

  AttributesBuilder(Attributes from) {
    origin = from.origin();
    asPath = from.asPath();
    nextHop = from.nextHop();
    linkLocal = from.linkLocal();
    med = from.med();
    localPref = from.localPref();
    atomicAggregate = from.atomicAggregate();
    aggregator = from.aggregator();
    communities = from.communities();
    extendedCommunities = from.extendedCommunities();
    largeCommunities = from.largeCommunities();
    originatorId = from.originatorId();
    clusterList = from.clusterList();
    onlyToCustomer = from.onlyToCustomer();
    partial = from.partial();
    unknown = from.unknown();
  }

  public AttributesBuilder origin(Origin value) {
    origin = value;
    return this;
  }

  public AttributesBuilder asPath(AsPath value) {
    asPath = value;
    return this;
  }

  /** The path as collected so far. */
  public AsPath asPath() {
    return asPath;
  }

  public AttributesBuilder nextHop(Ip value) {
    nextHop = Optional.of(value);
    return this;
  }

  public AttributesBuilder linkLocal(Optional<Ip6> value) {
    linkLocal = value;
    return this;
  }

  public AttributesBuilder med(long value) {
    med = OptionalLong.of(value);
    return this;
  }

  public AttributesBuilder withoutMed() {
    med = OptionalLong.empty();
    return this;
  }

  public AttributesBuilder localPref(long value) {
    localPref = OptionalLong.of(value);
    return this;
  }

  public AttributesBuilder withoutLocalPref() {
    localPref = OptionalLong.empty();
    return this;
  }

  public AttributesBuilder atomicAggregate(boolean value) {
    atomicAggregate = value;
    return this;
  }

  public AttributesBuilder aggregator(Aggregator value) {
    aggregator = Optional.of(value);
    return this;
  }

  /** The aggregator as collected so far. */
  public Optional<Aggregator> aggregator() {
    return aggregator;
  }

  public AttributesBuilder communities(List<Community> value) {
    communities = value;
    return this;
  }

  /** Adds one unless it is there. */
  public AttributesBuilder add(AnyCommunity value) {
    switch (value) {
      case Community c -> communities = plus(communities, c);
      case LargeCommunity c -> largeCommunities = plus(largeCommunities, c);
    }
    return this;
  }

  public AttributesBuilder extendedCommunities(List<ExtendedCommunity> value) {
    extendedCommunities = value;
    return this;
  }

  public AttributesBuilder largeCommunities(List<LargeCommunity> value) {
    largeCommunities = value;
    return this;
  }

  public AttributesBuilder originatorId(Ip4 value) {
    originatorId = Optional.of(value);
    return this;
  }

  public AttributesBuilder clusterList(List<Ip4> value) {
    clusterList = value;
    return this;
  }

  /** Removes what never leaves an AS: ORIGINATOR_ID and CLUSTER_LIST (RFC 4456, 8). */
  public AttributesBuilder withoutReflection() {
    originatorId = Optional.empty();
    clusterList = List.of();
    return this;
  }

  /** The AS that sent the route down, or sideways, first (RFC 9234, 5). */
  public AttributesBuilder onlyToCustomer(long value) {
    onlyToCustomer = OptionalLong.of(value);
    return this;
  }

  /** Notes that attribute {@code code} (below 64) came with the Partial flag. */
  public AttributesBuilder partial(int code) {
    partial |= 1L << code;
    return this;
  }

  public AttributesBuilder unknown(List<UnknownAttribute> value) {
    unknown = value;
    return this;
  }

  public Attributes build() {
    return new Attributes(
        origin,
        asPath,
        nextHop,
        linkLocal,
        med,
        localPref,
        atomicAggregate,
        aggregator,
        communities,
        extendedCommunities,
        largeCommunities,
        originatorId,
        clusterList,
        onlyToCustomer,
        partial,
        unknown);
  }

  private static <T> List<T> plus(List<T> list, T value) {
    if (list.contains(value)) {
      return list;
    }
    var longer = new ArrayList<>(list);
    longer.add(value);
    return longer;
  }
}

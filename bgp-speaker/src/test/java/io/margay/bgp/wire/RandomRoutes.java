package io.margay.bgp.wire;

import io.margay.bgp.attr.Aggregator;
import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.AsPath.Segment;
import io.margay.bgp.attr.AsPath.SegmentType;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.ExtendedCommunity;
import io.margay.bgp.attr.LargeCommunity;
import io.margay.bgp.attr.Octets;
import io.margay.bgp.attr.Origin;
import io.margay.bgp.attr.UnknownAttribute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;

/** Prefixes and attributes by chance, valid ones. */
public final class RandomRoutes {
  private static final List<Origin> ORIGINS = List.of(Origin.values());

  private final RandomGenerator chance;

  public RandomRoutes(RandomGenerator chance) {
    this.chance = chance;
  }

  public Ip address(Family family) {
    return switch (family) {
      case IPV4 -> new Ip4(chance.nextInt());
      case IPV6 -> new Ip6(chance.nextLong(), chance.nextLong());
    };
  }

  public Prefix prefix(Family family) {
    return Prefix.containing(address(family), chance.nextInt(family.bits() + 1));
  }

  /** Different ones, in no order. */
  public List<Prefix> prefixes(Family family, int count) {
    var set = new LinkedHashSet<Prefix>();
    while (set.size() < count) {
      set.add(Prefix.containing(address(family), 16 + chance.nextInt(family.bits() - 15)));
    }
    return List.copyOf(set);
  }

  /** Attributes as a peer of the own AS can send them. */
  public Attributes attributes(Family family) {
    var out = new AttributesBuilder().nextHop(address(family)).localPref(unsigned());
    out.origin(ORIGINS.get(chance.nextInt(3))).asPath(asPath());
    if (family == Family.IPV6 && chance.nextBoolean()) {
      out.linkLocal(Optional.of(new Ip6(0xfe80L << 48, chance.nextLong())));
    }
    if (chance.nextBoolean()) {
      out.med(unsigned()).atomicAggregate(true);
    }
    if (chance.nextBoolean()) {
      out.aggregator(new Aggregator(unsigned(), new Ip4(chance.nextInt())));
    }
    out.communities(some(() -> new Community(chance.nextInt())));
    out.extendedCommunities(some(() -> new ExtendedCommunity(chance.nextLong())));
    out.largeCommunities(some(() -> new LargeCommunity(unsigned(), unsigned(), unsigned())));
    if (chance.nextBoolean()) {
      out.originatorId(new Ip4(chance.nextInt()));
      out.clusterList(some(() -> new Ip4(chance.nextInt())));
    }
    if (chance.nextInt(4) == 0) {
      out.onlyToCustomer(unsigned());
    }
    if (chance.nextInt(4) == 0) {
      byte[] value = new byte[chance.nextInt(400)];
      chance.nextBytes(value);
      out.unknown(List.of(new UnknownAttribute(200, true, Octets.of(value))));
    }
    return out.build();
  }

  public AsPath asPath() {
    var segments = new ArrayList<Segment>();
    int count = chance.nextInt(3);
    for (int i = 0; i < count; i++) {
      SegmentType type = chance.nextInt(4) == 0 ? SegmentType.SET : SegmentType.SEQUENCE;
      var asns = new ArrayList<Long>();
      int length = 1 + chance.nextInt(chance.nextInt(20) == 0 ? 255 : 6);
      for (int n = 0; n < length; n++) {
        asns.add(chance.nextBoolean() ? 64512L + chance.nextInt(1000) : unsigned());
      }
      segments.add(new Segment(type, asns));
    }
    return new AsPath(segments);
  }

  private long unsigned() {
    return chance.nextLong(1L << 32);
  }

  private <T> List<T> some(Supplier<T> supplier) {
    var set = new LinkedHashSet<T>();
    int count = chance.nextInt(chance.nextInt(10) == 0 ? 90 : 4);
    for (int i = 0; i < count; i++) {
      set.add(supplier.get());
    }
    return List.copyOf(set);
  }
}

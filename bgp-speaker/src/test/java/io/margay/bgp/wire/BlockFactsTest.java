package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.AsPath.Segment;
import io.margay.bgp.attr.AsPath.SegmentType;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The oracle is what Attributes says of itself. */
class BlockFactsTest {
  private static final List<Community> WELL_KNOWN =
      List.of(
          Community.NO_EXPORT,
          Community.NO_ADVERTISE,
          Community.NO_EXPORT_SUBCONFED,
          Community.GRACEFUL_SHUTDOWN,
          new Community(0xffff0006),
          new Community(0xffff0007));

  @Test
  void factsAreWhatTheAttributesSay() {
    var facts = new BlockFacts();
    for (long seed = 0; seed < 5_000; seed++) {
      Attributes a = attributes(new Random(seed));
      byte[] block = AttributeBlock.encode(a);
      facts.scan(block, 0, block.length);
      assertNumbers(facts, a, seed);
      assertNextHop(facts, a, seed);
      assertThat(facts.wellKnown()).as("seed %d", seed).isEqualTo(wellKnown(a));
    }
  }

  @Test
  void loopsAreFoundAsInTheAttributes() {
    for (long seed = 0; seed < 2_000; seed++) {
      var chance = new Random(seed);
      Attributes a = attributes(chance);
      byte[] block = AttributeBlock.encode(a);
      var asns = new ArrayList<>(List.of(0L, 64512L, 65000L));
      a.asPath().segments().forEach(s -> asns.addAll(s.asns()));
      long asn = asns.get(chance.nextInt(asns.size()));
      assertThat(BlockFacts.countAs(block, 0, block.length, asn))
          .as("seed %d", seed)
          .isEqualTo(a.asPath().count(asn));
      var clusters = new ArrayList<>(List.of(Ip4.of("10.0.0.1")));
      clusters.addAll(a.clusterList());
      Ip4 cluster = clusters.get(chance.nextInt(clusters.size()));
      assertThat(BlockFacts.hasCluster(block, 0, block.length, cluster.bits()))
          .as("seed %d", seed)
          .isEqualTo(a.clusterList().contains(cluster));
    }
  }

  private static void assertNumbers(BlockFacts facts, Attributes a, long seed) {
    assertThat(facts.origin()).as("seed %d", seed).isEqualTo(a.origin().code());
    assertThat(facts.asPathLength()).as("seed %d", seed).isEqualTo(a.asPath().length());
    assertThat(facts.neighbourAs())
        .as("seed %d", seed)
        .isEqualTo(a.asPath().neighbourAs().orElse(BlockFacts.NO_AS));
    assertThat(facts.hasMed()).as("seed %d", seed).isEqualTo(a.med().isPresent());
    assertThat(facts.med()).as("seed %d", seed).isEqualTo(a.med().orElse(0));
    assertThat(facts.hasLocalPref()).as("seed %d", seed).isEqualTo(a.localPref().isPresent());
    assertThat(facts.localPref()).as("seed %d", seed).isEqualTo(a.effectiveLocalPref());
    assertThat(facts.hasOriginatorId()).as("seed %d", seed).isEqualTo(a.originatorId().isPresent());
    assertThat(facts.originatorId())
        .as("seed %d", seed)
        .isEqualTo(a.originatorId().map(Ip4::bits).orElse(0));
    assertThat(facts.clusterListLength()).as("seed %d", seed).isEqualTo(a.clusterList().size());
    assertThat(facts.onlyToCustomer())
        .as("seed %d", seed)
        .isEqualTo(a.onlyToCustomer().orElse(BlockFacts.NO_AS));
  }

  private static void assertNextHop(BlockFacts facts, Attributes a, long seed) {
    int bits = a.nextHop().map(hop -> hop.family().bits()).orElse(0);
    assertThat(facts.nextHopBits()).as("seed %d", seed).isEqualTo(bits);
    if (bits == 32) {
      assertThat(new Ip4((int) (facts.nextHopHigh() >>> 32))).isEqualTo(a.nextHop().orElseThrow());
    } else if (bits == 128) {
      assertThat(new Ip6(facts.nextHopHigh(), facts.nextHopLow()))
          .isEqualTo(a.nextHop().orElseThrow());
    }
  }

  private static int wellKnown(Attributes a) {
    int bits = 0;
    for (int i = 0; i < WELL_KNOWN.size(); i++) {
      bits |= a.has(WELL_KNOWN.get(i)) ? 1 << i : 0;
    }
    return bits;
  }

  /** Random ones with what RandomRoutes makes seldom or never. */
  private static Attributes attributes(RandomGenerator chance) {
    if (chance.nextInt(50) == 0) {
      return Attributes.LOCAL;
    }
    var routes = new RandomRoutes(chance);
    AttributesBuilder out =
        routes.attributes(chance.nextBoolean() ? Family.IPV4 : Family.IPV6).toBuilder();
    for (Community community : WELL_KNOWN) {
      if (chance.nextInt(5) == 0) {
        out.add(community);
      }
    }
    if (chance.nextInt(4) == 0) {
      out.withoutLocalPref();
    }
    if (chance.nextInt(4) == 0) {
      var segments = new ArrayList<Segment>();
      segments.add(new Segment(SegmentType.CONFED_SEQUENCE, List.of(65010L, 65011L)));
      segments.addAll(routes.asPath().segments());
      segments.add(new Segment(SegmentType.CONFED_SET, List.of(65012L)));
      out.asPath(new AsPath(segments));
    }
    return out.build();
  }
}

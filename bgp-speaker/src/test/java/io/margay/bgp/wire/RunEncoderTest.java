package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.Octets;
import io.margay.bgp.attr.UnknownAttribute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Ip6;
import io.margay.foundation.addr.Prefix;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import org.junit.jupiter.api.Test;

/** The oracle is UpdateEncoder: the same bytes. */
class RunEncoderTest {
  private static final Set<Family> BOTH = Set.of(Family.IPV4, Family.IPV6);

  private static final List<WireFormat> FORMATS =
      List.of(
          Bytes.IBGP,
          Bytes.EBGP,
          Bytes.OLD,
          new WireFormat(false, true, BOTH, BgpMessage.MAX_LENGTH, true, BOTH, BOTH),
          new WireFormat(true, true, BOTH, BgpMessage.MAX_EXTENDED, true),
          new WireFormat(true, true, BOTH, BgpMessage.MAX_LENGTH, true, BOTH, BOTH),
          new WireFormat(
              true, false, BOTH, BgpMessage.MAX_LENGTH, false, Set.of(), Set.of(Family.IPV6)));

  @Test
  void bytesAreThoseOfTheOtherEncoder() {
    var encoders = new ArrayList<RunEncoder>();
    FORMATS.forEach(format -> encoders.add(new RunEncoder(format)));
    for (long seed = 0; seed < 1_500; seed++) {
      var chance = new Random(seed);
      int which = chance.nextInt(FORMATS.size());
      UpdateBatch batch = batch(chance, FORMATS.get(which));
      RunEncoder encoder = encoders.get(which);
      encoder.clear();
      write(encoder, batch);
      assertThat(written(encoder))
          .as("seed %d", seed)
          .isEqualTo(Bytes.encode(batch, FORMATS.get(which)));
      assertThat(encoder.messages())
          .as("seed %d", seed)
          .isEqualTo(Bytes.messages(written(encoder), FORMATS.get(which)).size());
    }
  }

  @Test
  void whatNoMessageHasRoomForIsWithdrawn() {
    var routes = new RandomRoutes(new Random(3));
    Attributes huge =
        routes.attributes(Family.IPV4).toBuilder()
            .unknown(List.of(new UnknownAttribute(99, true, Octets.of(new byte[4000]))))
            .build();
    byte[] block = AttributeBlock.encode(huge);
    for (int length : List.of(0, block.length)) {
      var encoder = new RunEncoder(Bytes.IBGP);
      encoder.announcements(Family.IPV4, block, 0, length);
      encoder.prefix(0x0a01_0200_0000_0000L, 0, 24, 0);
      encoder.finish();
      assertThat(written(encoder)).isEqualTo(Bytes.update("0004 18 0a0102 0000"));
    }
  }

  @Test
  void withdrawalsOfOneFamilyShareMessages() {
    var encoder = new RunEncoder(Bytes.IBGP);
    for (int i = 0; i < 2; i++) {
      encoder.withdrawals(Family.IPV4);
      encoder.prefix(0x0a00_0000_0000_0000L + ((long) i << 40), 0, 24, 0);
    }
    encoder.finish();
    assertThat(written(encoder)).isEqualTo(Bytes.update("0008 18 0a0000 18 0a0001 0000"));
  }

  private static void write(RunEncoder out, UpdateBatch batch) {
    NlriList withdrawn = NlriList.of(batch.withdrawn(), batch.withdrawnIds());
    for (Family family : Family.values()) {
      out.withdrawals(family);
      write(out, UpdateEncoder.ofFamily(withdrawn, family));
    }
    for (Announcement announcement : batch.announced()) {
      byte[] block = AttributeBlock.encode(announcement.attributes());
      byte[] inside = new byte[block.length + 7];
      System.arraycopy(block, 0, inside, 3, block.length);
      out.announcements(announcement.family(), inside, 3, 3 + block.length);
      write(out, NlriList.of(announcement.prefixes(), announcement.pathIds()));
    }
    out.finish();
    batch.endOfRib().forEach(out::endOfRib);
  }

  private static void write(RunEncoder out, NlriList prefixes) {
    for (int i = 0; i < prefixes.size(); i++) {
      Prefix prefix = prefixes.prefix(i);
      switch (prefix.address()) {
        case Ip4(int bits) -> out.prefix((long) bits << 32, 0, prefix.length(), prefixes.id(i));
        case Ip6(long high, long low) -> out.prefix(high, low, prefix.length(), prefixes.id(i));
      }
    }
  }

  private static byte[] written(RunEncoder encoder) {
    return Arrays.copyOf(encoder.bytes(), encoder.length());
  }

  private static UpdateBatch batch(RandomGenerator chance, WireFormat format) {
    var routes = new RandomRoutes(chance);
    var withdrawn = new NlriList();
    var announced = new ArrayList<Announcement>();
    for (Family family : Family.values()) {
      fill(withdrawn, routes, family, chance.nextInt(5) == 0 ? 1500 : chance.nextInt(4), chance);
      for (int i = chance.nextInt(4); i > 0; i--) {
        var prefixes = new NlriList();
        int count = 1 + chance.nextInt(chance.nextInt(8) == 0 ? 3000 : 8);
        fill(prefixes, routes, family, count, chance);
        announced.add(new Announcement(family, attributes(routes, family, format), prefixes));
      }
    }
    List<Family> endOfRib = chance.nextInt(4) == 0 ? List.of(Family.values()) : List.of();
    return new UpdateBatch(withdrawn.prefixes(), withdrawn.ids(), announced, endOfRib);
  }

  /** IPv4 now and then with an IPv6 next hop, where that was agreed on. */
  private static Attributes attributes(RandomRoutes routes, Family family, WireFormat format) {
    Attributes some = routes.attributes(family);
    Ip hop =
        format.extendedNextHop() && some.med().isPresent()
            ? routes.address(Family.IPV6)
            : routes.address(family);
    var out = some.toBuilder().nextHop(hop);
    if (format.internal() && some.aggregator().isPresent()) {
      out.asPath(inConfederation(some.asPath()));
    }
    return format.internal() ? out.build() : out.withoutLocalPref().build();
  }

  private static AsPath inConfederation(AsPath path) {
    var segments = new ArrayList<AsPath.Segment>();
    segments.add(
        new AsPath.Segment(AsPath.SegmentType.CONFED_SEQUENCE, List.of(65_001L, 4_200_000_000L)));
    segments.addAll(path.segments());
    return new AsPath(segments);
  }

  private static void fill(
      NlriList out, RandomRoutes routes, Family family, int count, RandomGenerator chance) {
    routes.prefixes(family, count).forEach(prefix -> out.add(prefix, chance.nextInt()));
  }
}

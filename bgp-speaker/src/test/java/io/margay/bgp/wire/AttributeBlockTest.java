package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.bgp.attr.Octets;
import io.margay.bgp.attr.UnknownAttribute;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip6;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AttributeBlockTest {
  private static final Ip OWN = Ip.of("10.0.0.1");

  record Case(String name, Attributes attributes, String block) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        new Case("nothing but what is always there", Attributes.LOCAL, "40010100 400200"),
        new Case(
            "IPv4 next hop, path, numbers",
            new AttributesBuilder()
                .nextHop(OWN)
                .asPath(AsPath.sequence(65001L, 4200000000L))
                .med(7)
                .localPref(200)
                .build(),
            "40010100 40020a 0202 0000fde9 fa56ea00 400304 0a000001 800404 00000007"
                + "400504 000000c8"),
        new Case(
            "IPv6 next hop and a link-local one",
            new AttributesBuilder()
                .nextHop(Ip.of("2001:db8::1"))
                .linkLocal(Optional.of(Ip6.of("fe80::2")))
                .build(),
            "40010100 400200 400320 20010db8000000000000000000000001"
                + "fe800000000000000000000000000002"),
        new Case(
            "Partial is kept, unknown ones stand in order of their codes",
            new AttributesBuilder()
                .communities(List.of(Community.NO_EXPORT))
                .partial(AttributeCode.COMMUNITIES)
                .unknown(
                    List.of(
                        new UnknownAttribute(20, true, Octets.of((byte) 1)),
                        new UnknownAttribute(200, false, Octets.EMPTY)))
                .onlyToCustomer(65001)
                .build(),
            "40010100 400200 e00804 ffffff01 e01401 01 c02304 0000fde9 c0c800"),
        new Case(
            "Partial of what is not there does not count",
            new AttributesBuilder().partial(AttributeCode.AGGREGATOR).build(),
            "40010100 400200"));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void attributesHaveOneForm(Case c) {
    assertThat(AttributeBlock.encode(c.attributes())).isEqualTo(Bytes.ofHex(c.block()));
  }

  @Test
  void aBlockIsItsAttributesAndNoOther() {
    var byBlock = new HashMap<Octets, Attributes>();
    for (long seed = 0; seed < 5_000; seed++) {
      var routes = new RandomRoutes(new Random(seed));
      Attributes attributes = routes.attributes(seed % 2 == 0 ? Family.IPV4 : Family.IPV6);
      byte[] block = AttributeBlock.encode(attributes);
      byte[] inside = inside(block);
      assertThat(AttributeBlock.decode(inside, 5, 5 + block.length))
          .as("seed %d", seed)
          .isEqualTo(attributes);
      Attributes before = byBlock.put(Octets.of(block), attributes);
      assertThat(before == null || before.equals(attributes)).as("seed %d", seed).isTrue();
    }
  }

  @Test
  void oneOtherAttributeIsAnotherBlock() {
    var chance = new Random(4);
    for (int i = 0; i < 1_000; i++) {
      Attributes some = new RandomRoutes(chance).attributes(Family.IPV4);
      for (Attributes other : neighbours(some)) {
        assertThat(AttributeBlock.encode(other)).isNotEqualTo(AttributeBlock.encode(some));
      }
    }
  }

  @Test
  void hashDependsOnContentOnly() {
    var hash = new BlockHash();
    for (long seed = 0; seed < 200; seed++) {
      byte[] block =
          AttributeBlock.encode(new RandomRoutes(new Random(seed)).attributes(Family.IPV6));
      byte[] inside = inside(block);
      assertThat(hash.of(inside, 5, 5 + block.length)).isEqualTo(hash.of(block, 0, block.length));
      assertThat(AttributeBlock.equal(block, 0, block.length, inside, 5, 5 + block.length))
          .isTrue();
    }
  }

  @Test
  void whatIsNoBlockIsRefused() {
    for (String bad : List.of("400101 07", "400305 0a00000102", "400801 00", "400204 02020000")) {
      byte[] bytes = Bytes.ofHex(bad);
      assertThatIllegalArgumentException()
          .as(bad)
          .isThrownBy(() -> AttributeBlock.decode(bytes, 0, bytes.length));
    }
  }

  @Test
  void aValueThatNoLengthCanSayIsRefused() {
    List<Long> long64k = LongStream.rangeClosed(1, 16_400).boxed().toList();
    Attributes attributes = new AttributesBuilder().asPath(new AsPath(segments(long64k))).build();
    assertThatIllegalArgumentException()
        .isThrownBy(() -> AttributeBlock.encode(attributes))
        .withMessageContaining("AS_PATH");
  }

  private static List<AsPath.Segment> segments(List<Long> asns) {
    var out = new ArrayList<AsPath.Segment>();
    for (int i = 0; i < asns.size(); i += AsPath.MAX_SEGMENT) {
      List<Long> some = asns.subList(i, Math.min(asns.size(), i + AsPath.MAX_SEGMENT));
      out.add(new AsPath.Segment(AsPath.SegmentType.SEQUENCE, some));
    }
    return out;
  }

  /** The same attributes but for one. */
  private static List<Attributes> neighbours(Attributes a) {
    return List.of(
        a.toBuilder().med(a.med().orElse(0) + 1).build(),
        a.toBuilder().withoutLocalPref().build(),
        a.toBuilder().asPath(a.asPath().prepend(List.of(65000L))).build(),
        a.toBuilder().atomicAggregate(!a.atomicAggregate()).build(),
        a.toBuilder().nextHop(a.nextHop().orElseThrow().plus(1)).build());
  }

  private static byte[] inside(byte[] block) {
    byte[] out = new byte[block.length + 10];
    System.arraycopy(block, 0, out, 5, block.length);
    return out;
  }
}

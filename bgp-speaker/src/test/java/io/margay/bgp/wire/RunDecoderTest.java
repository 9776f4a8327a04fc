package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Attributes;
import io.margay.foundation.addr.Family;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The oracle is the way over objects. */
class RunDecoderTest {
  private static final String ORIGIN = "400101 00";
  private static final String PATH = "400206 0201 0000fde9";
  private static final String HOP = "400304 0a000001";
  private static final String REACH_6 =
      "800e1a 0002 01 10 20010db8000000000000000000000001 00 20 20010db8";

  record Case(String name, WireFormat format, String attributes, String prefixes) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> plain() {
    return Stream.of(
        plain("in order", ORIGIN + PATH + HOP, "18 0a0102"),
        plain(
            "FRR: AS_PATH with a length of two bytes",
            ORIGIN + "50020006 0201 0000fde9" + HOP,
            "18 0a0102"),
        plain("in any order", HOP + "400504 00000064" + PATH + ORIGIN, "18 0a0102 00 20 0a000001"),
        plain("nothing but attributes", ORIGIN + PATH + HOP, ""),
        plain(
            "numbers, lists, Partial, customers only",
            ORIGIN
                + PATH
                + HOP
                + "800404 00000001 400504 00000064 400600 c00708 0000fde9 0a000001"
                + "e00808 ffffff01 fde90001 800904 0a000002 800a08 0a000003 0a000004"
                + "c01008 0002fde900000001 c0200c 0000fde9 00000001 00000002 c02304 0000fde9",
            "18 0a0102"),
        plain("MP_REACH_NLRI first", REACH_6 + ORIGIN + PATH + "400504 00000064", ""),
        plain("MP_REACH_NLRI in order", ORIGIN + PATH + "400504 00000064" + REACH_6, ""),
        plain(
            "both families, and both withdrawn",
            REACH_6 + ORIGIN + PATH + HOP + "800f08 0002 01 20 20010db9",
            "18 0a0102"),
        plain(
            "a set in the path", ORIGIN + "40020c 0201 0000fde9 0101 0000fdea" + HOP, "18 0a0102"),
        plain("End-of-RIB of IPv6", "800f03 0002 01", ""));
  }

  static Stream<Case> otherwise() {
    return Stream.of(
        plain("ORIGIN 3", "400101 03" + PATH + HOP, "18 0a0102"),
        plain("no AS_PATH", ORIGIN + HOP, "18 0a0102"),
        plain("no NEXT_HOP", ORIGIN + PATH, "18 0a0102"),
        plain("unknown transitive", ORIGIN + PATH + HOP + "c0c801 07", "18 0a0102"),
        plain("twice", ORIGIN + ORIGIN + PATH + HOP, "18 0a0102"),
        plain("wrong flags", "c00101 00" + PATH + HOP, "18 0a0102"),
        plain("AS 0", ORIGIN + "400206 0201 00000000" + HOP, "18 0a0102"),
        plain(
            "large communities twice",
            ORIGIN + PATH + HOP + "c02018 0000fde9 00000001 00000002 0000fde9 00000001 00000002",
            "18 0a0102"),
        plain("prefix too long", ORIGIN + PATH + HOP, "21 0a01020304"),
        plain("attribute cut off", ORIGIN + PATH + "400308 0a000001", "18 0a0102"),
        new Case(
            "LOCAL_PREF from outside",
            Bytes.EBGP,
            ORIGIN + PATH + HOP + "400504 00000064",
            "18 0a0102"),
        new Case(
            "confederation from outside",
            Bytes.EBGP,
            ORIGIN + "400206 0301 0000fde9" + HOP,
            "18 0a0102"),
        new Case("two-byte AS numbers", Bytes.OLD, ORIGIN + "400204 0201 fde9" + HOP, "18 0a0102"),
        new Case(
            "family not agreed on",
            new WireFormat(true, true, Set.of(Family.IPV6), 4096),
            ORIGIN + PATH + HOP,
            "18 0a0102"));
  }

  private static Case plain(String name, String attributes, String prefixes) {
    return new Case(name, Bytes.IBGP, attributes, prefixes);
  }

  @ParameterizedTest
  @MethodSource("plain")
  void plainOnesAreReadWithoutObjects(Case c) {
    byte[] bytes = bytes(c);
    assertThat(new RunDecoder(c.format()).readPlain(bytes, 19, bytes.length, new UpdateRun()))
        .isTrue();
    RunOracle.check(bytes, c.format());
  }

  @ParameterizedTest
  @MethodSource("otherwise")
  void allOthersAreReadWithThem(Case c) {
    byte[] bytes = bytes(c);
    assertThat(new RunDecoder(c.format()).readPlain(bytes, 19, bytes.length, new UpdateRun()))
        .isFalse();
    RunOracle.check(bytes, c.format());
  }

  @Test
  void equalAttributesInARowAreOneBlock() {
    byte[] one = bytes(plain("", ORIGIN + PATH + HOP, "18 0a0102"));
    byte[] other = bytes(plain("", ORIGIN + PATH + HOP + "800404 00000001", "18 0a0103"));
    byte[] stream = join(List.of(one, one, other, one));
    var run = new UpdateRun();
    assertThat(new RunDecoder(Bytes.IBGP).read(stream, 0, stream.length, run))
        .isEqualTo(stream.length);
    assertThat(run.blockFrom(1)).isEqualTo(run.blockFrom(0));
    assertThat(run.blockFrom(2)).isNotEqualTo(run.blockFrom(0));
    assertThat(run.blockHash(3)).isEqualTo(run.blockHash(0));
    RunOracle.check(stream, Bytes.IBGP);
  }

  @Test
  void equalAttributesOnBothSidesOfTheOtherFamilyKeepTheirNextHop() {
    byte[] ip4 = bytes(plain("", ORIGIN + PATH + HOP, "18 0a0102"));
    byte[] ip6 = bytes(plain("", REACH_6 + ORIGIN + PATH, ""));
    RunOracle.check(join(List.of(ip4, ip6, ip4)), Bytes.IBGP);
  }

  @Test
  void readingEndsBeforeWhatIsNoUpdate() {
    byte[] update = bytes(plain("", ORIGIN + PATH + HOP, "18 0a0102"));
    byte[] keepalive = Bytes.message(BgpMessage.TYPE_KEEPALIVE, new byte[0]);
    byte[] stream = join(List.of(update, keepalive, update));
    var decoder = new RunDecoder(Bytes.IBGP);
    var run = new UpdateRun();
    assertThat(decoder.read(stream, 0, stream.length, run)).isEqualTo(update.length);
    assertThat(decoder.read(stream, 0, update.length - 1, run)).isZero();
    assertThat(decoder.malformed()).isEmpty();
  }

  @Test
  void readingEndsBehindWhatEndsTheSession() {
    byte[] update = bytes(plain("", ORIGIN + PATH + HOP, "18 0a0102"));
    byte[] bad = bytes(plain("", ORIGIN + PATH + HOP, "21 0a01020304"));
    byte[] stream = join(List.of(update, bad, update));
    var decoder = new RunDecoder(Bytes.IBGP);
    var run = new UpdateRun();
    assertThat(decoder.read(stream, 0, stream.length, run)).isEqualTo(update.length + bad.length);
    assertThat(decoder.malformed()).isPresent();
    assertThat(run.count()).isEqualTo(1);
  }

  @Test
  void randomStreamsMeanTheSameBothWays() {
    for (long seed = 0; seed < 3_000; seed++) {
      var chance = new Random(seed);
      WireFormat format = RunOracle.FORMATS.get(chance.nextInt(RunOracle.FORMATS.size()));
      byte[] stream = Bytes.encode(batch(chance), format);
      RunOracle.check(stream, format);
      for (int i = chance.nextInt(4); i > 0; i--) {
        stream[chance.nextInt(stream.length)] = (byte) chance.nextInt();
        RunOracle.check(stream, format);
      }
    }
  }

  // RFC 8654: with two-byte AS numbers it fits a message, with four no attribute.
  @Test
  void aPathTooLongForABlockIsWithdrawn() {
    var format = new WireFormat(false, false, Set.of(Family.IPV4), BgpMessage.MAX_EXTENDED);
    ByteBuf path = Unpooled.buffer();
    for (int i = 0; i < 80; i++) {
      path.writeByte(2).writeByte(255);
      for (int asn = 0; asn < 255; asn++) {
        path.writeShort(65001);
      }
    }
    ByteBuf body = Unpooled.buffer().writeShort(0).writeShort(4 + 4 + path.readableBytes() + 7);
    body.writeBytes(Bytes.ofHex(ORIGIN)).writeShort(0x5002).writeShort(path.readableBytes());
    body.writeBytes(path).writeBytes(Bytes.ofHex(HOP)).writeBytes(Bytes.ofHex("18 0a0102"));
    byte[] message = Bytes.message(BgpMessage.TYPE_UPDATE, Bytes.written(body));
    var run = new UpdateRun();
    new RunDecoder(format).read(message, 0, message.length, run);
    assertThat(run.withdrawn()).isEqualTo(1);
    assertThat(run.faults().getFirst().faults())
        .containsExactly(new Fault.TreatAsWithdraw(AttributeCode.AS_PATH, Fault.Cause.LENGTH, 0));
  }

  private static UpdateBatch batch(RandomGenerator chance) {
    var routes = new RandomRoutes(chance);
    var withdrawn = new NlriList();
    var announced = new ArrayList<Announcement>();
    for (Family family : Family.values()) {
      routes
          .prefixes(family, 1 + chance.nextInt(3))
          .forEach(prefix -> withdrawn.add(prefix, chance.nextInt()));
      for (int i = chance.nextInt(4); i > 0; i--) {
        Attributes attributes = routes.attributes(family);
        var prefixes = new NlriList();
        routes
            .prefixes(family, 1 + chance.nextInt(chance.nextInt(8) == 0 ? 900 : 6))
            .forEach(prefix -> prefixes.add(prefix, chance.nextInt()));
        announced.add(new Announcement(family, attributes, prefixes));
      }
    }
    List<Family> endOfRib = chance.nextInt(4) == 0 ? List.of(Family.values()) : List.of();
    return new UpdateBatch(withdrawn.prefixes(), withdrawn.ids(), announced, endOfRib);
  }

  private static byte[] bytes(Case c) {
    byte[] attributes = Bytes.ofHex(c.attributes());
    ByteBuf body = Unpooled.buffer().writeShort(0).writeShort(attributes.length);
    body.writeBytes(attributes).writeBytes(Bytes.ofHex(c.prefixes()));
    return Bytes.message(BgpMessage.TYPE_UPDATE, Bytes.written(body));
  }

  private static byte[] join(List<byte[]> messages) {
    ByteBuf out = Unpooled.buffer();
    messages.forEach(out::writeBytes);
    return Bytes.written(out);
  }
}

package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import io.margay.bgp.attr.AsPath;
import io.margay.bgp.attr.Attributes;
import io.margay.bgp.attr.AttributesBuilder;
import io.margay.bgp.attr.Community;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class UpdateCodecTest {
  // RFC 4271, 4.3; RFC 4760, 3 and 4; RFC 2545, 3; RFC 1997, 4360, 8092 and 9234.
  @ParameterizedTest
  @EnumSource(Family.class)
  void whatIsWrittenIsReadBack(Family family) {
    for (long seed = 0; seed < 300; seed++) {
      var routes = new RandomRoutes(new Random(seed));
      var announcement =
          new Announcement(
              family, routes.attributes(family), routes.prefixes(family, 1 + (int) seed));
      var batch =
          new UpdateBatch(
              routes.prefixes(family, (int) seed), List.of(announcement), List.of(family));
      List<BgpMessage> read = Bytes.messages(Bytes.encode(batch, Bytes.IBGP), Bytes.IBGP);
      assertReadsAs(read, batch, "seed " + seed);
    }
  }

  private static void assertReadsAs(List<BgpMessage> read, UpdateBatch batch, String seed) {
    var withdrawn = new ArrayList<Prefix>();
    var announced = new ArrayList<Prefix>();
    Attributes attributes = batch.announced().getFirst().attributes();
    for (BgpMessage message : read) {
      assertThat(message).as(seed).isInstanceOf(DecodedUpdate.class);
      var update = (DecodedUpdate) message;
      assertThat(update.faults()).as(seed).isEmpty();
      assertThat(announced.isEmpty() || update.withdrawn().isEmpty())
          .as("%s: withdrawals come first", seed)
          .isTrue();
      withdrawn.addAll(update.withdrawn());
      for (Announcement a : update.announced()) {
        assertThat(a.attributes()).as(seed).isEqualTo(attributes);
        announced.addAll(a.prefixes());
      }
    }
    assertThat(withdrawn).as(seed).isEqualTo(batch.withdrawn());
    assertThat(announced).as(seed).isEqualTo(batch.announced().getFirst().prefixes());
    assertThat(((DecodedUpdate) read.getLast()).endOfRib())
        .as(seed)
        .contains(batch.endOfRib().getFirst());
  }

  // RFC 4271, 4.3: 1018 /24s fill a message of 4096 bytes.
  @Test
  void withdrawalsFillMessages() {
    List<Prefix> prefixes =
        IntStream.range(0, 1019)
            .mapToObj(i -> Prefix.of("10." + i / 256 + "." + i % 256 + ".0/24"))
            .toList();
    List<BgpMessage> read =
        Bytes.messages(
            Bytes.encode(new UpdateBatch(prefixes, List.of(), List.of()), Bytes.EBGP), Bytes.EBGP);
    assertThat(read).hasSize(2);
    assertThat(((DecodedUpdate) read.getFirst()).withdrawn()).hasSize(1018);
  }

  // RFC 8654, 4: as many more in one of 65535 bytes.
  @Test
  void withdrawalsFillExtendedMessages() {
    List<Prefix> prefixes = new RandomRoutes(new Random(1)).prefixes(Family.IPV4, 20_000);
    var extended = new WireFormat(true, false, Set.of(Family.IPV4), BgpMessage.MAX_EXTENDED);
    List<BgpMessage> read =
        Bytes.messages(
            Bytes.encode(new UpdateBatch(prefixes, List.of(), List.of()), extended), extended);
    assertThat(read).hasSize(2);
    assertThat(((DecodedUpdate) read.getFirst()).withdrawn()).hasSizeGreaterThan(13_000);
  }

  // RFC 7911, 3: prefixes keep their identifiers, whichever family has them.
  @ParameterizedTest
  @EnumSource(Family.class)
  void pathIdentifiersAreReadBack(Family family) {
    for (long seed = 0; seed < 50; seed++) {
      var chance = new Random(seed);
      var routes = new RandomRoutes(chance);
      var withIds = chance.nextBoolean() ? Set.of(Family.IPV4, Family.IPV6) : Set.of(family);
      var format =
          new WireFormat(
              true,
              true,
              Set.of(Family.IPV4, Family.IPV6),
              BgpMessage.MAX_LENGTH,
              false,
              withIds,
              withIds);
      var list = new NlriList();
      routes.prefixes(family, 900).forEach(p -> list.add(p, chance.nextInt(3) - 1));
      Attributes attributes = routes.attributes(family);
      var batch =
          new UpdateBatch(
              list.prefixes(),
              list.ids(),
              List.of(new Announcement(family, attributes, list)),
              List.of());
      var withdrawn = new NlriList();
      var announced = new NlriList();
      for (BgpMessage message : Bytes.messages(Bytes.encode(batch, format), format)) {
        var update = (DecodedUpdate) message;
        add(withdrawn, update.withdrawn(), update.withdrawnIds());
        update.announced().forEach(a -> add(announced, a.prefixes(), a.pathIds()));
      }
      for (NlriList read : List.of(withdrawn, announced)) {
        assertThat(read.prefixes()).as("seed %d", seed).isEqualTo(list.prefixes());
        assertThatObject(read.ids()).as("seed %d", seed).isEqualTo(list.ids());
      }
    }
  }

  private static void add(NlriList to, List<Prefix> prefixes, IntList ids) {
    for (int i = 0; i < prefixes.size(); i++) {
      to.add(prefixes.get(i), NlriList.idAt(ids, i));
    }
  }

  // RFC 8950, 3
  @Test
  void ipv4RoutesGoOverIpv6NextHops() {
    var format = new WireFormat(true, false, Set.of(Family.IPV4), BgpMessage.MAX_LENGTH, true);
    Attributes attributes = new AttributesBuilder().nextHop(Ip.of("2001:db8::1")).build();
    List<Prefix> prefixes = new RandomRoutes(new Random(1)).prefixes(Family.IPV4, 3000);
    var read = new ArrayList<Prefix>();
    for (BgpMessage message :
        Bytes.messages(Bytes.encode(announce(attributes, prefixes), format), format)) {
      Announcement announcement = ((DecodedUpdate) message).announced().getFirst();
      assertThat(announcement.attributes()).isEqualTo(attributes);
      read.addAll(announcement.prefixes());
    }
    assertThat(read).isEqualTo(prefixes);
  }

  @Test
  void prefixesOfOneAttributeSetShareMessages() {
    List<Prefix> prefixes = new RandomRoutes(new Random(1)).prefixes(Family.IPV4, 500);
    Attributes attributes = attributes().localPref(100).build();
    byte[] bytes = Bytes.encode(announce(attributes, prefixes), Bytes.IBGP);
    assertThat(Bytes.messages(bytes, Bytes.IBGP)).hasSize(1);
  }

  // RFC 6793, 4.2.2 and 4.2.3
  @Test
  void longAsNumbersSurviveAnOldSpeaker() {
    AsPath path = AsPath.sequence(70000L, 64512L, 4200000000L);
    Attributes attributes = attributes().asPath(path).build();
    byte[] bytes = Bytes.encode(announce(attributes, List.of(Prefix.of("10.0.0.0/8"))), Bytes.OLD);
    var update = (DecodedUpdate) Bytes.messages(bytes, Bytes.OLD).getFirst();
    assertThat(update.announced().getFirst().attributes().asPath()).isEqualTo(path);
  }

  // RFC 6793, 4.2.2 and 4.2.3: behind an AGGREGATOR of an old speaker both AS4 attributes are old.
  @ParameterizedTest
  @CsvSource({
    // AGGREGATOR's AS, path as it is taken
    "23456, 70000 64512, 80000",
    "64999, 23456 64512, 64999",
  })
  void anAggregatorTellsWhetherTheLongNumbersCount(int asn, String path, long aggregator) {
    String attributes =
        "40010100 4002060202 5ba0 fc00 400304c0000201 c00706%04xc0000201".formatted(asn)
            + " c0110a0202 00011170 0000fc00 c01208 00013880 c0000201";
    int length = Bytes.ofHex(attributes).length;
    var update =
        (DecodedUpdate)
            Bytes.messages(
                    Bytes.update("0000 %04x %s 100a01".formatted(length, attributes)), Bytes.OLD)
                .getFirst();
    Attributes read = update.announced().getFirst().attributes();
    assertThat(read.asPath()).hasToString(path);
    assertThat(read.aggregator().orElseThrow().asn()).isEqualTo(aggregator);
  }

  // RFC 4271, 5.1.5
  @Test
  void localPrefStaysInsideTheAs() {
    Attributes attributes = attributes().localPref(7).build();
    byte[] bytes = Bytes.encode(announce(attributes, List.of(Prefix.of("10.0.0.0/8"))), Bytes.EBGP);
    var update = (DecodedUpdate) Bytes.messages(bytes, Bytes.IBGP).getFirst();
    assertThat(update.announced().getFirst().attributes().localPref()).isEmpty();
  }

  @Test
  void whatFitsNoMessageIsWithdrawn() {
    List<Community> many = Collections.nCopies(1200, 0).stream().map(Community::new).toList();
    Attributes attributes = attributes().communities(many).build();
    Prefix prefix = Prefix.of("10.0.0.0/8");
    byte[] bytes = Bytes.encode(announce(attributes, List.of(prefix)), Bytes.EBGP);
    var update = (DecodedUpdate) Bytes.messages(bytes, Bytes.EBGP).getFirst();
    assertThat(update.withdrawn()).containsExactly(prefix);
  }

  private static AttributesBuilder attributes() {
    return new AttributesBuilder().nextHop(Ip.of("192.0.2.1"));
  }

  private static UpdateBatch announce(Attributes attributes, List<Prefix> prefixes) {
    return new UpdateBatch(
        List.of(), List.of(new Announcement(Family.IPV4, attributes, prefixes)), List.of());
  }
}

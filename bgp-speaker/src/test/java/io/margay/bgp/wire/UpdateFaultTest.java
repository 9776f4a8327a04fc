package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatObject;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Prefix;
import it.unimi.dsi.fastutil.ints.IntList;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** RFC 7606, attribute by attribute: what each fault costs. */
class UpdateFaultTest {
  private static final Prefix PREFIX = Prefix.of("10.1.0.0/16");
  private static final String ORIGIN = "400101 00";
  private static final String AS_PATH = "400206 0201 0000fde9";
  private static final String NEXT_HOP = "400304 c0000201";
  private static final String GOOD = ORIGIN + AS_PATH + NEXT_HOP;

  enum Outcome {
    USED,
    DISCARDED,
    WITHDRAWN,
    RESET
  }

  record Case(String name, String attributes, WireFormat format, Outcome expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    return Stream.of(
        ebgp("all is well", GOOD, Outcome.USED),
        ebgp(
            "3.c ORIGIN says that it is optional",
            "c00101 00" + AS_PATH + NEXT_HOP,
            Outcome.WITHDRAWN),
        ebgp("3.d ORIGIN missing", AS_PATH + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("3.d AS_PATH missing", ORIGIN + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("3.d NEXT_HOP missing", ORIGIN + AS_PATH, Outcome.WITHDRAWN),
        ebgp("3.g ORIGIN twice", GOOD + "400101 02", Outcome.DISCARDED),
        ebgp("3.g MP_REACH twice", GOOD + V6_REACH + V6_REACH, Outcome.RESET),
        ebgp("4 attribute overruns the block", GOOD + "c00808 fde80001", Outcome.WITHDRAWN),
        ebgp(
            "3.j MP_REACH overruns the block: its prefixes are not known",
            GOOD + V6_REACH.replace("800e1e", "800e1f"),
            Outcome.RESET),
        ebgp("3.j MP_UNREACH overruns the block", GOOD + "800f09 0002 01 20", Outcome.RESET),
        ebgp(
            "3.c MP_REACH says that it is transitive",
            GOOD + V6_REACH.replace("800e", "c00e"),
            Outcome.WITHDRAWN),
        ebgp("4 two bytes are left over", GOOD + "4001", Outcome.WITHDRAWN),
        ebgp("4 extended header cut", GOOD + "500100", Outcome.WITHDRAWN),
        ebgp("7.1 ORIGIN of two bytes", "400102 0000" + AS_PATH + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7.1 ORIGIN 3", "400101 03" + AS_PATH + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7.2 segment type 9", ORIGIN + "400206 0901 0000fde9" + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7.2 segment overruns", ORIGIN + "400206 0202 0000fde9" + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7.2 empty segment", ORIGIN + "400202 0200" + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7.2 one byte left", ORIGIN + "400207 0201 0000fde9 02" + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7607 2 AS 0", ORIGIN + "400206 0201 00000000" + NEXT_HOP, Outcome.WITHDRAWN),
        ebgp("7607 2 AGGREGATOR of AS 0", GOOD + "c00708 00000000 c0000201", Outcome.DISCARDED),
        old("7607 2 AS4_PATH with AS 0", OLD_GOOD + "c01106 0201 00000000", Outcome.DISCARDED),
        old(
            "7607 2 AS4_AGGREGATOR of AS 0",
            OLD_GOOD + "c01208 00000000 c0000201",
            Outcome.DISCARDED),
        ebgp(
            "5065 5 confederation from outside",
            ORIGIN + "400206 0301 0000fde9" + NEXT_HOP,
            Outcome.WITHDRAWN),
        ibgp(
            "5065 confederation from inside",
            ORIGIN + "400206 0301 0000fde9" + NEXT_HOP,
            Outcome.USED),
        ebgp("7.3 NEXT_HOP of 5 bytes", ORIGIN + AS_PATH + "400305 c000020100", Outcome.WITHDRAWN),
        ebgp("7.4 MED of 3 bytes", GOOD + "800403 000001", Outcome.WITHDRAWN),
        ibgp("7.5 LOCAL_PREF of 3 bytes", GOOD + "400503 000001", Outcome.WITHDRAWN),
        ebgp("7.5 LOCAL_PREF from another AS", GOOD + "400503 000001", Outcome.DISCARDED),
        ebgp("7.6 ATOMIC_AGGREGATE with a byte", GOOD + "400601 00", Outcome.DISCARDED),
        ebgp("7.7 AGGREGATOR of 6 bytes", GOOD + "c00706 fde9 c0000201", Outcome.DISCARDED),
        ebgp("7.8 COMMUNITIES of 5 bytes", GOOD + "c00805 fde8000100", Outcome.WITHDRAWN),
        ebgp("7.8 no COMMUNITIES", GOOD + "c00800", Outcome.WITHDRAWN),
        ibgp("7.9 ORIGINATOR_ID of 3 bytes", GOOD + "800903 010203", Outcome.WITHDRAWN),
        ebgp("7.9 ORIGINATOR_ID from another AS", GOOD + "800904 01020304", Outcome.DISCARDED),
        ibgp("7.10 CLUSTER_LIST of 6 bytes", GOOD + "800a06 010203040506", Outcome.WITHDRAWN),
        ebgp("7.10 CLUSTER_LIST from another AS", GOOD + "800a04 01020304", Outcome.DISCARDED),
        ebgp("7.11 MP_REACH without next hop", GOOD + "800e05 0002 01 00 00", Outcome.RESET),
        ebgp("7.11 MP_REACH next hop too long", GOOD + "800e08 0002 01 20 00000000", Outcome.RESET),
        ebgp(
            "5.3 MP_REACH with a /129",
            GOOD + V6_REACH.replace("40 20010db800000001", "81 20010db800000001"),
            Outcome.RESET),
        ebgp(
            "2545 3 a next hop with its link-local one",
            GOOD
                + V6_REACH
                    .replace("800e1e 0002 01 10", "800e2e 0002 01 20")
                    .replace("0001 00 40", "0001 fe800000000000000000000000000001 00 40"),
            Outcome.USED),
        ebgp(
            "4760 3 IPv4 in MP_REACH",
            GOOD + "800e0d 0001 01 04 c0000201 00 18 0a0200",
            Outcome.USED),
        ebgp("4760 4 IPv4 in MP_UNREACH", GOOD + "800f07 0001 01 18 0a0200", Outcome.USED),
        ebgp("7.12 MP_UNREACH of two bytes", GOOD + "800f02 0002", Outcome.RESET),
        ebgp(
            "MP_REACH of a family nobody asked for",
            GOOD + "800e09 4004 46 04 01020304 00",
            Outcome.USED),
        ebgp(
            "7.14 EXTENDED_COMMUNITIES of 7 bytes",
            GOOD + "c01007 00020000000000",
            Outcome.WITHDRAWN),
        ebgp(
            "8092 6 LARGE_COMMUNITIES of 13 bytes",
            GOOD + "c0200d 000000010000000200000003 00",
            Outcome.WITHDRAWN),
        ebgp(
            "6793 6 AS4_PATH from a new speaker", GOOD + "c01106 0201 0000fde9", Outcome.DISCARDED),
        old("6793 6 bad AS4_PATH", OLD_GOOD + "c01103 020100", Outcome.DISCARDED),
        old("6793 6 bad AS4_AGGREGATOR", OLD_GOOD + "c01203 020100", Outcome.DISCARDED),
        ebgp("9234 5 ONLY_TO_CUSTOMER of 3 bytes", GOOD + "c02303 00fde8", Outcome.WITHDRAWN),
        ebgp("9234 5 ONLY_TO_CUSTOMER", GOOD + "c02304 0000fde8", Outcome.USED),
        ebgp("8950 4 IPv4 over IPv6 that was not agreed on", GOOD + V4_OVER_V6, Outcome.RESET),
        over6("8950 4 IPv4 over IPv6", GOOD + V4_OVER_V6, Outcome.USED),
        over6(
            "8950 3 a next hop of 8 bytes",
            GOOD + "800e0e 0001 01 08 20010db800000000 00 08 0b",
            Outcome.RESET),
        ebgp("unknown, optional, not transitive", GOOD + "80c801 00", Outcome.USED),
        ebgp("unknown, well-known", GOOD + "40c801 00", Outcome.WITHDRAWN));
  }

  private static final String V6_REACH =
      "800e1e 0002 01 10 20010db8000000000000000000000001 00 40 20010db800000001";
  private static final String V4_OVER_V6 =
      "800e17 0001 01 10 20010db8000000000000000000000001 00 08 0b";
  private static final String OLD_GOOD = ORIGIN + "400204 0201 fde9" + NEXT_HOP;

  private static Case ebgp(String name, String attributes, Outcome expected) {
    return new Case(name, attributes, Bytes.EBGP, expected);
  }

  private static Case over6(String name, String attributes, Outcome expected) {
    var format = new WireFormat(true, false, Set.of(Family.IPV4), BgpMessage.MAX_LENGTH, true);
    return new Case(name, attributes, format, expected);
  }

  private static final WireFormat WITH_IDS =
      new WireFormat(
          true,
          false,
          Set.of(Family.IPV4),
          BgpMessage.MAX_LENGTH,
          false,
          Set.of(Family.IPV4),
          Set.of());

  // RFC 7911, 3: an identifier stands before each prefix, also of what is withdrawn.
  @Test
  void pathIdentifiersAreRead() {
    byte[] good = Bytes.ofHex(GOOD);
    String body =
        "0006 00000007 080b %04x %s 00000001 100a01 fffffffe 100a01"
            .formatted(good.length, hex(good));
    var update = (DecodedUpdate) Bytes.messages(Bytes.update(body), WITH_IDS).getFirst();
    assertThat(update.withdrawn()).containsExactly(Prefix.of("11.0.0.0/8"));
    assertThatObject(update.withdrawnIds()).isEqualTo(IntList.of(7));
    assertThat(update.announced().getFirst().prefixes()).containsExactly(PREFIX, PREFIX);
    assertThatObject(update.announced().getFirst().pathIds()).isEqualTo(IntList.of(1, -2));
  }

  // RFC 7911, 6 with RFC 7606, 5.3: where prefixes begin is not known any more.
  @ParameterizedTest
  @ValueSource(strings = {"000000", "00000001", "00000001 21 0a010000", "00000001 18 0a01"})
  void aPathIdentifierWithoutItsPrefixEndsTheSession(String nlri) {
    byte[] good = Bytes.ofHex(GOOD);
    byte[] update = Bytes.update("0000 %04x %s %s".formatted(good.length, hex(good), nlri));
    assertThat(Bytes.messages(update, WITH_IDS).getFirst())
        .isInstanceOf(MalformedMessage.class)
        .extracting(m -> ((MalformedMessage) m).answer().text())
        .isEqualTo("3/10 Invalid Network Field");
  }

  private static Case ibgp(String name, String attributes, Outcome expected) {
    return new Case(name, attributes, Bytes.IBGP, expected);
  }

  private static Case old(String name, String attributes, Outcome expected) {
    return new Case(name, attributes, Bytes.OLD, expected);
  }

  @ParameterizedTest
  @MethodSource("cases")
  void costsWhatTheRfcSays(Case c) {
    byte[] attributes = Bytes.ofHex(c.attributes());
    String body = "0000 %04x %s 100a01".formatted(attributes.length, hex(attributes));
    BgpMessage read = Bytes.messages(Bytes.update(body), c.format()).getFirst();
    assertThat(outcome(read)).as("%s", read).isEqualTo(c.expected());
  }

  // RFC 7606, 3 c: treat-as-withdraw takes what stands in MP_REACH_NLRI, and a withdrawal with a
  // wrong flag is one all the same.
  @Test
  void wrongFlagsOfMultiprotocolAttributesWithdrawTheirPrefixes() {
    String reach = ORIGIN + AS_PATH + V6_REACH.replace("800e", "c00e");
    String unreach = "c00f08 0002 01 20 20010db8";
    for (String attributes : List.of(reach, unreach)) {
      byte[] bytes = Bytes.ofHex(attributes);
      String body = "0000 %04x %s".formatted(bytes.length, hex(bytes));
      var update = (DecodedUpdate) Bytes.messages(Bytes.update(body), Bytes.EBGP).getFirst();
      assertThat(update.announced()).isEmpty();
      assertThat(update.withdrawn()).hasSize(1);
      assertThat(update.withdrawn().getFirst().toString()).startsWith("2001:db8:");
      assertThat(update.faults()).hasSize(1);
    }
  }

  private static Outcome outcome(BgpMessage message) {
    if (!(message instanceof DecodedUpdate update)) {
      assertThat(message).isInstanceOf(MalformedMessage.class);
      return Outcome.RESET;
    }
    if (update.announced().isEmpty()) {
      assertThat(update.withdrawn()).contains(PREFIX);
      return Outcome.WITHDRAWN;
    }
    assertThat(update.announced().getFirst().prefixes()).contains(PREFIX);
    return update.faults().isEmpty() ? Outcome.USED : Outcome.DISCARDED;
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  record Broken(String name, Octets message, int code, int subcode) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Broken> broken() {
    byte[] badMarker = Bytes.update("0000 0000");
    badMarker[3] = 0;
    byte[] badType = Bytes.message(9, new byte[4]);
    byte[] tooLong = Bytes.update("0000 0000");
    tooLong[16] = (byte) 0xff;
    return List.of(
        broken("marker", badMarker, 1, 1),
        broken("length beyond 4096", tooLong, 1, 2),
        broken("KEEPALIVE with a body", Bytes.message(4, new byte[1]), 1, 2),
        broken("type", badType, 1, 3),
        broken("ROUTE-REFRESH of 5 bytes", Bytes.message(5, new byte[5]), 7, 1),
        broken("withdrawn field overruns", Bytes.update("0009 0000"), 3, 1),
        broken("attributes overrun", Bytes.update("0000 0009"), 3, 1),
        broken("withdrawn /33", Bytes.update("0006 21 0a00000000 0000"), 3, 10),
        broken("announced prefix is cut", Bytes.update("0000 0000 180a"), 3, 10),
        broken("OPEN version 3", Bytes.message(1, Bytes.ofHex("03 fde8 005a 01010101 00")), 2, 1),
        broken(
            "OPEN parameters overrun",
            Bytes.message(1, Bytes.ofHex("04 fde8 005a 01010101 05 02")),
            2,
            0),
        broken(
            "OPEN parameter 1",
            Bytes.message(1, Bytes.ofHex("04 fde8 005a 01010101 02 0100")),
            2,
            4));
  }

  private static Broken broken(String name, byte[] message, int code, int subcode) {
    return new Broken(name, Octets.of(message), code, subcode);
  }

  // RFC 4271, 6.1 to 6.3; RFC 5492, 5; RFC 7313, 5
  @ParameterizedTest
  @MethodSource("broken")
  void cannotBeReadAtAll(Broken c) {
    var read = (MalformedMessage) Bytes.messages(c.message().toBytes(), Bytes.EBGP).getFirst();
    assertThat(read.answer().code()).isEqualTo(c.code());
    assertThat(read.answer().subcode()).isEqualTo(c.subcode());
  }
}

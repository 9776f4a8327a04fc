package io.margay.bgp.export;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.filter.ExportPolicy;
import io.margay.bgp.rib.BestRoute;
import io.margay.bgp.rib.Neighbour;
import io.margay.bgp.rib.PeerKind;
import io.margay.bgp.rib.RouteSource;
import io.margay.bgp.rib.SelectionReason;
import io.margay.bgp.wire.Announcement;
import io.margay.bgp.wire.Bytes;
import io.margay.bgp.wire.DecodedUpdate;
import io.margay.bgp.wire.UpdateBatch;
import io.margay.bgp.wire.WireFormat;
import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Prefix;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** From the bytes of one peer to the bytes for another: RFC 4271, 5 and 5.1; RFC 4456, 8. */
class PassingOnTest {
  private static final long OWN = 64512;
  private static final long FROM = 65001;
  private static final long TO = 65002;

  private static final String ORIGIN = "40010100";
  private static final String PATH = "40020602010000fde9";
  private static final String OWN_PATH = "40020a02020000fc000000fde9";
  private static final String HOP = "400304c0000201";
  private static final String OWN_HOP = "4003040a000001";
  private static final String PREF_100 = "40050400000064";
  private static final String MED = "80040400000005";
  private static final String COMMUNITY = "c00804fde80001";

  /** AS of the sender, what it sends behind ORIGIN, AS_PATH and NEXT_HOP; AS of the receiver. */
  record Case(String name, long from, String more, long to, String expected) {
    @Override
    public String toString() {
      return name;
    }
  }

  static Stream<Case> cases() {
    String outside = ORIGIN + OWN_PATH + OWN_HOP;
    String inside = ORIGIN + PATH + HOP;
    String reflected = "8009040a000007" + "800a040a000001";
    return Stream.of(
        new Case("to another AS", FROM, "", TO, outside),
        new Case("into the own AS", FROM, "", OWN, inside + PREF_100),
        new Case("5.1.4 MED ends at the next AS", FROM, MED, TO, outside),
        new Case("5.1.4 MED goes on inside", FROM, MED, OWN, inside + MED + PREF_100),
        new Case("5.1.5 LOCAL_PREF stays inside", OWN, "400504000000c8", TO, outside),
        new Case(
            "5.1.5 LOCAL_PREF from another AS does not count",
            FROM,
            "400504000000c8",
            OWN,
            inside + PREF_100),
        new Case("5.1.6 ATOMIC_AGGREGATE", FROM, "400600", TO, outside + "400600"),
        new Case(
            "5.1.7 AGGREGATOR",
            FROM,
            "c007080000fde9c0000209",
            TO,
            outside + "c007080000fde9c0000209"),
        new Case("communities", FROM, COMMUNITY, TO, outside + COMMUNITY),
        new Case(
            "5: the Partial flag of a known one stays",
            FROM,
            COMMUNITY.replace("c008", "e008"),
            TO,
            outside + COMMUNITY.replace("c008", "e008")),
        new Case("5: an unknown one is partial", FROM, "c0c80107", TO, outside + "e0c80107"),
        new Case("5: and stays so", FROM, "e0c80107", OWN, inside + PREF_100 + "e0c80107"),
        new Case("5: with a long length", FROM, "d0c8000107", TO, outside + "e0c80107"),
        new Case("5: unknown, not transitive", FROM, "80c80107", TO, outside),
        new Case(
            "5: unknown ones by their codes",
            FROM,
            "c0c90109" + "c0c80107" + "80ca0101",
            TO,
            outside + "e0c80107" + "e0c90109"),
        new Case("4456 8: to a client", OWN, "", OWN, inside + PREF_100 + reflected),
        new Case(
            "4456 8: who brought it stays, the own cluster goes in front",
            OWN,
            "8009040a000005" + "800a0409090909",
            OWN,
            inside + PREF_100 + "8009040a000005" + "800a080a00000109090909"),
        new Case(
            "4456 8: it ends with the AS", OWN, "8009040a000005" + "800a0409090909", TO, outside));
  }

  private static WireFormat format(long asn) {
    return asn == OWN ? Bytes.IBGP : Bytes.EBGP;
  }

  private static Announcement received(Case c) {
    String attributes = ORIGIN + PATH + HOP + c.more();
    String body = "0000 %04x %s 100a01".formatted(attributes.length() / 2, attributes);
    var update = (DecodedUpdate) Bytes.messages(Bytes.update(body), format(c.from())).getFirst();
    return update.announced().getFirst();
  }

  private static BestRoute chosen(Case c, Announcement announcement) {
    var neighbour =
        new Neighbour(
            "from", PeerKind.GLOBAL, Ip.of("10.0.0.7"), c.from(), OWN, Ip4.of("10.0.0.7"), true, 0);
    return new BestRoute(
        announcement.prefixes().getFirst(),
        new RouteSource.Peer(neighbour),
        announcement.attributes(),
        List.of(),
        Optional.empty(),
        SelectionReason.ONLY_PATH);
  }

  private static Exporter exporter(Case c) {
    return new Exporter(
        new ExportPeer(
            "to",
            OWN,
            c.to(),
            Ip4.of("10.0.0.9"),
            Ip4.of("10.0.0.1"),
            false,
            Set.of(Family.IPV4),
            List.of(Ip.of("10.0.0.1")),
            NextHopMode.AUTO,
            ExportPolicy.ACCEPT));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void leavesAsTheRfcSays(Case c) {
    Announcement in = received(c);
    var sent = (ExportVerdict.Send) exporter(c).judge(chosen(c, in));
    var batch =
        new UpdateBatch(
            List.of(),
            List.of(
                new Announcement(
                    Family.IPV4, sent.attributes(), List.of(Prefix.of("10.1.0.0/16")))),
            List.of());
    String message = HexFormat.of().formatHex(Bytes.encode(batch, format(c.to())));
    // Behind the header, the empty withdrawals and the length of the attributes.
    assertThat(message.substring(46)).isEqualTo(c.expected() + "100a01");
  }
}

package io.margay.bgp.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.bgp.attr.Octets;
import io.margay.foundation.addr.Ip4;
import io.netty.buffer.ByteBuf;
import io.netty.buffer.Unpooled;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MessageCodecTest {
  // RFC 4271, 4.2, RFC 5492, 4 and RFC 9072, 2, with the capabilities of RFC 4760, 2918, 4724,
  // 6793,
  // 7313, 7911, 8654, 8950, 9234 and 9494.
  @Test
  void opensAreReadBack() {
    for (long seed = 0; seed < 200; seed++) {
      var chance = new Random(seed);
      var capabilities = new ArrayList<Capability>();
      capabilities.add(new Capability.Multiprotocol(1, 1));
      capabilities.add(new Capability.FourOctetAs(chance.nextLong(1L << 32)));
      capabilities.add(
          new Capability.GracefulRestart(
              chance.nextBoolean(),
              chance.nextBoolean(),
              chance.nextInt(4096),
              List.of(new Capability.RestartFamily(2, 1, chance.nextBoolean()))));
      capabilities.add(new Capability.ExtendedMessage());
      capabilities.add(new Capability.EnhancedRefresh());
      capabilities.add(
          new Capability.AddPath(
              List.of(
                  new Capability.PathFamily(1, 1, 1 + chance.nextInt(3)),
                  new Capability.PathFamily(2, 1, chance.nextInt(256)))));
      capabilities.add(new Capability.BgpRole(chance.nextInt(256)));
      capabilities.add(
          new Capability.LongLived(
              List.of(
                  new Capability.LongLivedFamily(
                      1, 1, chance.nextBoolean(), chance.nextInt(1 << 24)))));
      capabilities.add(
          new Capability.ExtendedNextHop(
              List.of(
                  new Capability.NextHopFamily(1, 1, 2), new Capability.NextHopFamily(2, 1, 1))));
      byte[] value = new byte[chance.nextInt(250)];
      chance.nextBytes(value);
      // Beyond 253 bytes in all it takes the long form of RFC 9072.
      capabilities.add(new Capability.Other(73, Octets.of(value)));
      var open =
          new OpenMessage(
              4,
              chance.nextInt(65536),
              chance.nextInt(65536),
              new Ip4(chance.nextInt()),
              capabilities);
      assertThat(readBack(out -> MessageEncoder.open(out, open)))
          .as("seed %d", seed)
          .isEqualTo(open);
    }
  }

  @Test
  void otherMessagesAreReadBack() {
    var notification = NotificationMessage.of(6, 2, MessageEncoder.shutdownText("back at noon"));
    var refresh = new RouteRefreshMessage(2, 0, 1);
    assertThat(readBack(out -> MessageEncoder.notification(out, notification)))
        .isEqualTo(notification);
    assertThat(readBack(out -> MessageEncoder.routeRefresh(out, refresh))).isEqualTo(refresh);
    assertThat(readBack(MessageEncoder::keepalive)).isEqualTo(new KeepaliveMessage());
  }

  // RFC 4271, 6.1: the data is what is wrong, the length field or the type. RFC 7313, 5: for a
  // ROUTE-REFRESH it is the whole message.
  @ParameterizedTest
  @CsvSource({
    // length field, type, body, answer
    "18, 4, '', '1/2 Bad Message Length, data 0012'",
    "20, 4, 00, '1/2 Bad Message Length, data 0014'",
    "4097, 4, '', '1/2 Bad Message Length, data 1001'",
    "28, 1, 04fde8005a01010101, '1/2 Bad Message Length, data 001c'",
    "4097, 1, '', '1/2 Bad Message Length, data 1001'",
    "22, 2, 000000, '1/2 Bad Message Length, data 0016'",
    "4097, 2, '', '1/2 Bad Message Length, data 1001'",
    "20, 3, 06, '1/2 Bad Message Length, data 0014'",
    "23, 0, 00000000, '1/3 Bad Message Type, data 00'",
    "23, 6, 00000000, '1/3 Bad Message Type, data 06'",
    "22, 5, 000101, '7/1 Invalid Message Length, data "
        + "ffffffffffffffffffffffffffffffff001605000101'",
    "23, 255, 00000000, '1/3 Bad Message Type, data ff'",
  })
  void aHeaderThatIsWrongIsToldByItsData(int length, int type, String body, String answer) {
    byte[] bytes =
        Bytes.ofHex(
            "ff".repeat(16) + "%04x%02x%s".formatted(length, type, body == null ? "" : body));
    var read = (MalformedMessage) Bytes.messages(bytes, Bytes.EBGP).getFirst();
    assertThat(read.answer().text()).isEqualTo(answer);
  }

  // RFC 9072, 2: more than 255 bytes of parameters need the long form, which their type tells.
  @ParameterizedTest
  @CsvSource({"0, 4, 2", "248, 252, 2", "251, 255, 2", "252, 255, 255", "253, 255, 255"})
  void parametersAreLongWhereTheyHaveTo(int more, int length, int type) {
    var open =
        new OpenMessage(
            4,
            64512,
            90,
            Ip4.of("10.0.0.1"),
            List.of(new Capability.Other(73, Octets.of(new byte[more]))));
    ByteBuf out = Unpooled.buffer();
    MessageEncoder.open(out, open);
    assertThat(out.getUnsignedByte(28)).as("Opt Parm Len").isEqualTo((short) length);
    assertThat(out.getUnsignedByte(29)).as("its first type").isEqualTo((short) type);
    assertThat(readBack(b -> MessageEncoder.open(b, open))).isEqualTo(open);
    out.release();
  }

  // RFC 5492, 4: several parameters, repeated capabilities and unknown ones are all fine.
  @Test
  void capabilitiesMayBeSpreadOverParameters() {
    byte[] open =
        Bytes.message(
            1,
            Bytes.ofHex(
                """
                04 5ba0 005a 0a000001
                16                       # length of all parameters
                02 06 01 04 00010001     # multiprotocol IPv4
                02 0c 41 04 00010000     # four-byte AS 65536
                      06 00              # extended message
                      f0 02 abcd         # nobody knows
                """));
    var read = (OpenMessage) Bytes.messages(open, Bytes.EBGP).getFirst();
    assertThat(read.asn()).isEqualTo(65536);
    assertThat(read.capabilities())
        .containsExactly(
            new Capability.Multiprotocol(1, 1),
            new Capability.FourOctetAs(65536),
            new Capability.ExtendedMessage(),
            new Capability.Other(240, Octets.ofHex("abcd")));
  }

  // RFC 9003, 2
  @Test
  void shutdownTextIsShownAndCutAt255Bytes() {
    var shutdown = NotificationMessage.of(6, 2, MessageEncoder.shutdownText("back at noon"));
    assertThat(shutdown.text()).isEqualTo("6/2 Administrative Shutdown: \"back at noon\"");
    assertThat(MessageEncoder.shutdownText("ä".repeat(200)).length()).isEqualTo(1 + 254);
  }

  // RFC 8538, 3.1
  @Test
  void aHardResetShowsWhatItCarries() {
    var inner = NotificationMessage.of(6, 2, MessageEncoder.shutdownText("back at noon"));
    assertThat(inner.asHardReset().text())
        .isEqualTo("6/9 Hard Reset: 6/2 Administrative Shutdown: \"back at noon\"");
    assertThat(NotificationMessage.of(6, 9).text()).isEqualTo("6/9 Hard Reset");
  }

  private static BgpMessage readBack(Consumer<ByteBuf> writer) {
    ByteBuf out = Unpooled.buffer();
    writer.accept(out);
    return Bytes.messages(Bytes.written(out), Bytes.EBGP).getFirst();
  }
}

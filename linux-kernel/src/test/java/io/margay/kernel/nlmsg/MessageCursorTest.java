package io.margay.kernel.nlmsg;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Family;
import io.margay.foundation.addr.Ip;
import io.margay.foundation.addr.Ip4;
import io.margay.foundation.addr.Mac;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** What was written is read back, and what does not fit is one fault and no exception. */
class MessageCursorTest {
  private static MessageCursor cursor(Consumer<MessageWriter> body) {
    var bytes = ByteBuffer.allocate(Request.MAX_BYTES).order(ByteOrder.nativeOrder());
    new MessageWriter(bytes)
        .request(
            out -> {
              out.begin(1, 0);
              body.accept(out);
            },
            7);
    return new MessageCursor().over(bytes, Nlm.HEADER_BYTES, bytes.position());
  }

  private static MessageCursor raw(int... bytes) {
    var buffer = ByteBuffer.allocate(bytes.length).order(ByteOrder.nativeOrder());
    for (int b : bytes) {
      buffer.put((byte) b);
    }
    return new MessageCursor().over(buffer, 0, bytes.length);
  }

  /** An attribute's header on this machine. */
  private static MessageCursor attribute(int length, int type, int payloadBytes) {
    var buffer = ByteBuffer.allocate(4 + payloadBytes).order(ByteOrder.nativeOrder());
    buffer.putShort(0, (short) length).putShort(2, (short) type);
    return new MessageCursor().over(buffer, 0, buffer.capacity());
  }

  @Test
  void everyKindOfValueComesBack() {
    MessageCursor in =
        cursor(out -> {
          out.u8(1).u8(2).u16(3).u32(4);
          out.attributeU8(10, 200);
          out.attributeU16(11, 60_000);
          out.attributeBe16(12, 0x1234);
          out.attributeU32(13, -5);
          out.attributeText(14, "eth0");
          out.attributeIp(15, Ip.of("10.0.0.1"));
          out.attributeIp(16, Ip.of("fd00::1"));
          out.attributeMac(17, Mac.of("ee:ee:ee:ee:ee:ee"));
          int nest = out.openNest(18);
          out.attributeText(1, "veth");
          out.close(nest);
        });
    assertThat(in.takeU8()).isEqualTo(1);
    assertThat(in.takeU8()).isEqualTo(2);
    assertThat(in.takeU16()).isEqualTo(3);
    assertThat(in.takeI32()).isEqualTo(4);
    var seen = new StringBuilder();
    while (in.next()) {
      seen.append(in.type()).append('=');
      switch (in.type()) {
        case 10 -> seen.append(in.u8());
        case 11 -> seen.append(in.u16());
        case 12 -> seen.append(in.be16());
        case 13 -> seen.append(in.i32());
        case 14 -> seen.append(in.text());
        case 15 -> seen.append(in.ip(Family.IPV4));
        case 16 -> seen.append(in.ip(Family.IPV6));
        case 17 -> seen.append(in.mac());
        default -> {
          in.enter();
          assertThat(in.next()).isTrue();
          seen.append(in.text());
          assertThat(in.next()).isFalse();
          in.leave();
        }
      }
      seen.append(' ');
    }
    assertThat(seen.toString().strip())
        .isEqualTo(
            "10=200 11=60000 12=4660 13=-5 14=eth0 15=10.0.0.1 16=fd00::1"
                + " 17=ee:ee:ee:ee:ee:ee 18=veth");
    assertThat(in.failed()).isFalse();
  }

  @Test
  void aHeaderThatIsTooShortReadsAsZerosAndIsTheFirstFault() {
    MessageCursor in = raw(1, 2);
    assertThat(in.takeI32()).isZero();
    assertThat(in.takeU8()).as("after a fault nothing is read").isZero();
    assertThat(in.next()).isFalse();
    assertThat(in.fault()).isEqualTo("a header of 4 bytes where 2 are left");
  }

  @Test
  void anAttributeThatClaimsMoreOrLessThanThereIsEndsTheReading() {
    for (int length : new int[] {0, 3, 9, 0xffff}) {
      MessageCursor in = attribute(length, 1, 4);
      assertThat(in.next()).as("length %d", length).isFalse();
      assertThat(in.fault()).startsWith("an attribute of " + length + " bytes where 8");
    }
  }

  @Test
  void aValueOfTheWrongSizeIsAFaultWithAHarmlessAnswer() {
    MessageCursor number = attribute(6, 4, 2);
    assertThat(number.next()).isTrue();
    assertThat(number.i32()).isZero();
    assertThat(number.fault()).isEqualTo("attribute 4 has 2 bytes, not 4");

    MessageCursor address = attribute(8, 1, 4);
    assertThat(address.next()).isTrue();
    assertThat(address.ip(Family.IPV6)).hasToString("::");
    assertThat(address.failed()).isTrue();
    assertThat(address.ip(Family.IPV4)).isEqualTo(Ip4.ANY);

    MessageCursor mac = attribute(8, 1, 4);
    assertThat(mac.next()).isTrue();
    assertThat(mac.mac()).isEqualTo(new Mac(0));
    assertThat(mac.failed()).isTrue();
  }

  @Test
  void nestsHaveADepth() {
    MessageCursor in = attribute(8, 1, 4);
    assertThat(in.next()).isTrue();
    for (int i = 0; i < 20; i++) {
      in.enter();
    }
    assertThat(in.fault()).isEqualTo("attributes nested deeper than 8");
    for (int i = 0; i < 30; i++) {
      in.leave();
    }
    assertThat(in.next()).isFalse();
  }

  @Test
  void textEndsAtItsZeroOrAtItsAttribute() {
    assertThat(cursor(out -> out.attributeText(1, "")).next()).isTrue();
    MessageCursor open = attribute(8, 1, 4);
    assertThat(open.next()).isTrue();
    assertThat(open.text()).isEmpty();
    MessageCursor whole = raw(8, 0, 1, 0, 'e', 't', 'h', '0');
    if (ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN) {
      assertThat(whole.next()).isTrue();
      assertThat(whole.text()).isEqualTo("eth0");
    }
  }
}

package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class UnfinishedTest {
  private static final int AT = 32;
  private static final int MTU = 1480;
  private static final int TCP = 6;
  private static final int UDP = 17;

  /** The pseudo header's sum of 10.244.1.1 to 10.244.2.1. */
  private static int begun(int protocol, int length) {
    int sum = 0x0af4 + 0x0101 + 0x0af4 + 0x0201 + protocol + length;
    return (sum & 0xffff) + (sum >>> 16);
  }

  record Case(String name, ByteBuffer packet, boolean unfinished) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Case> cases() {
    return List.of(
        new Case("TCP, begun", tcp(200, begun(TCP, 180)), true),
        new Case("TCP, begun, 40,000 bytes", tcp(40_000, begun(TCP, 39_980)), true),
        new Case("TCP, finished", tcp(200, 0x1234), false),
        new Case("TCP, begun for another length", tcp(200, begun(TCP, 181)), false),
        new Case(
            "TCP, a fragment", tcp(200, begun(TCP, 180)).putShort(AT + 6, (short) 0x2000), false),
        new Case(
            "TCP, a later fragment", tcp(200, begun(TCP, 180)).putShort(AT + 6, (short) 9), false),
        new Case("TCP, DF", tcp(200, begun(TCP, 180)).putShort(AT + 6, (short) 0x4000), true),
        new Case("TCP, no whole header", tcp(39, begun(TCP, 19)), false),
        new Case("UDP, begun", udp(100, begun(UDP, 80)), true),
        new Case("UDP, without checksum", udp(100, 0), false),
        new Case("UDP, no whole header", udp(27, begun(UDP, 7)), false),
        new Case("ICMP", tcp(200, begun(1, 180)).put(AT + 9, (byte) 1), false));
  }

  @ParameterizedTest
  @MethodSource("cases")
  void aChecksumThatIsThePseudoHeadersSumIsOnlyBegun(Case c) {
    assertThat(Unfinished.is(c.packet, AT)).isEqualTo(c.unfinished);
  }

  @Test
  void whatFitsTheDeviceLacksItsChecksumOnly() {
    assertThat(described(tcp(MTU, 0))).isEqualTo("01 00 0000 0000 1400 1000");
    assertThat(described(udp(MTU, 0))).isEqualTo("01 00 0000 0000 1400 0600");
  }

  @Test
  void whatDoesNotIsSegmentsThatDo() {
    // Headers of 52 bytes; segments of 1480 - 52.
    assertThat(described(tcp(40_000, 0))).isEqualTo("01 01 3400 9405 1400 1000");
    assertThat(described(tcp(40_000, 0).put(AT + 33, (byte) 0x90)))
        .as("CWR")
        .isEqualTo("01 81 3400 9405 1400 1000");
  }

  @Test
  void aHeaderThatSaysNothingIsZero() {
    ByteBuffer bytes = ByteBuffer.allocate(16).putLong(0, -1).putLong(8, -1);
    VirtioHeader.clear(bytes, 3);
    assertThat(HexFormat.of().formatHex(bytes.array()))
        .isEqualTo("ffffff" + "00".repeat(10) + "ffffff");
  }

  /** The virtio header of a packet, its numbers in the bytes of this machine's kind (x86, ARM). */
  private static String described(ByteBuffer packet) {
    assertThat(ByteOrder.nativeOrder()).isEqualTo(ByteOrder.LITTLE_ENDIAN);
    int virtio = AT - VirtioHeader.BYTES;
    VirtioHeader.clear(packet, virtio);
    Unfinished.describe(packet, virtio, AT, MTU);
    byte[] header = new byte[VirtioHeader.BYTES];
    packet.get(virtio, header);
    String hex = HexFormat.of().formatHex(header);
    return hex.substring(0, 2)
        + " "
        + hex.substring(2, 4)
        + " "
        + hex.substring(4).replaceAll("(.{4})(?=.)", "$1 ");
  }

  /** TCP with 12 bytes of options. */
  private static ByteBuffer tcp(int length, int checksum) {
    ByteBuffer packet = ip(length, TCP);
    packet.put(AT + 20 + 12, (byte) 0x80);
    return packet.putShort(AT + 20 + 16, (short) checksum);
  }

  private static ByteBuffer udp(int length, int checksum) {
    return ip(length, UDP).putShort(AT + 20 + 6, (short) checksum);
  }

  private static ByteBuffer ip(int length, int protocol) {
    ByteBuffer packet = ByteBuffer.allocate(AT + Math.max(length, 64));
    packet.put(AT, (byte) 0x45).putShort(AT + 2, (short) length).put(AT + 9, (byte) protocol);
    return packet.putInt(AT + 12, 0x0af40101).putInt(AT + 16, 0x0af40201);
  }
}

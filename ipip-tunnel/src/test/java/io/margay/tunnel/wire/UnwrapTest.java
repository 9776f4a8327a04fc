package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnwrapTest {
  private static final int INNER_LENGTH = 60;

  /** ECN marks outside and inside, and what comes out (RFC 6040, 4.2; figure 4). */
  record Ecn(int outer, int inner, int expected) {
    static final int DROPPED = -1;
  }

  static List<Ecn> marks() {
    return List.of(
        new Ecn(0, 0, 0),
        new Ecn(1, 0, 0),
        new Ecn(2, 0, 0),
        new Ecn(3, 0, Ecn.DROPPED),
        new Ecn(0, 1, 1),
        new Ecn(1, 1, 1),
        new Ecn(2, 1, 1),
        new Ecn(3, 1, 3),
        new Ecn(0, 2, 2),
        new Ecn(1, 2, 1),
        new Ecn(2, 2, 2),
        new Ecn(3, 2, 3),
        new Ecn(0, 3, 3),
        new Ecn(1, 3, 3),
        new Ecn(2, 3, 3),
        new Ecn(3, 3, 3));
  }

  @ParameterizedTest
  @MethodSource("marks")
  void marksOfTheOuterHeaderReachTheInnerOne(Ecn ecn) {
    ByteBuffer packet = packet(0xb8 | ecn.inner);
    packet.put(1, (byte) ecn.outer);
    int inner = Ipip.unwrap(packet, 0, packet.limit());
    if (ecn.expected == Ecn.DROPPED) {
      assertThat(inner).isEqualTo(Ipip.CONGESTION);
      return;
    }
    assertThat(inner).isEqualTo(Ipip.HEADER);
    assertThat(packet.get(inner + 1) & 0xff).isEqualTo(0xb8 | ecn.expected);
    assertThat(sum(packet, inner)).as("the inner header's checksum holds").isEqualTo(0xffff);
  }

  /** A fault put into a good packet of 80 bytes. */
  record Fault(String name, int length, Consumer<ByteBuffer> doing) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Fault> faults() {
    int whole = Ipip.HEADER + INNER_LENGTH;
    return List.of(
        new Fault("nothing", 0, _ -> {}),
        new Fault("half an outer header", 10, _ -> {}),
        new Fault("an outer header alone", 20, _ -> {}),
        new Fault("half an inner header", 30, _ -> {}),
        new Fault("cut short", whole - 1, _ -> {}),
        new Fault("IPv6 outside", whole, b -> b.put(0, (byte) 0x65)),
        new Fault("IPv6 inside", whole, b -> b.put(20, (byte) 0x60)),
        new Fault("outer header of four words", whole, b -> b.put(0, (byte) 0x44)),
        new Fault("outer header longer than the packet", 24, b -> b.put(0, (byte) 0x4f)),
        new Fault("inner header of four words", whole, b -> b.put(20, (byte) 0x44)),
        new Fault(
            "inner header longer than its packet",
            whole,
            b -> b.putShort(22, (short) 20).put(20, (byte) 0x46)),
        new Fault("inner length of zero", whole, b -> b.putShort(22, (short) 0)),
        new Fault("inner length beyond the end", whole, b -> b.putShort(22, (short) 61)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void faultsAreValues(Fault fault) {
    ByteBuffer packet = packet(0);
    fault.doing.accept(packet);
    assertThat(Ipip.unwrap(packet, 0, fault.length)).isEqualTo(Ipip.MALFORMED);
  }

  @Test
  void outerOptionsAreSkippedAndPaddingIsAllowed() {
    ByteBuffer packet = ByteBuffer.allocate(200);
    packet.put(24, packet(0).array(), Ipip.HEADER, INNER_LENGTH);
    packet.put(0, (byte) 0x46);
    assertThat(Ipip.unwrap(packet, 0, 24 + INNER_LENGTH + 9)).isEqualTo(24);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void noBytesBreakIt(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 20_000; i++) {
      byte[] bytes = new byte[random.nextInt(100)];
      random.nextBytes(bytes);
      if (bytes.length > 20 && random.nextBoolean()) {
        bytes[0] = 0x45;
        bytes[20] = 0x45;
      }
      ByteBuffer packet = ByteBuffer.wrap(bytes);
      int inner = Ipip.unwrap(packet, 0, bytes.length);
      if (inner >= 0) {
        assertThat(inner + Ipip.totalLength(packet, inner))
            .as("seed %d, packet %d", seed, i)
            .isLessThanOrEqualTo(bytes.length);
      }
    }
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void whatIsWrappedComesOutUnchanged(long seed) {
    var random = new Random(seed);
    for (int i = 0; i < 1000; i++) {
      ByteBuffer packet = packet(random.nextInt(256));
      byte[] before = new byte[INNER_LENGTH];
      packet.get(Ipip.HEADER, before);
      assertThat(Ipip.unwrap(packet, 0, packet.limit())).isEqualTo(Ipip.HEADER);
      byte[] after = new byte[INNER_LENGTH];
      packet.get(Ipip.HEADER, after);
      assertThat(after).as("seed %d, packet %d", seed, i).isEqualTo(before);
    }
  }

  /** An IPIP packet whose inner header has this second byte. */
  private static ByteBuffer packet(int tos) {
    ByteBuffer packet = ByteBuffer.allocate(Ipip.HEADER + INNER_LENGTH);
    int inner = Ipip.HEADER;
    packet.put(inner, (byte) 0x45).put(inner + 1, (byte) tos);
    packet.putShort(inner + 2, (short) INNER_LENGTH).put(inner + 8, (byte) 64);
    packet.putInt(inner + 12, 0x0af40101).putInt(inner + 16, 0x0af40201);
    packet.putShort(inner + 10, (short) ~sum(packet, inner));
    Ipip.wrap(packet, inner, INNER_LENGTH, 1, 2, 3);
    return packet;
  }

  /** Ones' complement sum of a header of 20 bytes: 0xffff when its checksum is right. */
  private static int sum(ByteBuffer packet, int at) {
    int sum = 0;
    for (int i = 0; i < Ipip.HEADER; i += 2) {
      sum += packet.getShort(at + i) & 0xffff;
    }
    while (sum > 0xffff) {
      sum = (sum & 0xffff) + (sum >>> 16);
    }
    return sum;
  }
}

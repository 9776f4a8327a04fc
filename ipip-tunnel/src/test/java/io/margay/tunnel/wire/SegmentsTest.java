package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SegmentsTest {
  private static final Path CASES = Path.of("src/test/golden/segments");
  private static final int PACKET = VirtioHeader.BYTES;

  @TestFactory
  Stream<DynamicTest> aPacketIsCutByteForByte() throws IOException {
    try (Stream<Path> cases = Files.list(CASES)) {
      return cases.sorted().toList().stream()
          .map(dir -> DynamicTest.dynamicTest(dir.getFileName().toString(), () -> check(dir)));
    }
  }

  private static void check(Path dir) throws IOException {
    List<String> expected = Hex.packets(dir.resolve("out.txt")).stream().map(Hex::of).toList();
    assertThat(cut(golden(dir.getFileName().toString()))).isEqualTo(expected);
  }

  /** The segments of a packet behind its virtio header, as hex. */
  static List<String> cut(byte[] input) {
    ByteBuffer bytes = ByteBuffer.allocate(input.length + 200).put(input);
    var segments = new Segments(bytes);
    assertThat(segments.take(0, PACKET, input.length - PACKET)).isTrue();
    var cut = new ArrayList<String>();
    int to = input.length;
    for (int i = 0; i < segments.count(); i++) {
      segments.writeHeaders(i, to);
      byte[] segment = new byte[segments.headers() + segments.payloadLength(i)];
      bytes.get(to, segment, 0, segments.headers());
      bytes.get(segments.payload(i), segment, segments.headers(), segments.payloadLength(i));
      cut.add(Hex.of(segment));
    }
    return cut;
  }

  record Fault(String name, Consumer<ByteBuffer> doing) {
    @Override
    public String toString() {
      return name;
    }
  }

  static List<Fault> faults() {
    return List.of(
        new Fault("another kind of segments", b -> b.put(1, (byte) 4)),
        new Fault("UDP's kind", b -> b.put(1, (byte) 5)),
        new Fault("segments of no length", b -> b.putShort(4, (short) 0)),
        new Fault("no IP header", b -> b.put(PACKET, (byte) 0x44)),
        new Fault("neither TCP nor UDP", b -> b.put(PACKET + 9, (byte) 1)),
        new Fault("longer than what was read", b -> b.putShort(PACKET + 2, (short) 0x4a)),
        new Fault("no payload", b -> b.putShort(PACKET + 2, (short) 52)),
        new Fault("a TCP header of four words", b -> b.put(PACKET + 32, (byte) 0x40)),
        new Fault("a TCP header beyond the end", b -> b.put(PACKET + 32, (byte) 0xf0)));
  }

  @ParameterizedTest
  @MethodSource("faults")
  void whatIsNotAsItsHeaderSaysIsRefused(Fault fault) throws IOException {
    byte[] input = golden("tcp");
    ByteBuffer bytes = ByteBuffer.wrap(input);
    fault.doing.accept(bytes);
    assertThat(new Segments(bytes).take(0, PACKET, input.length - PACKET)).isFalse();
  }

  @Test
  void aChecksumThatIsLeftIsFinished() throws IOException {
    byte[] input = golden("tcp");
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int length = input.length - PACKET;
    assertThat(new Segments(bytes).finish(0, PACKET, length)).isTrue();
    byte[] packet = new byte[length];
    bytes.get(PACKET, packet);
    assertThat(Hex.of(packet)).isEqualTo(Hex.of(TcpPackets.finished(packet.clone())));
  }

  @Test
  void aChecksumOutsideOfThePacketIsRefused() throws IOException {
    byte[] input = golden("tcp");
    ByteBuffer bytes = ByteBuffer.wrap(input);
    int length = input.length - PACKET;
    VirtioHeader.needsChecksum(bytes, 0, 0xffff, 0xffff);
    assertThat(new Segments(bytes).finish(0, PACKET, length)).isFalse();
    VirtioHeader.needsChecksum(bytes, 0, 20, length - 21);
    assertThat(new Segments(bytes).finish(0, PACKET, length)).isFalse();
    VirtioHeader.needsChecksum(bytes, 0, length + 1, 0);
    assertThat(new Segments(bytes).finish(0, PACKET, length)).isFalse();
  }

  private static byte[] golden(String name) throws IOException {
    return Hex.packets(CASES.resolve(name).resolve("in.txt")).getFirst();
  }
}

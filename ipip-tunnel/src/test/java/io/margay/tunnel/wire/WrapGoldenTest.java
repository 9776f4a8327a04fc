package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.margay.foundation.addr.Ip4;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Outer headers byte for byte. The cases are what {@code tunl0} of Linux 6.1 was seen to send for
 * the same inner packets; the real one is asked again in {@code UserModeLinuxTest}.
 */
class WrapGoldenTest {
  private static final Path CASES = Path.of("src/test/golden/wrap");
  private static final int SOURCE = Ip4.of("172.18.0.1").bits();
  private static final int DESTINATION = Ip4.of("172.18.0.2").bits();
  private static final int IDENTIFICATION = 0x9faa;

  @TestFactory
  Stream<DynamicTest> outerHeadersAreThoseOfTheKernel() throws IOException {
    try (Stream<Path> cases = Files.list(CASES)) {
      return cases.sorted().toList().stream()
          .map(dir -> DynamicTest.dynamicTest(dir.getFileName().toString(), () -> check(dir)));
    }
  }

  private static void check(Path dir) throws IOException {
    byte[] inner = bytes(dir.resolve("in.txt"));
    ByteBuffer packet = ByteBuffer.allocate(Ipip.HEADER + inner.length);
    packet.put(Ipip.HEADER, inner);
    int length = Ipip.totalLength(packet, Ipip.HEADER);
    Ipip.wrap(packet, Ipip.HEADER, length, SOURCE, DESTINATION, IDENTIFICATION);
    byte[] outer = new byte[Ipip.HEADER];
    packet.get(0, outer);
    assertThat(HexFormat.of().formatHex(outer))
        .isEqualTo(HexFormat.of().formatHex(bytes(dir.resolve("out.txt"))));
    byte[] after = new byte[inner.length];
    packet.get(Ipip.HEADER, after);
    assertThat(after).as("the inner packet stays as it is").isEqualTo(inner);
  }

  private static byte[] bytes(Path file) throws IOException {
    String hex =
        Files.readAllLines(file).stream()
            .map(line -> line.replaceFirst("#.*", "").strip())
            .collect(Collectors.joining());
    return HexFormat.of().parseHex(hex);
  }
}

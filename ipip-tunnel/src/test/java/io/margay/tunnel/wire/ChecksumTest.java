package io.margay.tunnel.wire;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChecksumTest {
  private static final int SIZE = 4099;

  @Test
  void theExampleOfTheRfc() {
    // RFC 1071, 3.
    byte[] bytes = {0x00, 0x01, (byte) 0xf2, 0x03, (byte) 0xf4, (byte) 0xf5, (byte) 0xf6, -9};
    assertThat(new Checksum(ByteBuffer.wrap(bytes)).sum(0, 8)).isEqualTo(0xddf2);
  }

  @Test
  void sixtyFourKibibytesOfOnesDoNotOverflow() {
    ByteBuffer bytes = ByteBuffer.allocateDirect(1 << 16);
    while (bytes.hasRemaining()) {
      bytes.put((byte) -1);
    }
    assertThat(new Checksum(bytes).sum(0, 1 << 16)).isEqualTo(0xffff);
  }

  @ParameterizedTest
  @ValueSource(longs = {1, 2, 3})
  void anyPartIsSummedAsWordByWord(long seed) {
    var random = new Random(seed);
    byte[] content = new byte[SIZE];
    random.nextBytes(content);
    ByteBuffer direct = ByteBuffer.allocateDirect(SIZE).put(content);
    var checksum = new Checksum(direct);
    for (int i = 0; i < 5000; i++) {
      int at = random.nextInt(SIZE);
      int length = random.nextInt(random.nextBoolean() ? 20 : SIZE);
      length = Math.min(length, SIZE - at);
      assertThat(checksum.sum(at, length))
          .as("seed %d: %d bytes at %d", seed, length, at)
          .isEqualTo(TcpPackets.sum(content, at, length));
    }
  }
}

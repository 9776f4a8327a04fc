package io.margay.tunnel.forwarder;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(30)
class TimedInputTest {
  @TempDir private Path dir;

  @Test
  void allIsReadOfOneThatEnds() throws IOException {
    assertThat(read("a table\n", true, Duration.ofSeconds(20))).isEqualTo("a table\n");
  }

  @Test
  void oneThatStopsInTheMiddleIsNotWaitedForLonger() {
    assertThatThrownBy(() -> read("a tab", false, Duration.ofMillis(50)))
        .isInstanceOf(IOException.class)
        .hasMessage("it did not say all within PT0.05S");
  }

  private String read(String text, boolean ends, Duration limit) throws IOException {
    var address = UnixDomainSocketAddress.of(dir.resolve("sock"));
    try (var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
      server.bind(address);
      try (var here = new TimedInput(SocketChannel.open(address), limit);
          SocketChannel there = server.accept()) {
        there.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
        if (ends) {
          there.shutdownOutput();
        }
        return new String(here.readAllBytes(), StandardCharsets.US_ASCII);
      }
    }
  }
}

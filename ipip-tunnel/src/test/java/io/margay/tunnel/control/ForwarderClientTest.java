package io.margay.tunnel.control;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Forwarders that are absent, dead, mute, or talk nonsense. */
class ForwarderClientTest {
  @TempDir private Path dir;

  @Test
  void withoutASocketNoneRuns() {
    var client = new ForwarderClient(dir.resolve("none.sock"));
    assertThat(client.status()).isEmpty();
    assertThat(client.table()).isEmpty();
    assertThat(client.stop(true)).isFalse();
  }

  @Test
  void aSocketThatADeadProcessLeftIsNoForwarder() throws IOException {
    Path socket = dir.resolve("stale.sock");
    ServerSocketChannel.open(StandardProtocolFamily.UNIX)
        .bind(UnixDomainSocketAddress.of(socket))
        .close();
    assertThat(socket).exists();
    assertThat(new ForwarderClient(socket).status()).isEmpty();
  }

  @Test
  void oneThatSaysNothingCostsTheTimeLimitOnly() throws IOException {
    Path socket = dir.resolve("mute.sock");
    try (var server = listen(socket)) {
      assertThat(server.isOpen()).isTrue();
      assertThatThrownBy(() -> new ForwarderClient(socket, Duration.ofMillis(50)).status())
          .isInstanceOf(ForwarderException.class)
          .hasMessageContaining("did not answer");
    }
  }

  @Test
  void oneThatHangsUpIsNamed() throws Exception {
    assertThatThrownBy(() -> answered("").status())
        .hasMessageContaining("ended before it answered");
  }

  @Test
  void aRefusalIsPassedOn() throws Exception {
    assertThatThrownBy(() -> answered("error line 3: odd\n").stop(false))
        .hasMessageEndingWith("answered: error line 3: odd");
  }

  @Test
  void aTableThatMakesNoSenseIsNotBelieved() throws Exception {
    assertThatThrownBy(() -> answered("ok\nlocal nowhere\nend\n").table())
        .hasMessageContaining("\"local nowhere\" is not an IPv4 address");
  }

  @Test
  void aForwarderWithoutATableHasNone() throws Exception {
    assertThat(answered("ok\nend\n").table()).isEmpty();
  }

  /** A client of a server that says this to whoever comes first, and hangs up. */
  private ForwarderClient answered(String text) throws IOException {
    Path socket = dir.resolve("answer.sock");
    ServerSocketChannel server = listen(socket);
    Thread.ofVirtual()
        .start(() -> {
          try (server;
              SocketChannel client = server.accept()) {
            client.read(ByteBuffer.allocate(1000));
            client.write(ByteBuffer.wrap(text.getBytes(StandardCharsets.US_ASCII)));
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    return new ForwarderClient(socket);
  }

  private static ServerSocketChannel listen(Path socket) throws IOException {
    var server = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    server.bind(UnixDomainSocketAddress.of(socket));
    return server;
  }
}

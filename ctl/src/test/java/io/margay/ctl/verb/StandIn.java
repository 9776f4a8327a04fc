package io.margay.ctl.verb;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;

/** Answers on a socket as an agent would: each connection gets the next answer. */
final class StandIn implements AutoCloseable {
  private final ServerSocketChannel listener;

  /**
   * Listens.
   *
   * @param behindLast runs when the connection of the last answer is closed
   */
  StandIn(Path socket, List<String> answers, Runnable behindLast) throws IOException {
    listener = ServerSocketChannel.open(StandardProtocolFamily.UNIX);
    listener.bind(UnixDomainSocketAddress.of(socket));
    Thread.ofVirtual()
        .start(() -> {
          answers.forEach(this::answerOnce);
          behindLast.run();
        });
  }

  @Override
  public void close() throws IOException {
    listener.close();
  }

  private void answerOnce(String answer) {
    try (SocketChannel channel = listener.accept()) {
      ByteBuffer question = ByteBuffer.allocate(4096);
      while (question.position() == 0 || question.get(question.position() - 1) != '\n') {
        channel.read(question);
      }
      ByteBuffer bytes = StandardCharsets.UTF_8.encode(answer);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }
}

package io.margay.cluster;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** etcd's JSON over its socket, which is a file. */
final class EtcdGateway {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String END_OF_HEAD = "\r\n\r\n";

  private final Path socket;

  EtcdGateway(Path socket) {
    this.socket = socket;
  }

  /** Forgets all versions of all objects but the last; the revision until which. */
  long compact() throws IOException {
    // The key does not matter: each answer names the store's revision.
    long revision = post("/v3/kv/range", "{\"key\": \"AA==\"}").at("/header/revision").asLong();
    post("/v3/kv/compaction", "{\"revision\": \"" + revision + "\", \"physical\": true}");
    return revision;
  }

  private JsonNode post(String path, String body) throws IOException {
    String request =
        "POST %s HTTP/1.0\r\nHost: etcd\r\nContent-Type: application/json\r\nContent-Length: %d\r\n\r\n%s"
            .formatted(path, body.length(), body);
    try (var channel = SocketChannel.open(StandardProtocolFamily.UNIX)) {
      channel.connect(UnixDomainSocketAddress.of(socket));
      ByteBuffer bytes = ByteBuffer.wrap(request.getBytes(StandardCharsets.US_ASCII));
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      String answer =
          new String(Channels.newInputStream(channel).readAllBytes(), StandardCharsets.UTF_8);
      if (!answer.startsWith("HTTP/1.0 200 ") && !answer.startsWith("HTTP/1.1 200 ")) {
        throw new IOException(path + ": " + answer);
      }
      return JSON.readTree(answer.substring(answer.indexOf(END_OF_HEAD) + END_OF_HEAD.length()));
    }
  }
}

package io.margay.lab.daemon;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.margay.lab.live.Progress;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.Writer;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** Asks a lab to do something and hears how it goes. */
public final class LabClient {
  private static final ObjectMapper JSON = new ObjectMapper();

  private LabClient() {}

  /**
   * Sends a request and passes on what is said until the end.
   *
   * @return the exit status; 1 when the lab ended in the middle of it
   * @throws IOException when nobody listens on the socket
   */
  public static int ask(Path socket, JsonNode request, Progress progress) throws IOException {
    try (SocketChannel channel = SocketChannel.open(UnixDomainSocketAddress.of(socket));
        Writer out = Channels.newWriter(channel, StandardCharsets.UTF_8);
        var in = new BufferedReader(Channels.newReader(channel, StandardCharsets.UTF_8))) {
      out.write(request.toString() + "\n");
      out.flush();
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        JsonNode answer = JSON.readTree(line);
        if (answer.has("exit")) {
          return answer.path("exit").asInt();
        }
        progress.say(answer.path("say").asText());
      }
    }
    progress.say("the lab ended");
    return 1;
  }
}

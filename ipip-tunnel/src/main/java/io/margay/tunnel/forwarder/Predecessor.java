package io.margay.tunnel.forwarder;

import io.margay.kernel.socket.DescriptorSocket;
import io.margay.tunnel.control.ControlText;
import io.margay.tunnel.control.ForwarderClient;
import io.margay.tunnel.control.ForwarderStatus;
import io.margay.tunnel.control.TableText;
import io.margay.tunnel.wire.Counter;
import io.margay.tunnel.wire.LookupTable;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * The forwarder that serves a socket, as the one sees it that is to take its place. Until it is
 * told to stop it goes on, whatever fails here.
 */
final class Predecessor {
  private final Path socket;
  private final ForwarderClient client;
  private final ForwarderStatus status;

  private Predecessor(Path socket, ForwarderClient client, ForwarderStatus status) {
    this.socket = socket;
    this.client = client;
    this.status = status;
  }

  /** The one that serves this socket; empty when none does. */
  static Optional<Predecessor> at(Path socket) {
    var client = new ForwarderClient(socket);
    return client.status().map(status -> new Predecessor(socket, client, status));
  }

  long pid() {
    return status.pid();
  }

  /** Whether it can hand over; older ones can only be stopped first. */
  boolean handsOver() {
    return status.handsOver() == ControlText.HANDS_OVER
        && status.protocol() == ControlText.PROTOCOL;
  }

  /** Its table; empty when it has none, or speaks of it in another way. */
  Optional<Table> table() throws IOException {
    if (status.version().isEmpty() || status.protocol() != ControlText.PROTOCOL) {
      return Optional.empty();
    }
    var builder = new LookupTable.Builder();
    var sink = new BuilderSink(builder);
    try (var channel = SocketChannel.open(UnixDomainSocketAddress.of(socket))) {
      Channels.newOutputStream(channel)
          .write((ControlText.SHOW + "\n").getBytes(StandardCharsets.US_ASCII));
      var in =
          new BufferedReader(
              new InputStreamReader(Channels.newInputStream(channel), StandardCharsets.US_ASCII));
      String line = in.readLine();
      Optional<String> wrong =
          ControlText.OK.equals(line) ? Optional.empty() : Optional.of("it answered " + line);
      for (line = in.readLine();
          wrong.isEmpty() && !ControlText.END.equals(line);
          line = in.readLine()) {
        wrong = line == null ? Optional.of("it ended before its end") : TableText.read(line, sink);
      }
      if (wrong.isPresent()) {
        throw new IOException("the table of forwarder " + socket + ": " + wrong.get());
      }
    }
    return Optional.of(new Table(status.version().getAsLong(), builder.build()));
  }

  /** Takes its ends; it goes on moving packets between them. */
  Ends ends(String device, Wire wire) {
    try (var here = DescriptorSocket.bound(Path.of(socket + ControlText.HANDED))) {
      client.handOver();
      return Ends.taken(device, wire, here.receive());
    }
  }

  /** Ends it where another moves its packets; what it has counted until its end. */
  Map<Counter, Long> stopHanded() {
    return client.stopHanded().orElse(status).counters();
  }

  /** Ends it; its device stays, and nobody moves packets. */
  void stop() {
    client.stop(true);
  }
}
